"""``amiable token``: programs' keys to the API."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import click

from amiable.cli.command import Day, Refused, Request, command
from amiable.cli.deeds import actor_of
from amiable.cli.output import print_json, say, table
from amiable.cli.texts import t, term
from amiable.desk.token import Scope, create_token, revoke_token, state_of
from amiable.store.api_token import list_tokens
from amiable.store.models import ApiToken, Company

_SCOPES = [scope.value for scope in Scope]


@click.group(
    "token",
    help=t("help.token"),
    epilog=t("help.token_more"),
    subcommand_metavar=t("option.command_metavar"),
)
def token() -> None:
    """Tokens."""


@command("token_add")
@click.argument("name", metavar=t("option.token_metavar"))
@click.option("--scope", "scopes", type=click.Choice(_SCOPES), multiple=True, required=True,
              help=t("option.scope"))  # fmt: skip
@click.option("--expires", type=Day(), metavar=t("option.day_metavar"), help=t("option.expires"))
def add(request: Request, name: str, scopes: tuple[str, ...], expires: date | None) -> None:
    """Make a token and print it, this once."""
    company = request.company
    if not name.strip():
        raise Refused(t("token.no_name"))
    if expires is not None and expires <= request.today:
        raise Refused(t("error.until", until=expires, start=request.today))
    made, text = create_token(
        actor_of(company),
        name=name.strip(),
        scopes=[Scope(scope) for scope in scopes],
        at=request.at,
        expires_at=_end(company, expires),
    )
    if request.json:
        print_json({"id": made.pk, "name": made.name, "scopes": made.scopes,
                    "expires_at": made.expires_at, "token": text})  # fmt: skip
        return
    say(t("token.added", name=made.name, company=company.name))
    say(text)
    say(t("token.once"))


@command("token_list")
def list_all(request: Request) -> None:
    """List the tokens, newest first."""
    company = request.company
    rows = list_tokens(company.pk)
    if request.json:
        print_json([
            {"id": row.pk, "name": row.name, "begins": row.prefix, "scopes": row.scopes,
             "state": state_of(row, request.at), "expires_at": row.expires_at,
             "used_at": row.used_at}
            for row in rows
        ])  # fmt: skip
        return
    if not rows:
        say(t("token.none", company=company.name))
        return
    zone = ZoneInfo(company.timezone)
    table(
        [t(f"head.{name}") for name in ("number", "name", "begins", "may", "state", "expires",
                                        "last_use")],
        [
            (
                str(row.pk),
                row.name,
                row.prefix + "…",
                ", ".join(term("scope_short", scope) for scope in row.scopes),
                term("token_state", state_of(row, request.at)),
                _day(row.expires_at, zone),
                _day(row.used_at, zone) or t("user.never"),
            )
            for row in rows
        ],
        right=(0,),
    )  # fmt: skip


@command("token_revoke")
@click.argument("which", metavar=t("option.which_token_metavar"))
def revoke(request: Request, which: str) -> None:
    """Close the API to a token, for good."""
    company = request.company
    row = revoke_token(actor_of(company), _meant(request, company, which).pk, at=request.at)
    if request.json:
        print_json({"id": row.pk, "name": row.name, "state": state_of(row, request.at)})
    else:
        say(t("token.revoked", name=row.name))


for one, called in ((add, "add"), (list_all, "list"), (revoke, "revoke")):
    token.add_command(one, called)


def _meant(request: Request, company: Company, which: str) -> ApiToken:
    """The token of a number, or the only active one of a name."""
    rows = list_tokens(company.pk)
    found = [row for row in rows if str(row.pk) == which]
    found = found or [
        row for row in rows if row.name == which and state_of(row, request.at) == "active"
    ]
    if not found:
        raise Refused(t("token.unknown", which=which))
    if len(found) > 1:
        raise Refused(
            t("token.several", name=which, numbers=", ".join(str(row.pk) for row in found))
        )
    return found[0]


def _end(company: Company, day: date | None) -> datetime | None:
    """The first instant of a day where the company is."""
    return datetime.combine(day, time(), ZoneInfo(company.timezone)) if day else None


def _day(at: datetime | None, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d}" if at else ""
