"""Settings: every value amiable reads from its environment, with its meaning and default."""

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

VARIABLES = {
    "AMIABLE_DATABASE": (
        "sqlite:///var/amiable.sqlite3",
        "Database: sqlite:///PATH or postgres://USER:PASSWORD@HOST:PORT/NAME",
    ),
    "AMIABLE_VAR": ("var", "Folder for the database, the outbox and other files"),
    "AMIABLE_LANGUAGE": ("", "Language of the commands, fr or en; empty: the system's"),
    "AMIABLE_SECRET_KEY": ("", "Secret for signatures; needed by the web server only"),
    "AMIABLE_SMTP": (
        "",
        "Mail server: smtp://USER:PASSWORD@HOST:PORT, smtps:// or smtp+starttls://",
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
    address = database_address(value("AMIABLE_DATABASE"))
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
    return settings


VAR = Path(value("AMIABLE_VAR"))
SMTP = value("AMIABLE_SMTP")
DATABASES = {"default": _database()}
INSTALLED_APPS = ["amiable.store"]
SECRET_KEY = value("AMIABLE_SECRET_KEY") or "no-signatures-are-made-by-the-command-line"
USE_TZ = True
TIME_ZONE = "UTC"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
