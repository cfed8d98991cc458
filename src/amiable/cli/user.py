"""``amiable user``: who signs in to the desk."""

import click
from django.conf import settings

from amiable.cli.command import Refused, Request, command
from amiable.cli.deeds import actor_of
from amiable.cli.output import print_json, say, table
from amiable.cli.setup import checked
from amiable.cli.texts import t, term
from amiable.desk.access import OtherCompany
from amiable.desk.member import LastAdministrator, admit, change_role, deactivate
from amiable.desk.sign_in import close_account, forget_factors, note_sign_in_deed, password_link
from amiable.engine.parties import Language
from amiable.store.membership import members
from amiable.store.models import Company, User
from amiable.store.models.audit_entry import Door
from amiable.store.models.membership import Role
from amiable.store.user import UserUnknown, user_of

_ROLES = [role.value for role in Role]


@click.group(
    "user",
    help=t("help.user"),
    epilog=t("help.user_more"),
    subcommand_metavar=t("option.command_metavar"),
)
def user() -> None:
    """People."""


@command("user_add")
@click.argument("email", metavar=t("option.email_metavar"))
@click.option("--name", default="", help=t("option.person_name"))
@click.option("--role", type=click.Choice(_ROLES), default=Role.COLLECTOR.value,
              show_default=True, help=t("option.person_role"))  # fmt: skip
@click.option("--language", type=click.Choice(["fr", "en"]), default="fr", show_default=True,
              help=t("option.person_language"))  # fmt: skip
def add(request: Request, email: str, name: str, role: str, language: str) -> None:
    """Let somebody in."""
    company = request.company
    address = checked("email", email)
    made = admit(
        actor_of(company),
        address,
        name=name,
        role=Role(role),
        language=Language(language),
        at=request.at,
    )
    link = password_link(made, settings.URL)
    if request.json:
        print_json({"email": made.email, "role": role, "link": link})
        return
    say(t("user.added", email=made.email, company=company.name, role=term("member_role", role)))
    say(t("user.link", link=link))


@command("user_list")
def list_users(request: Request) -> None:
    """List who works for the company."""
    company = request.company
    rows = members(company.pk)
    if request.json:
        print_json([
            {"email": row.user.email, "name": row.user.name, "role": row.role,
             "active": row.active and row.user.is_active, "last_login": row.user.last_login}
            for row in rows
        ])  # fmt: skip
        return
    if not rows:
        say(t("user.none", company=company.name))
        return
    heads = [t(f"head.{name}") for name in ("person", "email", "role", "last_login", "access")]
    table(
        heads,
        [
            (
                row.user.name,
                row.user.email,
                term("member_role", row.role),
                f"{row.user.last_login:%Y-%m-%d}" if row.user.last_login else t("user.never"),
                t("user.open") if row.active and row.user.is_active else t("user.closed"),
            )
            for row in rows
        ],
    )


@command("user_role")
@click.argument("email", metavar=t("option.email_metavar"))
@click.argument("role", type=click.Choice(_ROLES), metavar=t("option.role_metavar"))
def role(request: Request, email: str, role: str) -> None:
    """Give somebody another role."""
    company, found = request.company, _known(email)
    try:
        change_role(actor_of(company), found.pk, Role(role), request.at)
    except LastAdministrator as error:
        raise Refused(t("user.last", company=company.name)) from error
    except OtherCompany as error:
        raise _stranger(found, company) from error
    if request.json:
        print_json({"email": found.email, "role": role})
    else:
        say(t("user.role", email=found.email, role=term("member_role", role)))


@command("user_deactivate")
@click.argument("email", metavar=t("option.email_metavar"))
@click.option("--everywhere", is_flag=True, help=t("option.everywhere"))
def close(request: Request, email: str, everywhere: bool) -> None:
    """Close the company to somebody, or the whole account."""
    found = _known(email)
    if everywhere:
        done = t("user.closed_everywhere", email=found.email)
        try:
            close_account(found, request.at, Door.CLI)
        except LastAdministrator as error:
            raise Refused(t("user.last", company=str(error))) from error
    else:
        company = request.company
        done = t("user.deactivated", email=found.email, company=company.name)
        try:
            deactivate(actor_of(company), found.pk, request.at)
        except LastAdministrator as error:
            raise Refused(t("user.last", company=company.name)) from error
        except OtherCompany as error:
            raise _stranger(found, company) from error
    if request.json:
        print_json({"email": found.email, "active": False})
    else:
        say(done)


@command("user_link")
@click.argument("email", metavar=t("option.email_metavar"))
@click.option("--forget-factors", "forget", is_flag=True, help=t("option.forget_factors"))
def link(request: Request, email: str, forget: bool) -> None:
    """Print a link to a new password."""
    found = _known(email)
    removed = forget_factors(found) if forget else 0
    note_sign_in_deed(found, "password_link", request.at, door=Door.CLI)
    if forget:
        note_sign_in_deed(found, "factors_removed", request.at, door=Door.CLI)
    made = password_link(found, settings.URL)
    if request.json:
        print_json({"email": found.email, "link": made, "factors_removed": removed})
        return
    if forget:
        say(t("user.factors", n=removed))
    say(t("user.link", link=made))


for one, called in ((add, "add"), (list_users, "list"), (role, "role"),
                    (close, "deactivate"), (link, "link")):  # fmt: skip
    user.add_command(one, called)


def _known(email: str) -> User:
    try:
        return user_of(email)
    except UserUnknown as error:
        raise Refused(t("user.unknown", email=email)) from error


def _stranger(found: User, company: Company) -> Refused:
    facts = {"email": found.email, "company": company.name, "key": company.key}
    return Refused(t("user.stranger", **facts))
