"""Settings, from the environment only. README lists every variable with an example."""

import os
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from urllib.parse import unquote, urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent

LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
DEVELOPMENT_KEY = "bare-for-utvikling-paa-egen-maskin-aldri-i-drift-0123456789"


def env_bool(name, default):
    """Return the truth of environment variable `name`; raises ImproperlyConfigured on anything but 1 or 0."""
    value = os.environ.get(name, "1" if default else "0")
    if value not in ("0", "1"):
        raise ImproperlyConfigured(f"{name} må være 1 eller 0, ikke «{value}».")
    return value == "1"


def env_number(name, default):
    """Return environment variable `name` as a whole number from 1; raises ImproperlyConfigured on others."""
    value = os.environ.get(name) or str(default)
    if not (value.isascii() and value.isdigit() and int(value)):
        raise ImproperlyConfigured(f"{name} må være et helt tall fra 1 og oppover, ikke «{value}».")
    return int(value)


def env_list(name, default):
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


DEBUG = env_bool("DEBUG", False)
SECRET_KEY = os.environ.get("SECRET_KEY", DEVELOPMENT_KEY)
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", ",".join(LOCAL_HOSTS))
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS", "")

# Answering to any name but this machine's own is production. Who forgets to set anything gets a directory
# that answers nobody else; who sets a host name must set the rest too.
IS_PRODUCTION = env_bool("PRODUCTION", not set(ALLOWED_HOSTS) <= set(LOCAL_HOSTS))

if not set(ALLOWED_HOSTS) <= set(LOCAL_HOSTS) and not IS_PRODUCTION:
    raise ImproperlyConfigured(
        "PRODUCTION=0 går bare på egen maskin. Ta bort PRODUCTION, eller ta bort ALLOWED_HOSTS."
    )
if IS_PRODUCTION:
    if DEBUG:
        raise ImproperlyConfigured("DEBUG=1 viser innsiden av katalogen for alle. Ta bort DEBUG i drift.")
    if SECRET_KEY == DEVELOPMENT_KEY or len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 10:
        raise ImproperlyConfigured(
            "SECRET_KEY mangler eller er for svak. Lag en med: "
            "python3 -c 'import secrets; print(secrets.token_urlsafe(50))' og sett den i miljøet."
        )
    if not ALLOWED_HOSTS or any(host.startswith("*") for host in ALLOWED_HOSTS):
        raise ImproperlyConfigured(
            "ALLOWED_HOSTS må nevne vertsnavnene katalogen svarer på, for eksempel "
            "ALLOWED_HOSTS=katalog.example.no. «*» er ikke lov i drift."
        )

INSTALLED_APPS = [
    "tilbud",
    "regions",
    "tilbud.desk.apps.DeskConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_filters",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "two_factor",
    "axes",
]

MIDDLEWARE = [
    "tilbud.web.headers.Headers",
    "tilbud.web.refusals.Refusals",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.common.CommonMiddleware",
    "tilbud.pages.fallen.Fallen",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "tilbud.desk.sessions.StaysWhileUsed",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "axes.middleware.AxesMiddleware",
]

AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]

ROOT_URLCONF = "tilbud.urls"
WSGI_APPLICATION = "tilbud.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DATABASE_URL = os.environ.get("DATABASE_URL")
if not DATABASE_URL:
    (BASE_DIR / "var").mkdir(exist_ok=True)
    DATABASE_URL = f"sqlite:///{BASE_DIR / 'var' / 'tilbud.sqlite3'}"
DATABASES = {"default": dj_database_url.parse(DATABASE_URL, conn_max_age=60, conn_health_checks=True)}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
BACKUP_DIR = Path(os.environ.get("BACKUP_DIR") or BASE_DIR / "var" / "backup")
# Nothing can be written: by this setting, or by `manage.py read_only on`, which makes the file.
READ_ONLY = env_bool("READ_ONLY", False)
READ_ONLY_FILE = BASE_DIR / "var" / "read_only"
# Public pages are made once for each version of the directory; each database has a folder of its own.
SNAPSHOT = env_bool("SNAPSHOT", not DEBUG)
# The pages most people ask for are made before they ask: about 17 seconds of a processor at every change.
SNAPSHOT_AHEAD = env_bool("SNAPSHOT_AHEAD", SNAPSHOT)
_database = "{HOST}:{PORT}/{NAME}".format_map({"HOST": "", "PORT": "", **DATABASES["default"]})
SNAPSHOT_DIR = Path(os.environ.get("SNAPSHOT_DIR") or BASE_DIR / "var" / "snapshot")
SNAPSHOT_DIR /= sha256(_database.encode()).hexdigest()[:12]
# Megabytes: in the memory of each worker, and on the disk.
SNAPSHOT_MEMORY, SNAPSHOT_DISK = env_number("SNAPSHOT_MEMORY", 64), env_number("SNAPSHOT_DISK", 256)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# Bokmål is the language the texts are written in; other languages come as catalogues in LOCALE_PATHS.
LANGUAGE_CODE = "nb"
# The desk's catalogue holds the texts of Django's admin that Django lacks in bokmål.
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "tilbud" / "desk" / "locale"]
TIME_ZONE = "Europe/Oslo"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "var" / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STATICFILES_DIRS = [BASE_DIR / "static"]
HASHED_STATIC = env_bool("HASHED_STATIC", IS_PRODUCTION)
WHITENOISE_USE_FINDERS = not HASHED_STATIC
# No other site has a reason to read our files.
WHITENOISE_ALLOW_ALL_ORIGINS = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "whitenoise.storage.CompressedManifestStaticFilesStorage"
            if HASHED_STATIC
            else "django.contrib.staticfiles.storage.StaticFilesStorage"
        )
    },
}

# An institution with all its facts is a form of some 600 fields; Django's own limit is 1,000.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# The desk's own pages for the second factor stand in place of the library's; see tilbud/desk/login.py.
TWO_FACTOR_PATCH_ADMIN = False
LOGIN_URL, LOGIN_REDIRECT_URL = "two_factor:login", "admin:index"
# Five failures for one name from one address close the door to that pair only, for a while. The address is kept
# for a day or two (`manage.py clean_desk`) and shown to nobody; passwords and codes that were typed are not kept.
AXES_FAILURE_LIMIT = 5
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "auth-password", "token-otp_token", "backup-otp_token"]
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_CLIENT_IP_CALLABLE = "tilbud.desk.throttle.client_address"
AXES_LOCKOUT_CALLABLE = "tilbud.desk.throttle.locked_out"
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = AXES_VERBOSE = False

# Whoever finds the phone must not find a session: it ends with the browser, and after half an hour without use.
SESSION_COOKIE_AGE = 1800
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_AGE = None
# No public page is sent a cookie: not even the desk's.
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = "/admin/"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_PRODUCTION
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "tilbud.desk.sessions.csrf_failure"
SECURE_SSL_REDIRECT = IS_PRODUCTION and env_bool("HTTPS_REDIRECT", True)
BEHIND_PROXY = env_bool("BEHIND_PROXY", False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_HSTS_SECONDS = 31536000 if IS_PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_PRODUCTION
# `no-referrer` would break Django's CSRF check on HTTPS; links out carry rel="noreferrer" themselves.
SECURE_REFERRER_POLICY = "same-origin"
# tilbud.web.headers sets X-Frame-Options, and on static files too, which Django's middleware does not reach.
SILENCED_SYSTEM_CHECKS = ["security.W002"]

# How old a confirmation may be before the desk asks for a new one.
CHECK_EVERY_MONTHS = env_number("CHECK_EVERY_MONTHS", 12)

# Where e-mail goes: smtp://user:password@host:587 (STARTTLS) or smtps:// (TLS at once). Unset: to the console.
EMAIL = urlsplit(os.environ.get("EMAIL_URL", ""))
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL.scheme else 'console'}.EmailBackend"
if EMAIL.scheme:
    if EMAIL.scheme not in ("smtp", "smtps") or not EMAIL.hostname:
        raise ImproperlyConfigured("EMAIL_URL må være slik: smtp://bruker:passord@epost.example.no:587")
    EMAIL_HOST, EMAIL_USE_SSL = EMAIL.hostname, EMAIL.scheme == "smtps"
    # To a mail server on this machine nothing can be read on the way.
    EMAIL_USE_TLS = not EMAIL_USE_SSL and EMAIL_HOST not in LOCAL_HOSTS
    EMAIL_PORT = EMAIL.port or (465 if EMAIL_USE_SSL else 587)
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(EMAIL.username or ""), unquote(EMAIL.password or "")
    EMAIL_TIMEOUT = 15
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "katalogen@localhost")

# Where the exit on every page leads: a site anybody may have been looking at.
EXIT_URL = os.environ.get("EXIT_URL", "https://www.yr.no/")
if not EXIT_URL.startswith("https://"):
    raise ImproperlyConfigured(f"EXIT_URL må begynne med https://, ikke «{EXIT_URL}».")

# Method, route, status and duration of every request, for whoever must find what is slow.
ACCESS_LOG = env_bool("ACCESS_LOG", False)

# Nothing that is logged tells who looked for what: neither address, query, form nor variable of a traceback.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "quiet": {"()": "tilbud.web.logs.QuietFormatter", "format": "%(asctime)s %(levelname)s %(name)s"}
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "quiet"},
        "access": {"class": "logging.StreamHandler"},
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "tilbud.web.access": {"handlers": ["access"], "level": "INFO", "propagate": False},
        "django.server": {"handlers": [], "level": "CRITICAL", "propagate": False},
    },
}
