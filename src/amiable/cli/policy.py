"""``amiable policy``: show, check, publish, use."""

import sys
from pathlib import Path

import click

from amiable.cli.command import Refused, Request, command
from amiable.cli.deeds import actor_of
from amiable.cli.files import read_text
from amiable.cli.output import print_json, say, table
from amiable.cli.texts import language, t, term
from amiable.desk.policy import (
    PolicyMoved,
    PolicyNameTaken,
    PolicyUnknown,
    assign_policies,
    publish_version,
)
from amiable.engine.parties import Language, Segment
from amiable.engine.policy import FixedCalendar, HabitQuantile, Policy, PolicyRefused, Step
from amiable.engine.policy_toml import policy_from_toml, policy_to_toml
from amiable.store.company import load_policies
from amiable.store.models import Company
from amiable.store.policy import newest_version
from amiable.words.policies import policy_error
from amiable.words.typography import curly, french


@click.group(
    "policy",
    help=t("help.policy"),
    epilog=t("help.policy_more"),
    subcommand_metavar=t("option.command_metavar"),
)
def policy() -> None:
    """Policies."""


@command("policy_show")
@click.argument("name", default="", metavar=t("option.policy_metavar"))
@click.option("--toml", "as_toml", is_flag=True, help=t("option.toml"))
def show(request: Request, name: str, as_toml: bool) -> None:
    """Show the policies in force, or one in full."""
    company = request.company
    book = load_policies(company)
    if not name:
        if request.json:
            print_json([
                {"name": one.name, "version": one.version, "default": one.name == book.default,
                 "description": one.description}
                for one in book.policies.values()
            ])  # fmt: skip
            return
        table(
            [t("head.policy"), t("head.version"), t("head.description")],
            [
                (one.name + (" ✓" if one.name == book.default else ""), str(one.version),
                 _described(one))
                for one in book.policies.values()
            ],
        )  # fmt: skip
        return
    if name not in book.policies:
        raise Refused(t("policy.unknown", name=name, names=", ".join(book.policies)))
    chosen = book.policies[name]
    if request.json:
        print_json({"name": chosen.name, "version": chosen.version,
                    "toml": policy_to_toml(chosen)})  # fmt: skip
    elif as_toml:
        sys.stdout.write(policy_to_toml(chosen))
    else:
        _show_ladder(chosen)


def _described(chosen: Policy) -> str:
    text = chosen.description.get(language().value, "")
    return french(text) if language() is Language.FR else curly(text)


def _show_ladder(chosen: Policy) -> None:
    say(f"{chosen.name} · {t('head.version')} {chosen.version}")
    say(_described(chosen))
    say(_trigger(chosen))
    rows = []
    if chosen.notice:
        rows.append((t("policy.before", n=chosen.notice.after), *_step(chosen.notice)))
    for step in chosen.steps:
        rows.append((t("policy.after", n=step.after), *_step(step)))
    heads = ("head.when", "head.tone", "head.channel", "head.role", "head.approval")
    table([t(head) for head in heads], rows)
    say(t("policy.spacing", n=chosen.spacing))
    if chosen.thanks:
        when = term("thanks_when", chosen.thanks.when.value)
        approval = term("approval", chosen.thanks.approval.value)
        say(t("policy.thanks", when=when, approval=approval))


def _step(step: Step) -> tuple[str, str, str, str]:
    return (
        term("tone", step.tone.value),
        term("channel", step.channel.value),
        term("role", step.role.value),
        term("approval", step.approval.value),
    )


def _trigger(chosen: Policy) -> str:
    trigger = chosen.trigger
    if isinstance(trigger, FixedCalendar):
        return t("policy.calendar", n=trigger.days)
    cap = str(trigger.cap) if trigger.cap else t("policy.auto")
    if isinstance(trigger, HabitQuantile):
        share = str(round(trigger.share * 100))
        return t("policy.habit", share=share, floor=trigger.floor, cap=cap)
    return t("policy.own_mean", plus=trigger.plus, floor=trigger.floor, cap=cap)


def read_policy(file: Path) -> Policy:
    """The policy of a file; every error in it is told with its remedy."""
    try:
        return policy_from_toml(read_text(file))
    except PolicyRefused as error:
        told = ((one.where, policy_error(one, language())) for one in error.errors)
        lines = [f"{file}, {where}: {problem}\n    → {remedy}" for where, (problem, remedy) in told]
        raise Refused("\n".join(lines)) from error


@command("policy_check", database=False)
@click.argument("file", metavar=t("option.file_metavar"), type=click.Path(path_type=Path))
def check(request: Request, file: Path) -> None:
    """Check a policy file and tell every error with its remedy."""
    read = read_policy(file)
    if request.json:
        print_json({"name": read.name, "errors": []})
        return
    say(t("policy.sound", file=str(file)))
    _show_ladder(read)


@command("policy_publish")
@click.argument("file", metavar=t("option.file_metavar"), type=click.Path(path_type=Path))
@click.option("--comment", default="", help=t("option.comment"))
@click.option("--use", is_flag=True, help=t("option.use"))
def publish(request: Request, file: Path, comment: str, use: bool) -> None:
    """Publish a policy file as a new version."""
    company, read = request.company, read_policy(file)
    newest = newest_version(company.pk, read.name)
    try:
        published = publish_version(
            actor_of(company),
            read,
            base=newest.version if newest else None,
            comment=comment or file.name,
            at=request.at,
        )
    except (PolicyMoved, PolicyNameTaken) as error:
        raise Refused(t("policy.moved", name=read.name)) from error
    if use:
        _choose(request, company, published.name)
    if request.json:
        print_json({"name": published.name, "version": published.version})
    else:
        say(t("policy.published", name=published.name, version=published.version))


@command("policy_use")
@click.argument("name", metavar=t("option.policy_metavar"))
def use(request: Request, name: str) -> None:
    """Make a published policy the company's default."""
    _choose(request, request.company, name)
    if request.json:
        print_json({"default": name})
    else:
        say(t("policy.used", name=name))


def _choose(request: Request, company: Company, name: str) -> None:
    """Make a policy the default; the segments keep theirs."""
    by_segment = {Segment(key): kept for key, kept in company.policies_by_segment.items()}
    try:
        assign_policies(actor_of(company), name, by_segment, at=request.at)
    except PolicyUnknown as error:
        names = ", ".join(load_policies(company).policies)
        raise Refused(t("policy.unknown", name=name, names=names)) from error


for _name, _member in (("show", show), ("check", check), ("publish", publish), ("use", use)):
    policy.add_command(_member, _name)
