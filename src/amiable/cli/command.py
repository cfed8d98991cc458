"""What every command shares: its options, the database, the company, the customer."""

import functools
import pkgutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from amiable.cli.answers import ANSWERS
from amiable.cli.failures import Refused
from amiable.cli.texts import t
from amiable.sources.table.cells import FIRST_YEAR, LAST_YEAR
from amiable.store.company import CompanyUnknown, company_row, list_companies
from amiable.store.models import Company

__all__ = ["Day", "Refused", "Request", "command", "need_tables"]


class Day(click.ParamType[date]):
    """A day of the years 1990 to 2100, written as 2026-02-04 or 04/02/2026."""

    name = "date"

    def convert(self, value: Any, param: Any, ctx: Any) -> date:
        """Text to date."""
        if isinstance(value, date):
            return value
        for pattern in ("%Y-%m-%d", "%d/%m/%Y"):
            with suppress(ValueError):
                day = datetime.strptime(value, pattern).replace(tzinfo=UTC).date()
                if FIRST_YEAR <= day.year <= LAST_YEAR:
                    return day
                years = {"first": FIRST_YEAR, "last": LAST_YEAR}
                raise click.BadParameter(t("error.day_year", value=value, **years), ctx, param)
        raise click.BadParameter(t("error.day", value=value), ctx, param)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a command was asked for, beside its own arguments."""

    company_key: str
    today: date
    at: datetime
    json: bool

    @property
    def is_now(self) -> bool:
        """Whether the day asked for is the one on the wall."""
        return self.today == self.at.astimezone().date()

    @property
    def company(self) -> Company:
        """The company asked for, or the only one there is."""
        companies = list_companies()
        keys = ", ".join(company.key for company in companies)
        if self.company_key:
            try:
                return company_row(self.company_key)
            except CompanyUnknown as error:
                raise Refused(_unknown_company(self.company_key, keys)) from error
        if not companies:
            raise Refused(t("error.no_company"))
        if len(companies) > 1:
            raise Refused(t("error.which_company", keys=keys))
        return companies[0]


def _unknown_company(key: str, keys: str) -> str:
    if not keys:
        return t("error.no_company")
    return t("error.company_unknown", key=key, keys=keys)


def command(key: str, *, database: bool = True, **attributes: Any) -> Callable[..., Any]:
    """A command with ``--company``, ``--as-of``, ``--json``; its help is the text ``help.<key>``.

    The function gets a `Request` first, then its own arguments.
    """

    def decorate(function: Callable[..., Any]) -> click.Command:
        @functools.wraps(function)
        def run(company: str, as_of: date | None, json: bool, **arguments: Any) -> Any:
            now = datetime.now(UTC)
            today = as_of or now.astimezone().date()
            if database:
                need_tables()
            asked = Request(company_key=company, today=today, at=now, json=json)
            function(asked, **arguments)

        decorated: Any = run
        if hasattr(function, "__click_params__"):
            decorated.__click_params__ = function.__click_params__
        for option in (
            click.option("--json", "json", is_flag=True, help=t("option.json")),
            click.option("--as-of", "as_of", type=Day(), metavar=t("option.day_metavar"),
                         help=t("option.as_of")),
            click.option("--company", default="", envvar="AMIABLE_COMPANY", metavar="KEY",
                         help=t("option.company")),
        ):  # fmt: skip
            decorated = option(decorated)
        name = key.rpartition("_")[2]
        text = t(f"help.{key}")
        made: click.Command = click.command(
            name,
            cls=click.Command,
            help=text,
            short_help=text.partition("\n")[0],
            epilog=f"{t('help.answer')}\n\n\b\n{ANSWERS[key]}",
            **attributes,
        )(decorated)
        return made

    return decorate


def _migrations() -> set[tuple[str, str]]:
    """The names of all migrations, of our tables and of those of the libraries."""
    return {
        (app.label, found.name)
        for app in apps.get_app_configs()
        for found in pkgutil.iter_modules([str(Path(app.path, "migrations"))])
    }


def need_tables() -> None:
    """Bring the tables up to date: a new database gets them, an old one its migrations."""
    if connection.vendor == "sqlite":
        Path(str(settings.DATABASES["default"]["NAME"])).parent.mkdir(parents=True, exist_ok=True)
    # Asking Django's executor would load every migration; the names say enough.
    if _migrations() - set(MigrationRecorder(connection).applied_migrations()):
        # Imported here: it is needed once in the life of a database.
        from django.core.management import call_command  # noqa: PLC0415

        call_command("migrate", verbosity=0, interactive=False)
