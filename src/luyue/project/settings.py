"""Django settings. All that an installation may choose comes from the environment; see docs/settings.md."""

import os
from pathlib import Path

from django.utils.translation import gettext_lazy as _
from psycopg.conninfo import conninfo_to_dict

from luyue.project import places, postgres

PACKAGE = Path(__file__).resolve().parent.parent


def _flag(name: str, default: bool = False) -> bool:
    return os.environ.get(name, "1" if default else "0").lower() in ("1", "true", "yes", "on")


def _list(name: str) -> list[str]:
    return [word.strip() for word in os.environ.get(name, "").split(",") if word.strip()]


DEBUG = _flag("LUYUE_DEBUG")
SECRET_KEY = places.secret_key()
# Keys of encrypted columns, see luyue.ledger.encryption: the first encrypts, all decrypt.
LUYUE_SECRETS_KEYS = places.secrets_keys()
ALLOWED_HOSTS = _list("LUYUE_HOSTS") or ["127.0.0.1", "localhost", "[::1]"]
CSRF_TRUSTED_ORIGINS = _list("LUYUE_ORIGINS")

_APPS = [
    "web", "ledger", "accounts", "notices", "contracts", "files", "drafting", "devices", "roster", "desk", "foresight",
    "hotline", "knowledge", "vault", "follow_ups", "channels", "service_forms", "field", "obligations", "rounds",
    "surveys", "staffing", "training", "measures", "entitlements", "statements", "reports", "portal",
]  # fmt: skip
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "procrastinate.contrib.django",
    *(f"luyue.{app}" for app in _APPS),
    "luyue.project",
]

# The bench's own addresses, see luyue.api.bench.
LUYUE_BENCH = os.environ.get("LUYUE_BENCH") == "1"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "luyue.web.middleware.PolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "luyue.web.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "luyue.accounts.middleware.TokenMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    *(["luyue.api.bench.FloorMiddleware"] if LUYUE_BENCH else []),
    "luyue.web.middleware.PartMiddleware",
    "luyue.web.middleware.PostedMiddleware",
    "luyue.web.middleware.WallMiddleware",
]

ROOT_URLCONF = "luyue.project.urls"
WSGI_APPLICATION = "luyue.project.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "django.template.context_processors.tz",
                # The frame's own: navigation, the server's clock.
                "luyue.web.context.frame",
            ],
        },
    }
]


# Values go beside the text, so that PostgreSQL plans what comes again and again once per connection: the walls make
# planning cost more than running.
PLANNED_ONCE: dict[str, object] = {"server_side_binding": True, "prepare_threshold": 3}


def _database(url: str, *, pool: bool) -> dict[str, object]:
    # libpq's own reading: "/" in a password, a socket's folder as host, several hosts.
    parts = conninfo_to_dict(url)
    name, user, password, host, port = (
        str(parts.pop(word, None) or "") for word in ("dbname", "user", "password", "host", "port")
    )
    options: dict[str, object] = {**PLANNED_ONCE, **parts}
    if pool:
        # A pool and not a connection per thread: the server's threads come and go, their connections would stay.
        options["pool"] = {"min_size": 2, "max_size": int(os.environ.get("LUYUE_POOL", "20")), "timeout": 10}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": user,
        "PASSWORD": password,
        "HOST": host,
        "PORT": port,
        "CONN_MAX_AGE": 0,
        "OPTIONS": options,
    }


_URLS = postgres.urls()
DATABASES = {
    # The plain role that row security binds. `owner` is for migrations only: luyue migrate.
    "default": _database(_URLS.app, pool=_flag("LUYUE_USE_POOL", default=True)),
    "owner": _database(_URLS.owner, pool=False),
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Row security, see luyue.ledger.wall: the function from a person to the contracts he may see.
LUYUE_SCOPE_OF = "luyue.contracts.queries.scope_of"
# Addresses that open the wall's transaction themselves, since they serve several callers in one (luyue.desk.storms).
LUYUE_OWN_TRANSACTIONS = frozenset(
    {("POST", "/api/v1/cases"), *([("POST", "/api/v1/bench")] if LUYUE_BENCH else [])}
)
# Contracts in scope as choices, for pages of apps below the contracts.
LUYUE_CONTRACT_CHOICES = "luyue.contracts.queries.contract_choices"
# What apps further up add to the pages of those below: place → functions.
LUYUE_PANELS = "luyue.project.panels.PANELS"
# The firm's heading, for the papers of every app.
LUYUE_LETTERHEAD = "luyue.service_forms.papers.firm"
LUYUE_WAITING = "luyue.project.waiting.WAITING"
LUYUE_PANEL_TABLES = "luyue.project.panels.TABLES"

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "luyue"}}

AUTH_USER_MODEL = "accounts.Person"
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/login/"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
# Behind a proxy that speaks TLS.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _flag("LUYUE_TLS")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _flag("LUYUE_TLS") else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("中文")), ("en", _("英文"))]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "/static/"
# No `collectstatic`: the files are served from the package, where the bundles lie compressed beside the plain ones.
STATIC_ROOT = PACKAGE / "web" / "static"
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600
# Attachments; their addresses go through the wall, never past it.
STORAGES = {
    "default": {"BACKEND": "luyue.files.storage.DurableStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
MEDIA_ROOT = places.data() / "files"
MEDIA_URL = ""
DATA_UPLOAD_MAX_MEMORY_SIZE = 32 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = os.environ.get("LUYUE_MAIL_HOST", "")
EMAIL_PORT = int(os.environ.get("LUYUE_MAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("LUYUE_MAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("LUYUE_MAIL_PASSWORD", "")
EMAIL_USE_TLS = _flag("LUYUE_MAIL_STARTTLS")
EMAIL_USE_SSL = _flag("LUYUE_MAIL_TLS")
EMAIL_TIMEOUT = 10
# How people reach this installation: links in mails start with it.
LUYUE_ADDRESS = os.environ.get("LUYUE_ADDRESS", "http://127.0.0.1:8000")
# The telephone number that strangers read behind a label.
LUYUE_HOTLINE = os.environ.get("LUYUE_HOTLINE", "")
LUYUE_MAIL_DOMAIN = os.environ.get("LUYUE_MAIL_DOMAIN", "luyue.localhost")
DEFAULT_FROM_EMAIL = os.environ.get("LUYUE_MAIL_FROM", "luyue@localhost")

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("LUYUE_LOG", "WARNING")},
}
