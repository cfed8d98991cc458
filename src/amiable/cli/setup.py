"""``amiable init``: create a company."""

import re
import unicodedata
from dataclasses import replace

import click
from babel import Locale
from email_validator import EmailNotValidError, validate_email
from schwifty import IBAN
from schwifty.exceptions import SchwiftyException
from stdnum.exceptions import ValidationError
from stdnum.fr import siren

from amiable.cli.command import Refused, Request, command
from amiable.cli.output import at_terminal, print_json, say
from amiable.cli.texts import t
from amiable.desk.company import company_key, create_company
from amiable.desk.identity import known_identity
from amiable.engine.parties import Company, Language

_LETTERS = 2  # ISO 3166-1 alpha-2


def slug(name: str) -> str:
    """A short key from a name: "Atelier Fournil" gives atelier-fournil."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:60] or "company"


def checked_siren(value: str) -> str:
    """A SIREN without spaces; raises Refused when it is none."""
    try:
        return str(siren.validate(value)) if value else ""
    except ValidationError as error:
        raise Refused(t("error.siren", value=value)) from error


def checked_iban(value: str) -> str:
    """An IBAN without spaces; raises Refused when it is none."""
    if not value:
        return ""
    try:
        return str(IBAN(value, validate_bban=True))
    except SchwiftyException as error:
        raise Refused(t("error.iban", value=value)) from error


def checked_email(value: str) -> str:
    """An e-mail address; raises Refused when it is none."""
    if not value:
        return ""
    try:
        return str(
            validate_email(value, check_deliverability=False, test_environment=True).normalized
        )
    except EmailNotValidError as error:
        raise Refused(t("error.email", value=value)) from error


def checked_country(value: str) -> str:
    """A country code of two letters; raises Refused when it is none."""
    code = value.strip().upper()
    if code not in Locale("en").territories or len(code) != _LETTERS:
        raise Refused(t("error.country", value=value))
    return code


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
    checks = {"siren": checked_siren, "iban": checked_iban, "email": checked_email,
              "country": checked_country}  # fmt: skip
    said |= {field: check(said[field]) for field, check in checks.items() if field in said}
    known = known_identity(key) or Company(key=key, name=name)
    anew = known_identity(key) is None
    company = replace(known, name=name, language=Language(language), **said)
    row = create_company(company, at=request.at)
    if request.json:
        print_json({"key": row.key, "name": row.name, "policy": row.policy})
        return
    done = "init.done" if anew else "init.corrected"
    say(t(done, name=row.name, key=row.key))
    if not row.iban:
        say(t("init.iban"))
    say(t("init.next"))
