"""Settings: every value amiable reads from its environment, with its meaning and default."""

import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from ipaddress import ip_address
from pathlib import Path
from secrets import token_urlsafe
from urllib.parse import quote, unquote, urlsplit

from django.utils.functional import SimpleLazyObject

VARIABLES = {
    "AMIABLE_DATABASE": (
        "",
        "Database: sqlite:///PATH or postgres://USER:PASSWORD@HOST:PORT/NAME; empty:"
        " amiable.sqlite3 under AMIABLE_VAR",
    ),
    "AMIABLE_VAR": ("var", "Folder for the database, the outbox and other files"),
    "AMIABLE_LANGUAGE": ("", "Language of the commands, fr or en; empty: the system's"),
    "AMIABLE_SECRET_KEY": (
        "",
        "Secret for sessions, links and stored passwords; empty: one is made and kept in"
        " secret.key under AMIABLE_VAR",
    ),
    "AMIABLE_SMTP": (
        "",
        "Mail server: smtp://USER:PASSWORD@HOST:PORT, smtps:// or smtp+starttls://",
    ),
    "AMIABLE_DNS": (
        "",
        "DNS servers to ask what stands about a domain mail comes from, as 192.0.2.1 or"
        " 192.0.2.1:5353, separated by commas; empty: the system's",
    ),
    "AMIABLE_URL": (
        "http://127.0.0.1:8000",
        "Where people reach the desk: the links of mails begin so, and its host is answered to",
    ),
    "AMIABLE_HOSTS": ("", "Further host names the desk answers to, separated by commas"),
    "AMIABLE_TODAY": ("", "Play another day in the desk (YYYY-MM-DD), for demos; empty: today"),
    "AMIABLE_WEBHOOK_PRIVATE": (
        "0",
        "1: webhooks and SMS gateways may be on plain http and at addresses of the own network;"
        " for trying out, or where everybody who may add one is trusted",
    ),
    "AMIABLE_API_PER_MINUTE": (
        "600",
        "Requests to the API that a token may make in a minute; 0: any number",
    ),
    "AMIABLE_API_REFUSED_PER_MINUTE": (
        "30",
        "Requests without a valid token answered to an address in a minute; 0: any number",
    ),
    "AMIABLE_SERVE": ("1", "0: `make demo` ends without serving the desk"),
    "AMIABLE_UPLOAD_MB": ("500", "Megabytes that files brought into the desk at once may have"),
    "AMIABLE_LOG": (
        "",
        "Form of the log on standard error, console or json; empty: console at a terminal, else"
        " json",
    ),
}
"""name -> (default, meaning); documented in docs/settings.md, which a test compares."""


class SettingRefused(ValueError):
    """An environment variable holds something that cannot be used."""


def value(name: str) -> str:
    """The variable's value, or its default."""
    return os.environ.get(name, VARIABLES[name][0])


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseAddress:
    """A database URL taken apart."""

    engine: str
    name: str
    user: str = ""
    password: str = ""
    host: str = ""
    port: str = ""


def database_address(url: str) -> DatabaseAddress:
    """Read AMIABLE_DATABASE. Raises SettingRefused naming what is wrong and what to write."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        path = unquote(url.removeprefix("sqlite:///"))
        if not path or path.startswith("sqlite:"):
            raise SettingRefused(f"AMIABLE_DATABASE={url!r} names no file: write sqlite:///PATH")
        return DatabaseAddress(engine="django.db.backends.sqlite3", name=path)
    if parts.scheme in ("postgres", "postgresql"):
        return DatabaseAddress(
            engine="django.db.backends.postgresql",
            name=unquote(parts.path.lstrip("/")),
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            host=unquote(parts.hostname or ""),
            port=str(parts.port or ""),
        )
    raise SettingRefused(
        f"AMIABLE_DATABASE={url!r} is neither sqlite:///PATH nor postgres://USER:PASSWORD@HOST/NAME"
    )


def _database() -> dict[str, object]:
    beside = f"sqlite:///{quote(str(VAR / 'amiable.sqlite3'))}"
    address = database_address(value("AMIABLE_DATABASE") or beside)
    settings: dict[str, object] = {
        "ENGINE": address.engine,
        "NAME": address.name,
        "USER": address.user,
        "PASSWORD": address.password,
        "HOST": address.host,
        "PORT": address.port,
    }
    if address.engine.endswith("sqlite3"):
        settings["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
                "PRAGMA cache_size=-32000; PRAGMA temp_store=MEMORY;"
            ),
        }
    else:
        # As long as SQLite waits for its one writer; then it is told (`web.busy`, `cli.failures`).
        settings["OPTIONS"] = {"options": "-c lock_timeout=20s"}
    return settings


def _secret(folder: Path) -> str:
    """The secret key: the one given, or one made once and kept where its owner alone reads it."""
    given = value("AMIABLE_SECRET_KEY")
    if given:
        return given
    kept = folder / "secret.key"
    with suppress(FileExistsError):
        folder.mkdir(parents=True, exist_ok=True)
        made = os.open(kept, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        os.write(made, token_urlsafe(50).encode("ascii"))
        os.close(made)
    return kept.read_text(encoding="ascii")


def played_day() -> date | None:
    """The day AMIABLE_TODAY plays, if any. Raises SettingRefused."""
    text = value("AMIABLE_TODAY")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise SettingRefused(f"AMIABLE_TODAY={text!r} is no day: write YYYY-MM-DD") from error


def log_form() -> str:
    """The form of the log asked for, if any. Raises SettingRefused."""
    form = value("AMIABLE_LOG")
    if form not in ("", "console", "json"):
        raise SettingRefused(f"AMIABLE_LOG={form!r} is no form: write console or json")
    return form


def number(name: str) -> int:
    """A variable that is a whole number. Raises SettingRefused."""
    text = value(name)
    if not text.isdecimal():
        raise SettingRefused(f"{name}={text!r} is no number: write digits alone")
    return int(text)


def upload_most() -> int:
    """The bytes that files dropped at once may have. Raises SettingRefused."""
    text = value("AMIABLE_UPLOAD_MB")
    if not text.isdecimal() or not int(text):
        raise SettingRefused(f"AMIABLE_UPLOAD_MB={text!r} is no size: write a number of megabytes")
    return int(text) * 1_000_000


def dns_servers() -> tuple[str, ...]:
    """The DNS servers to ask. Raises SettingRefused for what is no address of one."""
    servers = tuple(part for one in value("AMIABLE_DNS").split(",") if (part := one.strip()))
    for server in servers:
        plain = server.count(":") > 1 and "]" not in server  # of IPv6, without a port
        try:
            parts = urlsplit(f"//[{server}]" if plain else f"//{server}")
            ip_address(parts.hostname or "")
            fits = parts.port != 0
        except ValueError:
            fits = False
        if not fits:
            raise SettingRefused(
                f"AMIABLE_DNS={server!r} is no DNS server: write 192.0.2.1 or 192.0.2.1:5353"
            )
    return servers


VAR = Path(value("AMIABLE_VAR"))
SMTP = value("AMIABLE_SMTP")
DNS_SERVERS = dns_servers()
URL = value("AMIABLE_URL").rstrip("/")
SERVE = value("AMIABLE_SERVE") != "0"
API_PER_MINUTE = number("AMIABLE_API_PER_MINUTE")
API_REFUSED_PER_MINUTE = number("AMIABLE_API_REFUSED_PER_MINUTE")
WEBHOOK_PRIVATE = value("AMIABLE_WEBHOOK_PRIVATE") == "1"
DATABASES = {"default": _database()}
SECRET_KEY = SimpleLazyObject(lambda: _secret(VAR))
USE_TZ = True
TIME_ZONE = "UTC"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- the desk in a browser ------------------------------------------------------------------

_ADDRESS = urlsplit(URL)
_SECURE = _ADDRESS.scheme == "https"

INSTALLED_APPS = [
    "amiable.store",
    "amiable.web",
    "amiable.portal",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "chartkick.django",
    "django_tasks",
    "django_tasks_db",
]
MIDDLEWARE = [
    "django.middleware.gzip.GZipMiddleware",
    "amiable.web.security.SecurityHeaders",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "amiable.web.language.UserLanguage",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "amiable.web.busy.DatabaseBusy",
]
ROOT_URLCONF = "amiable.site.urls"
WSGI_APPLICATION = "amiable.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": ["amiable.web.templatetags.desk", "django.templatetags.static"],
        },
    }
]
ALLOWED_HOSTS = [
    _ADDRESS.hostname or "127.0.0.1",
    "127.0.0.1",
    "localhost",
    "[::1]",
    *(host.strip() for host in value("AMIABLE_HOSTS").split(",") if host.strip()),
]
CSRF_TRUSTED_ORIGINS = [f"{_ADDRESS.scheme}://{_ADDRESS.netloc}"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _SECURE else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _SECURE
SESSION_COOKIE_NAME = "amiable_session"
SECURE_HSTS_SECONDS = 31_536_000 if _SECURE else 0
SECURE_REFERRER_POLICY = "same-origin"
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 31_536_000  # every address of an asset names its contents: `asset` tag
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
UPLOAD_MOST = upload_most()
FILE_UPLOAD_HANDLERS = [
    "amiable.web.imports.limit.ImportLimit",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

LANGUAGES = [("fr", "Français"), ("en", "English")]
LANGUAGE_CODE = "fr"
USE_I18N = True

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
LOGGING_CONFIG = "amiable.site.log.configure"
LOGGING = {"form": log_form()}

# --- who signs in ---------------------------------------------------------------------------

AUTH_USER_MODEL = "store.User"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"
SESSION_COOKIE_AGE = 14 * 24 * 3600  # of a browser that asked to be remembered
CSRF_COOKIE_HTTPONLY = True
PASSWORD_RESET_TIMEOUT = 24 * 3600
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # invitations prove the address
ACCOUNT_EMAIL_NOTIFICATIONS = True  # a change of password or second factor is told by mail
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # nobody is written to who has no account
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
ACCOUNT_LOGOUT_REDIRECT_URL = "/accounts/login/"
ACCOUNT_ADAPTER = "amiable.web.people.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "amiable.web.people.account_forms.SignInForm",
    "reset_password": "amiable.web.people.account_forms.ForgottenForm",
    "change_password": "amiable.web.people.account_forms.NewPasswordForm",
    "reset_password_from_key": "amiable.web.people.account_forms.PasswordByLinkForm",
}
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if _SECURE else 0
MFA_ADAPTER = "amiable.web.people.adapter.FactorAdapter"
MFA_FORMS = {
    "add_webauthn": "amiable.web.people.account_forms.PasskeyForm",
    "edit_webauthn": "amiable.web.people.account_forms.PasskeyNameForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not _SECURE
MFA_TOTP_ISSUER = "amiable"
MFA_TOTP_TOLERANCE = 1  # a telephone whose clock is half a minute off
CACHES = {
    # Counts failed sign-ins for all processes of the desk.
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": str(VAR / "cache"),
    },
    # Counts the requests to the API. Apart, so that many strangers push no sign-in out.
    "api": {
        "BACKEND": "amiable.site.cache.CountingFileCache",
        "LOCATION": str(VAR / "cache" / "api"),
        "OPTIONS": {"MAX_ENTRIES": 3000},
    },
}
PLAYED_DAY = played_day()
