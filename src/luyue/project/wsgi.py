"""The WSGI application that `luyue serve` runs."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "luyue.project.settings")
application = get_wsgi_application()
