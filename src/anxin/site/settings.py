"""Django settings, all of them read from the environment or from files under `ANXIN_HOME`.

One insurer per `ANXIN_HOME`: the database, uploaded files, the demo's clock and the secret key live in that one folder.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

HOME = Path(os.environ.get("ANXIN_HOME", "var")).absolute()
HOME.mkdir(parents=True, exist_ok=True)

PACKAGE = Path(__file__).resolve().parent.parent


def _flag(name: str, default: bool = False) -> bool:
    return os.environ.get(name, "1" if default else "0").lower() in {"1", "true", "yes", "on"}


def _secret() -> str:
    """The signing key: from the environment, else made once and kept readable by its owner only."""
    given = os.environ.get("ANXIN_SECRET_KEY")
    if given:
        return given
    path = HOME / "secret-key"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as handle:
        key = secrets.token_urlsafe(50)
        handle.write(key)
    return key


def _database() -> dict[str, object]:
    """SQLite under the home folder, or what `ANXIN_DATABASE_URL` (postgres://user:password@host:port/name) says."""
    url = os.environ.get("ANXIN_DATABASE_URL", "")
    if not url:
        synchronous = os.environ.get("ANXIN_SQLITE_SYNCHRONOUS", "NORMAL").upper()
        if synchronous not in {"NORMAL", "FULL"}:
            raise ValueError("ANXIN_SQLITE_SYNCHRONOUS must be NORMAL (survives kill -9) or FULL (survives power loss)")
        return {
            "ENGINE": "anxin.site.sqlite",
            "NAME": HOME / "anxin.sqlite3",
            # IMMEDIATE takes the write lock at BEGIN: a transaction that reads and then writes can never fail half-way
            # with "database is locked", it waits its turn instead.
            "OPTIONS": {
                "timeout": 30,
                # A claim asks some 120 different statements on its way; SQLite compiles what the connection has forgotten anew.
                "cached_statements": 1024,
                "transaction_mode": "IMMEDIATE",
                "init_command": (
                    f"PRAGMA journal_mode=WAL; PRAGMA synchronous={synchronous}; PRAGMA foreign_keys=ON;"
                    " PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY; PRAGMA mmap_size=268435456;"
                    # A checkpoint writes each page once, however often it changed: every 16 MB, and a quarter as often as usual.
                    " PRAGMA recursive_triggers=ON; PRAGMA wal_autocheckpoint=4000;"
                ),
            },
            "CONN_MAX_AGE": None,
            "TEST": {"NAME": os.environ.get("ANXIN_TEST_DATABASE") or None},
        }
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ValueError("ANXIN_DATABASE_URL must start with postgres:// (leave it unset for SQLite)")
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "anxin.site.postgres",
        "NAME": unquote(parts.path.lstrip("/")) or "anxin",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", unquote(parts.hostname or "")),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": query,
    }


SECRET_KEY = _secret()
DEBUG = _flag("ANXIN_DEBUG")
ALLOWED_HOSTS = os.environ.get("ANXIN_HOSTS", "localhost,127.0.0.1,[::1],testserver").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("ANXIN_ORIGINS", "").split(",") if origin]
# TLS ends at a proxy in production; on a developer's machine there is none, so cookies must work over plain HTTP there.
SECURE_COOKIES = _flag("ANXIN_TLS")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_COOKIES
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = 31_536_000 if SECURE_COOKIES else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
if SECURE_COOKIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "SAMEORIGIN"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "django_cotton.apps.SimpleAppConfig",
    "anxin.access",
    "anxin.journal",
    "anxin.registers.customers",
    "anxin.registers.products",
    "anxin.registers.policies",
    "anxin.papers",
    "anxin.messages",
    "anxin.webhooks",
    "anxin.rulebook",
    "anxin.journeys.claims",
    "anxin.journeys.imported",
    "anxin.voice.questionnaires",
    "anxin.voice.campaigns",
    "anxin.voice.responses",
    "anxin.voice.comments",
    "anxin.voice.paper",
    "anxin.voice.reports",
    "anxin.voice.datasets",
    "anxin.voice.interviews",
    "anxin.voice.weights",
    "anxin.insight.results",
    "anxin.insight.cockpit",
    "anxin.insight.indicators",
    "anxin.insight.whatif",
    "anxin.insight.improvement",
    "anxin.insight.process",
    "anxin.insight.scorecards",
    "anxin.connectors.payments",
    "anxin.connectors.outbox",
    "anxin.faces.judgements",
    "anxin.faces.portal",
    "anxin.faces.answers",
    "anxin.faces.desk",
    "anxin.faces.api",
    "anxin.site",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "anxin.site.middleware.PersonalLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "anxin.site.middleware.ActorMiddleware",
    "anxin.site.middleware.GivenPasswordMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "axes.middleware.AxesMiddleware",
    "anxin.site.middleware.RefusedMiddleware",
]

# For addresses under /api/ (site.wsgi): programs have tokens, no sessions and no forms. Host names are checked when asked for.
API_MIDDLEWARE = ["django.middleware.security.SecurityMiddleware"]
# For addresses under /q/: respondents have a link and nothing else, and thousands may come in a minute.
ANSWERS_MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
]

ROOT_URLCONF = "anxin.site.urls"
WSGI_APPLICATION = "anxin.site.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": ["django_cotton.templatetags.cotton", "django.templatetags.i18n", "django.templatetags.static"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "anxin.site.context.page",
                "anxin.site.context.nav",
            ],
        },
    }
]

DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/account/login/"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "anxin.site.signin.AccountAdapter"
ACCOUNT_LOGOUT_ON_GET = False
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "account/locked.html"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
# The insurer's zone: a day limit ends at 24:00 here. Stored moments are UTC whatever this says.
TIME_ZONE = os.environ.get("ANXIN_ZONE", "Asia/Shanghai")

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STATICFILES_DIRS = [PACKAGE / "static"]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": HOME / "files"},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 25 * 1024 * 1024
# The page that says what a table's columns are has a dozen boxes a column, and a table a thousand columns at most.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 15_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# Requests a token of the API may send in a minute, counted by each web process; 0 sets no limit.
API_RATE = int(os.environ.get("ANXIN_API_RATE", "60000"))
if API_RATE < 0:
    raise ValueError("ANXIN_API_RATE must be a number of requests a minute, or 0 for no limit")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "style-src": ["'self'"],
        "script-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "frame-ancestors": ["'self'"],
        "form-action": ["'self'"],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("ANXIN_LOG", "WARNING")},
}

SILENCED_SYSTEM_CHECKS: list[str] = []

# A batch of photographs is one upload; what is too many for it is said on its page (voice/paper), not by a bare 400.
DATA_UPLOAD_MAX_NUMBER_FILES = 1_200
# Pictures of paper forms are erased so many days after they were read, once every form in them is settled.
VOICE_PAPER_DAYS = int(os.environ.get("ANXIN_PAPER_DAYS", "30"))

# The lake: a folder of Parquet files, and what answers the questions that are group-bys over it.
LAKE = Path(os.environ.get("ANXIN_LAKE", HOME / "lake"))
LAKE_ENGINE = os.environ.get("ANXIN_LAKE_ENGINE", "duckdb")
if LAKE_ENGINE not in {"duckdb", "spark"}:
    raise ValueError("ANXIN_LAKE_ENGINE must be duckdb or spark")
LAKE_SPARK = os.environ.get("ANXIN_LAKE_SPARK", "local[*]")

# Closed cases leave the lake so many years after their end; 0 keeps them. The journal keeps them in any case.
LAKE_YEARS = int(os.environ.get("ANXIN_LAKE_YEARS", "0"))
if LAKE_YEARS < 0:
    raise ValueError("ANXIN_LAKE_YEARS must be a number of years, or 0 to keep all")

# Where people reach this installation: links in messages and QR codes begin with it.
PUBLIC_URL = os.environ.get("ANXIN_URL", "http://localhost:8000").rstrip("/")
# What customers call; shown on every portal page.
INSURER_PHONE = os.environ.get("ANXIN_PHONE", "400-000-0000")
INSURER_NAME_ZH = os.environ.get("ANXIN_INSURER_ZH", "CPA保险")
INSURER_NAME_EN = os.environ.get("ANXIN_INSURER_EN", "CPA Insurance")
