"""``amiable init``: create a company."""

from dataclasses import replace

import click
from babel import Locale
from django.db import transaction

from amiable.cli.command import Refused, Request, command
from amiable.cli.deeds import deed
from amiable.cli.output import at_terminal, print_json, say
from amiable.cli.texts import t
from amiable.desk.company import company_key, create_company
from amiable.desk.identity import (
    NotIdentity,
    checked_email,
    checked_iban,
    checked_siren,
    known_identity,
)
from amiable.engine.parties import Company, Language
from amiable.store.models import Company as CompanyRow

_LETTERS = 2  # ISO 3166-1 alpha-2


def checked(what: str, value: str) -> str:
    """A number or address as it is kept; raises Refused when it is none."""
    try:
        return _CHECKS[what](value)
    except NotIdentity as error:
        raise Refused(t(f"error.{what}", value=value)) from error


_CHECKS = {"siren": checked_siren, "iban": checked_iban, "email": checked_email}


def checked_country(value: str) -> str:
    """A country code of two letters; raises Refused when it is none."""
    code = value.strip().upper()
    if code not in Locale("en").territories or len(code) != _LETTERS:
        raise Refused(t("error.country", value=value))
    return code


def created(request: Request, company: Company) -> CompanyRow:
    """The company, created or corrected; written down in its own audit log."""
    before = known_identity(company.key)
    with transaction.atomic():
        row = create_company(company, at=request.at)
        if before != company:
            code = "company_corrected" if before else "company_created"
            with deed(request, row, code, name=row.name):
                pass
    return row


@command("init")
@click.option("--name", default="", help=t("option.name"))
@click.option("--siren", default="", help=t("option.siren"))
@click.option("--iban", default="", help=t("option.iban"))
@click.option("--email", default="", help=t("option.email"))
@click.option("--sender", default="", help=t("option.sender"))
@click.option("--phone", default="", help=t("option.phone"))
@click.option("--country", default="FR", show_default=True, help=t("option.country"))
@click.option("--language", type=click.Choice(["fr", "en"]), default="fr", show_default=True,
              help=t("option.language"))  # fmt: skip
def init(request: Request, name: str, language: str, **identity: str) -> None:
    """Create a company, or correct its identity."""
    if not name and at_terminal():
        name = click.prompt(t("option.name"))
    if not name.strip():
        raise Refused(t("error.name"))
    key = company_key(request.company_key or name)
    said = {field: value for field, value in identity.items() if value}
    said |= {field: checked(field, said[field]) for field in _CHECKS if field in said}
    if "country" in said:
        said["country"] = checked_country(said["country"])
    known = known_identity(key) or Company(key=key, name=name)
    anew = known_identity(key) is None
    company = replace(known, name=name, language=Language(language), **said)
    row = created(request, company)
    if request.json:
        print_json({"key": row.key, "name": row.name, "policy": row.policy})
        return
    done = "init.done" if anew else "init.corrected"
    say(t(done, name=row.name, key=row.key))
    if not row.iban:
        say(t("init.iban"))
    say(t("init.next"))
