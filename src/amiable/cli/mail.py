"""``amiable mail``: whether the company's mail will be believed."""

import click

from amiable.cli.command import Refused, Request, command
from amiable.cli.output import day, heading, print_json, say, waiting
from amiable.cli.texts import language, t
from amiable.desk.dns_check import Checked, NoDomain, check_domain
from amiable.desk.dns_finding import Finding, Level
from amiable.words import catalogue


@click.group(
    "mail",
    help=t("help.mail"),
    epilog=t("help.mail_more"),
    subcommand_metavar=t("option.command_metavar"),
)
def mail() -> None:
    """Mail."""


@command("mail_check")
def check(request: Request) -> None:
    """Look what the DNS says of the company's domain; exit code 1 when messages get lost by it."""
    try:
        with waiting(t("mail.looking"), quiet=request.json):
            checked = check_domain(request.company, at=request.at)
    except NoDomain as error:
        raise Refused(_text("dns.no_domain")) from error
    if request.json:
        print_json(_record(checked))
    else:
        _tell(checked)
    if any(one.level == Level.BAD for one in checked.findings):
        raise click.exceptions.Exit(1)


def _record(checked: Checked) -> dict[str, object]:
    return {
        "domain": checked.domain,
        "checked_at": checked.at,
        "findings": [
            {
                "about": one.about,
                "level": one.level,
                "code": one.code,
                "says": _says(one),
                "found": one.found,
                "put_name": one.name if one.put else "",
                "put": one.put,
            }
            for one in checked.findings
        ],
    }


def _tell(checked: Checked) -> None:
    say(_text("dns.checked", domain=checked.domain, at=day(checked.at.date())))
    for one in checked.findings:
        say()
        heading(f"{_text(f'dns.name.{one.about}')} – {_text(f'dns.level.{one.level}')}")
        say(_says(one))
        if one.found:
            say(f"{_text('dns.found')}:")
            say(one.found)
        if one.put:
            say(f"{_text('dns.put')}. {_text('dns.put_name', name=one.name)}")
            say(one.put)


def _says(one: Finding) -> str:
    return _text(f"dns.{one.about}.{one.code}", **one.facts)


def _text(key: str, **facts: str | int) -> str:
    return catalogue.say(language(), key, **facts)


mail.add_command(check)
