"""What every command shares: its options, the database, errors told with a remedy."""

import functools
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import OperationalError

from amiable.cli.texts import t
from amiable.store.company import CompanyUnknown, company_row, list_companies
from amiable.store.customer import find_customers
from amiable.store.models import Company, Customer


class Refused(click.ClickException):
    """The request cannot be done: the sentence says why and what to do. Exit code 1."""

    exit_code = 1


class Day(click.ParamType[date]):
    """A day written as 2026-02-04 or 04/02/2026."""

    name = "date"

    def convert(self, value: Any, param: Any, ctx: Any) -> date:
        """Text to date."""
        if isinstance(value, date):
            return value
        for pattern in ("%Y-%m-%d", "%d/%m/%Y"):
            with suppress(ValueError):
                return datetime.strptime(value, pattern).replace(tzinfo=UTC).date()
        raise click.BadParameter(t("error.day", value=value), ctx, param)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a command was asked for, beside its own arguments."""

    company_key: str
    today: date
    at: datetime
    json: bool

    @property
    def company(self) -> Company:
        """The company asked for, or the only one there is."""
        if self.company_key:
            try:
                return company_row(self.company_key)
            except CompanyUnknown as error:
                raise Refused(t("error.company_unknown", key=self.company_key)) from error
        companies = list_companies()
        if not companies:
            raise Refused(t("error.no_company"))
        if len(companies) > 1:
            keys = ", ".join(company.key for company in companies)
            raise Refused(t("error.which_company", keys=keys))
        return companies[0]


def customer_of(company: Company, words: str) -> Customer:
    """The one customer meant by a key or a part of the name."""
    found = find_customers(company.pk, words)
    if not found:
        raise Refused(t("error.customer_unknown", words=words))
    if len(found) > 1:
        names = "\n".join(f"  {row.key}  {row.name}" for row in found)
        raise Refused(t("error.which_customer", words=words) + "\n" + names)
    return found[0]


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
            return function(asked, **arguments)

        decorated: Any = run
        if hasattr(function, "__click_params__"):
            decorated.__click_params__ = function.__click_params__
        for option in (
            click.option("--json", "json", is_flag=True, help=t("option.json")),
            click.option("--as-of", "as_of", type=Day(), help=t("option.as_of")),
            click.option(
                "--company", default="", envvar="AMIABLE_COMPANY", help=t("option.company")
            ),
        ):
            decorated = option(decorated)
        name = key.replace("_", "-")
        made: click.Command = click.command(name, help=t(f"help.{key}"), **attributes)(decorated)
        return made

    return decorate


def need_tables() -> None:
    """Bring the tables up to date: a new database gets them, an old one its migrations."""
    if connection.vendor == "sqlite":
        Path(str(settings.DATABASES["default"]["NAME"])).parent.mkdir(parents=True, exist_ok=True)
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            call_command("migrate", verbosity=0, interactive=False)
    except OperationalError as error:
        raise Refused(t("error.database", error=str(error).strip())) from error
