"""One file, top to bottom; what differs between places comes from the environment.

Every variable read here is listed in ``.env.example``.
"""

import os
import sys
from pathlib import Path

import structlog
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _
from environs import Env

BASE_DIR = Path(__file__).resolve().parents[3]
env = Env()
env.read_env(str(BASE_DIR / ".env"), recurse=False)

TESTING = "pytest" in sys.modules or "PYTEST_VERSION" in os.environ
DEBUG = env.bool("DEBUG", False)
OPENSTI_DATA_DIR = Path(env.str("OPENSTI_DATA_DIR", str(BASE_DIR / "var")))
OPENSTI_PROCEDURES_DIR = Path(
    env.str("OPENSTI_PROCEDURES_DIR", str(BASE_DIR / "procedures"))
)
# Where people reach the house: links in letters begin with it.
OPENSTI_ADDRESS = env.str("OPENSTI_ADDRESS", "http://localhost:8000")
OPENSTI_LOG_ORIGIN = env.str("OPENSTI_LOG_ORIGIN", "opensti.localhost/log")
OPENSTI_LOG_KEY = env.str("OPENSTI_LOG_KEY", "")
OPENSTI_LOG_FORMER_KEYS: list[str] = env.list("OPENSTI_LOG_FORMER_KEYS", [])
OPENSTI_LOG_POLICY = env.str("OPENSTI_LOG_POLICY", "")
# Open data: prefixes as registered with who keeps them, the house's ROR, the licence.
OPENSTI_OCID_PREFIX = env.str("OPENSTI_OCID_PREFIX", "ocds-sti000")
OPENSTI_360GIVING_PREFIX = env.str("OPENSTI_360GIVING_PREFIX", "360G-sti")
OPENSTI_DOI_PREFIX = env.str("OPENSTI_DOI_PREFIX", "10.5072")
OPENSTI_ROR = env.str("OPENSTI_ROR", "")
OPENSTI_DATA_LICENCE = env.str(
    "OPENSTI_DATA_LICENCE", "https://creativecommons.org/licenses/by/4.0/"
)
# How often one key, or one address, may ask the interface; 0: as often as it likes.
OPENSTI_API_PER_MINUTE = env.int("OPENSTI_API_PER_MINUTE", 600)
OPENSTI_API_BURST = env.int("OPENSTI_API_BURST", 100)
# Whether changes are sent to plain HTTP and to addresses of this network (development).
OPENSTI_WEBHOOKS_LOCAL = env.bool("OPENSTI_WEBHOOKS_LOCAL", DEBUG)
# Whether programs that walk the web may: not those of a house that only tries.
OPENSTI_INDEXED = env.bool("OPENSTI_INDEXED", True)
OPENSTI_CLAMAV = env.str("OPENSTI_CLAMAV", "")
OPENSTI_EMBEDDINGS = env.str("OPENSTI_EMBEDDINGS", "")
OPENSTI_FILE_LIMIT_MB = env.int("OPENSTI_FILE_LIMIT_MB", 50)
# A folder of certificates: whose signatures in PDF files are called trusted.
OPENSTI_SIGNATURE_ROOTS = env.str("OPENSTI_SIGNATURE_ROOTS", "")
# Below this probability a tie is not made a case.
OPENSTI_CONFLICT_LEAST = env.float("OPENSTI_CONFLICT_LEAST", 0.1)
# Whom one applicant may ask to leave out of judging one dossier.
OPENSTI_EXCLUSIONS = env.int("OPENSTI_EXCLUSIONS", 3)
OPENSTI_PRODUCTION = env.bool("OPENSTI_PRODUCTION", False)


def _secret_key() -> str:
    """The key from the environment, or one made once and kept beside the data."""
    given = env.str("SECRET_KEY", "")
    if given or OPENSTI_PRODUCTION:
        return given  # in production Django itself refuses an empty key
    path = OPENSTI_DATA_DIR / "secret.key"
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="ascii") as file:
            path.chmod(0o600)
            file.write(os.urandom(32).hex())
    except FileExistsError:
        pass
    return path.read_text(encoding="ascii")


SECRET_KEY = _secret_key()
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]", "testserver"]
)
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [])
DATABASES = {
    "default": env.dj_db_url(
        "TEST_DATABASE_URL" if TESTING else "DATABASE_URL",
        f"sqlite:///{OPENSTI_DATA_DIR / 'opensti.sqlite3'}",
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Writers queue instead of failing; readers never wait. In production a commit
    # also survives a power cut, because a receipt may have been given out for it.
    _sync = "FULL" if OPENSTI_PRODUCTION else "NORMAL"
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            f"PRAGMA journal_mode=WAL; PRAGMA synchronous={_sync};"
            "PRAGMA cache_size=-64000; PRAGMA mmap_size=268435456;"
            "PRAGMA temp_store=MEMORY;"
        ),
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# Opened anew for each request, SQLite would read the whole schema again each time: longer
# than it takes to keep an answer.
DATABASES["default"]["CONN_MAX_AGE"] = 60

DOMAINS = [
    f"opensti.domains.{name}"
    for name in (
        "accounts",
        "registry",
        "procedures",
        "strategies",
        "tasks",
        "calls",
        "overlaps",
        "panels",
        "portfolios",
        "contracts",
        "results",
        "assessments",
        "innovation",
        "surveys",
        "publications",
        "supervision",
    )
]
INSTALLED_APPS = [
    "opensti.project",
    "opensti.web",
    "opensti.portal",
    "opensti.ui",
    *DOMAINS,
    "opensti.kernel.record",
    "opensti.kernel.files",
    "opensti.kernel.jobs",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "django_cotton.apps.SimpleAppConfig",
    "template_partials.apps.SimpleAppConfig",
    "django_tables2",
    "django_filters",
    "django_tasks",
    "django_tasks_db",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "opensti.project.middleware.ActorMiddleware",
    "opensti.project.middleware.SightMiddleware",
    "opensti.project.middleware.RefusalMiddleware",
    "opensti.project.caching.PublicPagesMiddleware",
    "opensti.api.conditional.ApiMiddleware",
]
ROOT_URLCONF = "opensti.project.urls"
WSGI_APPLICATION = "opensti.project.wsgi.application"
_LOADERS = [
    "django_cotton.cotton_loader.Loader",
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "opensti.project.context.frame",
            ],
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    _LOADERS
                    if DEBUG
                    else [("django.template.loaders.cached.Loader", _LOADERS)],
                )
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "django_cotton.templatetags.cotton",
                "template_partials.templatetags.partials",
                "opensti.ui.templatetags.ui",
            ],
        },
    }
]
FORM_RENDERER = "opensti.ui.forms.Renderer"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
if TESTING:
    OPENSTI_API_PER_MINUTE = 0
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "portal:home"
ACCOUNT_ADAPTER = "opensti.project.signin.ClosedDoor"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
PASSWORD_RESET_TIMEOUT = 24 * 3600
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
# How many proxies stand before the site: whose word on the client's address counts.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", 0)
ACCOUNT_RATE_LIMITS = {
    # A whole office comes in by one address at eight; wrong passwords count below.
    "login": "240/m/ip",
    # By key: codes of the second factor. Passwords are counted by project/attempts.py.
    "login_failed": "10/m/ip,5/15m/key",
    "reset_password": "20/m/ip,5/m/key",
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "OpenSTI"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "opensti.project.errors.csrf_failure"

EMAIL_URL = env.dj_email_url("EMAIL_URL", f"file:///{OPENSTI_DATA_DIR / 'mail'}")
vars().update(EMAIL_URL)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "opensti@localhost.localdomain")

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": str(OPENSTI_DATA_DIR / "cache"),
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    },
    # What strangers make the house keep stands apart, so that no flood of questions throws
    # out what counts sign-ins; and is emptied when somebody is erased.
    "pages": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": str(OPENSTI_DATA_DIR / "cache-pages"),
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    },
}
if TESTING:
    for name, kept in CACHES.items():
        kept["BACKEND"] = "django.core.cache.backends.locmem.LocMemCache"
        kept["LOCATION"] = name

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    "camera": [],
    "geolocation": [],
    "microphone": [],
}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if OPENSTI_PRODUCTION:
    SECURE_SSL_REDIRECT = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True

LANGUAGES = [("vi", _("Vietnamese")), ("en", _("English"))]
LANGUAGE_CODE = "vi"
LOCALE_PATHS = [BASE_DIR / "src" / "opensti" / "locale"]
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_THOUSAND_SEPARATOR = False
STATIC_URL = "static/"
STATIC_ROOT = OPENSTI_DATA_DIR / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DJANGO_TABLES2_TEMPLATE = "ui/table.html"

structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        structlog.processors.JSONRenderer(),
    ],
    cache_logger_on_first_use=True,
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "WARNING")},
}
