"""Settings shared by development, tests and production. Parts are chosen here and nowhere else."""

from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from config import env

ROOT = env.ROOT
CARNET_VERSION = "0.1.0"

# The server and its addresses
CARNET_DATA_DIR = env.data_dir()
SECRET_KEY = env.secret_key(CARNET_DATA_DIR)
DEBUG = False
CARNET_PORT = env.number("PORT", 8000, least=1, most=65535)
CARNET_BIND = env.bind("CARNET_BIND", "127.0.0.1")
CARNET_EXTERNAL_URL = env.address("CARNET_EXTERNAL_URL")  # empty: absolute addresses come from the checked Host
CARNET_CONTENT_URL = env.address("CARNET_CONTENT_URL")  # empty: user content comes from this host, always sandboxed
ALLOWED_HOSTS = env.allowed_hosts(CARNET_EXTERNAL_URL, CARNET_CONTENT_URL)
CARNET_TRUSTED_PROXIES = env.networks("CARNET_TRUSTED_PROXIES")
CARNET_STORAGE = env.storage(CARNET_DATA_DIR)  # where blobs lie: a folder, or a bucket
CARNET_OPEN_SIGNUP = env.flag("CARNET_OPEN_SIGNUP", default=False)
CARNET_OPERATOR_TOKEN = env.text("CARNET_OPERATOR_TOKEN")  # lets a Prometheus server read /metrics

CARNET_START_NOTICES = ["apps.accounts.actions.setup_link"]  # what `serve` says, when they return an address

# Limits
CARNET_CRASHED_AFTER_SECONDS = env.number("CARNET_CRASHED_AFTER_SECONDS", 300, least=10)
CARNET_RATE_LIMITS = {  # requests a minute; 0: no limit
    "file_stream": env.number("CARNET_RATE_LIMIT_FILE_STREAM", 12_000),  # per project
    "api": env.number("CARNET_RATE_LIMIT_API", 3_000),  # per token or person
}
CARNET_REQUEST_MAX_BYTES = 2_621_440
CARNET_GRAPHQL_MAX_BYTES = 32 * 2**20
CARNET_FILE_STREAM_MAX_BYTES = 16 * 2**20
CARNET_FILE_STREAM_MAX_UNPACKED_BYTES = 64 * 2**20
DATA_UPLOAD_MAX_MEMORY_SIZE = CARNET_GRAPHQL_MAX_BYTES  # config/asgi.py sets the limit of each route, as a 413

INSTALLED_APPS = [
    "channels",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "django.forms",
    "django_htmx",
    "django_vite",
    "guardian",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "apps.core",
    "apps.accounts",
    "apps.teams",
    "apps.projects",
    "apps.runs",
    "apps.alerts",
    "apps.panels",
    "apps.portal",
    "apps.gateways.wandb",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "apps.core.static.StaticFilesMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "apps.accounts.middleware.PrincipalMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "apps.core.refusals.RefusalMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
            ],
        },
    }
]

# Parts: each is swapped by one variable of the environment
REDIS_URL = env.redis()
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {"default": env.database(CARNET_DATA_DIR)}
CACHES: dict[str, dict[str, Any]] = {
    "default": (
        {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL, "KEY_PREFIX": "carnet"}
        if REDIS_URL
        else {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "OPTIONS": {"MAX_ENTRIES": 100_000},  # the default of 300 would make rate limits vanish
        }
    )
}
CHANNEL_LAYERS: dict[str, dict[str, Any]] = {
    "default": (
        {
            "BACKEND": "channels_redis.core.RedisChannelLayer",
            "CONFIG": {"hosts": [REDIS_URL], "prefix": "carnet.live", "capacity": 200, "expiry": 30},
        }
        if REDIS_URL
        else {"BACKEND": "apps.core.live.LoopBoundLayer", "CONFIG": {"capacity": 200, "expiry": 30}}
    )
}
CARNET_CELERY = "config.celery.app"
CELERY_BROKER_URL = REDIS_URL or "memory://localhost/"
CELERY_BROKER_TRANSPORT_OPTIONS = {"global_keyprefix": "carnet."} if REDIS_URL else {"polling_interval": 0.02}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "carnet"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_WORKER_POOL = "threads"  # what could hang or crash runs in a child process of its own
CELERY_WORKER_CONCURRENCY = 8
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BEAT_SCHEDULER = "celery.beat:Scheduler"  # keeps nothing on disk: the database is the queue's truth
CELERY_BEAT_MAX_LOOP_INTERVAL = 5
CELERY_TIMEZONE = "UTC"

_host = urlsplit(CARNET_EXTERNAL_URL).hostname or "localhost"
_mail = env.mail("apps.core.outbox.OutboxBackend", host=_host)
globals().update(_mail)
SERVER_EMAIL = _mail["DEFAULT_FROM_EMAIL"]

# People
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "apps.accounts.backends.PersonBackend",
    "guardian.backends.ObjectPermissionBackend",
]
GUARDIAN_MONKEY_PATCH_USER = False
ANONYMOUS_USER_NAME = None
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "apps.accounts.adapters.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "apps.accounts.adapters.SocialAdapter"
MFA_ADAPTER = "apps.accounts.adapters.MFAAdapter"
ACCOUNT_FORMS = {
    "login": "apps.accounts.forms.SignInForm",
    "signup": "apps.accounts.forms.JoinForm",
    "add_email": "apps.accounts.forms.AddEmailForm",
    "change_password": "apps.accounts.forms.ChangePasswordForm",
    "set_password": "apps.accounts.forms.SetPasswordForm",
    "reset_password": "apps.accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "apps.accounts.forms.ResetPasswordKeyForm",
    "reauthenticate": "apps.accounts.forms.ReauthenticateForm",
}
MFA_FORMS = {
    "authenticate": "apps.accounts.forms.CodeForm",
    "activate_totp": "apps.accounts.forms.ActivateAppForm",
    "add_webauthn": "apps.accounts.forms.AddPasskeyForm",
}
ACCOUNT_CHANGE_EMAIL = True  # one address a person; a new one replaces it once it is verified
ACCOUNT_EMAIL_NOTIFICATIONS = True  # a changed password or second factor is told by mail
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # nobody gets a mail because somebody typed a wrong address
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory" if env.text("EMAIL_URL") else "optional"
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if CARNET_EXTERNAL_URL.startswith("https:") else "http"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = False
MFA_TOTP_ISSUER = "Carnet"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not CARNET_EXTERNAL_URL.startswith("https:")  # browsers still insist on localhost
CARNET_OIDC_PROVIDER = env.openid_connect()
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [CARNET_OIDC_PROVIDER] if CARNET_OIDC_PROVIDER else []}}
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_LOGIN_ON_GET = False
ALLAUTH_TRUSTED_PROXY_COUNT = 0  # the addresses of clients are settled before Django: apps.core.forwarded

# Security
_https = CARNET_EXTERNAL_URL.startswith("https:")
SESSION_COOKIE_NAME = "carnet_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = _https
SESSION_COOKIE_AGE = 30 * 24 * 3600
CSRF_FAILURE_VIEW = "apps.core.refusals.csrf_failure"
CSRF_COOKIE_NAME = "carnet_csrf"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = _https
CSRF_TRUSTED_ORIGINS = [CARNET_EXTERNAL_URL] if CARNET_EXTERNAL_URL else []
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
X_FRAME_OPTIONS = "DENY"
# Where browsers may fetch bytes besides here: the content host and, with signed addresses, the object store.
CONTENT_ORIGINS = [origin for origin in (CARNET_CONTENT_URL, CARNET_STORAGE["OPTIONS"].get("endpoint")) if origin]
CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:", "blob:", *CONTENT_ORIGINS],
        "media-src": [SELF, "blob:", *CONTENT_ORIGINS],
        "font-src": [SELF],
        "connect-src": [SELF, *CONTENT_ORIGINS],
        "frame-src": [SELF, *CONTENT_ORIGINS],
        "worker-src": [SELF, "blob:"],
        "manifest-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF, *([CARNET_OIDC_PROVIDER["settings"]["server_url"]] if CARNET_OIDC_PROVIDER else [])],
        "frame-ancestors": [NONE],
    }
}

# Assets: found in their folders, served by this process; Vite names its files by content
STATIC_URL = "/static/"
STATIC_ROOT = None
STATICFILES_DIRS = [ROOT / "static"]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": CARNET_DATA_DIR / "media"},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/dist/assets/.+-[A-Za-z0-9_-]{8,}\.[a-z0-9]+$"
CARNET_VITE_URL = env.address("CARNET_VITE_URL")  # a running development server of the front end
DJANGO_VITE = {
    "default": {
        "dev_mode": bool(CARNET_VITE_URL),
        "dev_server_host": urlsplit(CARNET_VITE_URL).hostname or "localhost",
        "dev_server_port": urlsplit(CARNET_VITE_URL).port or 5173,
        "manifest_path": ROOT / "static" / "dist" / "manifest.json",
        "static_url_prefix": "" if CARNET_VITE_URL else "dist",
    }
}

# REST
REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["apps.core.rest.PrincipalAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["apps.core.rest.MeetsNeeds"],
    "DEFAULT_RENDERER_CLASSES": ["apps.core.rest.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["apps.core.rest.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "apps.core.openapi.CarnetSchema",
    "EXCEPTION_HANDLER": "apps.core.api.problem_handler",
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,  # `format` is a parameter of ours
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Carnet",
    "DESCRIPTION": "Runs, projects and teams of this server. Send a token as `Authorization: Bearer carnet-…`.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "apps.core.openapi.describe_parts",
    ],
    "TAGS": [
        {"name": "me", "description": "Who asks."},
        {"name": "tokens", "description": "One's own keys for programs."},
        {"name": "teams", "description": "People, their roles, and what they did."},
        {"name": "service accounts", "description": "Accounts for programs of a team, and their keys."},
        {"name": "projects", "description": "Projects, who reaches them, and their owners."},
        {"name": "runs", "description": "Executions: found, described, stopped."},
        {"name": "history", "description": "What runs logged, step by step."},
        {"name": "table", "description": "Runs as rows and columns: filtered, ordered, grouped, and as files."},
        {"name": "console", "description": "What runs printed."},
        {"name": "files", "description": "What runs saved."},
        {"name": "alerts", "description": "What scripts reported."},
    ],
    "ENUM_NAME_OVERRIDES": {  # one name per set of choices, also where fields share theirs
        "Role": "apps.teams.models.Role",
        "PersonRole": "apps.teams.serializers.ROLES",
        "RunState": "apps.runs.models.RunState",
        "NewRunState": "apps.runs.serializers.NEW_STATES",
    },
}

# Language and time
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("fr", _("French")), ("ja", _("Japanese"))]
LOCALE_PATHS = [ROOT / "locale"]
FORMS_URLFIELD_ASSUME_HTTPS = True
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# Logs: one line each, to stderr; addresses without their query strings
CARNET_LOG_LEVEL = env.choice("CARNET_LOG_LEVEL", "info", among=("debug", "info", "warning", "error")).upper()
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"queries": {"()": "apps.core.logs.DropQueries"}},
    "formatters": {"line": {"format": "{asctime} {levelname:<7} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["queries"]}},
    "root": {"handlers": ["stderr"], "level": CARNET_LOG_LEVEL},
    "loggers": {
        "django": {"handlers": [], "level": CARNET_LOG_LEVEL, "propagate": True},
        "django.request": {"level": "ERROR"},  # refusals are told to whoever asked; only our own failures are news
        "django.security.DisallowedHost": {"level": "CRITICAL", "propagate": False},  # a 400 says it; no traceback each
        "psycopg.pool": {"level": "ERROR"},
        "uvicorn.access": {"level": CARNET_LOG_LEVEL},
        "celery": {"level": "WARNING"},
        "kombu": {"level": "WARNING"},
        "amqp": {"level": "WARNING"},
        "botocore": {"level": "WARNING"},
        "boto3": {"level": "WARNING"},
        "asyncio": {"level": "WARNING"},
    },
}
