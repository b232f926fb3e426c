"""Settings of the tests: the real ones on a private PostgreSQL in a folder that goes away with the session."""

import atexit
import os
import shutil
import tempfile

# Read by luyue.project.settings, hence set first. A short path: it holds the database's socket.
_FOLDER = tempfile.mkdtemp(prefix="luyue-test-")
atexit.register(shutil.rmtree, _FOLDER, ignore_errors=True)
os.environ["LUYUE_DATA"] = _FOLDER
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # the browser's driver keeps an event loop in the test's thread
os.environ["LUYUE_USE_POOL"] = "0"  # a test's transaction belongs to one connection
for _name in ("DATABASE_URL", "DATABASE_APP_URL", "LUYUE_MAIL_HOST"):
    os.environ.pop(_name, None)

from luyue.project.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick; strength is not what is tested
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
LUYUE_STYLE_GUIDE = True  # /style/ for the tests of the components
