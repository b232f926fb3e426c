"""The WSGI application that `luyue serve` runs."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "luyue.project.settings")
application = get_wsgi_application()

# What is loaded by now stays; looking through it again and again for garbage would cost a sixth of each answer.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 50)
