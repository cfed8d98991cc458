"""``amiable policy``: show, check, publish, use."""

from pathlib import Path

import click

from amiable.cli.command import Refused, Request, command
from amiable.cli.output import print_json, say, table
from amiable.cli.texts import LANGUAGE, t, term
from amiable.desk.policy import PolicyUnknown, choose_policy, publish_policy
from amiable.engine.policy import FixedCalendar, HabitQuantile, Policy, PolicyRefused, Step
from amiable.engine.policy_toml import policy_from_toml, policy_to_toml
from amiable.store.company import load_policies


@click.group("policy", help=t("help.policy"))
def policy() -> None:
    """Policies."""


@command("policy_show")
@click.argument("name", default="")
@click.option("--toml", "as_toml", is_flag=True, help=t("option.toml"))
def show(request: Request, name: str, as_toml: bool) -> None:
    """Show the policies in force, or one in full."""
    company = request.company
    book = load_policies(company)
    if not name:
        if request.json:
            print_json([
                {"name": one.name, "version": one.version, "default": one.name == book.default}
                for one in book.policies.values()
            ])  # fmt: skip
            return
        table(
            [t("head.policy"), t("head.version"), t("head.description")],
            [
                (one.name + (" ✓" if one.name == book.default else ""), str(one.version),
                 one.description.get(LANGUAGE.value, ""))
                for one in book.policies.values()
            ],
        )  # fmt: skip
        return
    if name not in book.policies:
        raise Refused(t("policy.unknown", name=name, names=", ".join(book.policies)))
    chosen = book.policies[name]
    if as_toml or request.json:
        print_json({"toml": policy_to_toml(chosen)}) if request.json else say(
            policy_to_toml(chosen)
        )
        return
    _show_ladder(chosen)


def _show_ladder(chosen: Policy) -> None:
    say(f"{chosen.name} · {t('head.version')} {chosen.version}")
    say(chosen.description.get(LANGUAGE.value, ""))
    say(_trigger(chosen))
    rows = []
    if chosen.notice:
        rows.append((t("policy.before", n=chosen.notice.after), *_step(chosen.notice)))
    for step in chosen.steps:
        rows.append((t("policy.after", n=step.after), *_step(step)))
    heads = ("head.when", "head.tone", "head.channel", "head.role", "head.approval")
    table([t(head) for head in heads], rows)
    say(t("policy.spacing", n=chosen.spacing))


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
        share = f"{round(trigger.share * 100)} %"
        return t("policy.habit", share=share, floor=trigger.floor, cap=cap)
    return t("policy.own_mean", plus=trigger.plus, floor=trigger.floor, cap=cap)


def _read(file: Path) -> Policy:
    try:
        return policy_from_toml(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(t("error.file", file=str(file), detail=str(error))) from error
    except PolicyRefused as error:
        lines = [f"{file}: {one.where}: {one.problem}\n    → {one.remedy}" for one in error.errors]
        raise Refused("\n".join(lines)) from error


@command("policy_check", database=False)
@click.argument("file", type=click.Path(path_type=Path))
def check(request: Request, file: Path) -> None:
    """Check a policy file and tell every error with its remedy."""
    read = _read(file)
    if request.json:
        print_json({"name": read.name, "errors": []})
        return
    say(t("policy.sound", file=str(file)))
    _show_ladder(read)


@command("policy_publish")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--use", is_flag=True, help=t("option.use"))
def publish(request: Request, file: Path, use: bool) -> None:
    """Publish a policy file as a new version."""
    company = request.company
    published = publish_policy(company, _read(file), at=request.at)
    if use:
        choose_policy(company, published.name)
    if request.json:
        print_json({"name": published.name, "version": published.version})
    else:
        say(t("policy.published", name=published.name, version=published.version))


@command("policy_use")
@click.argument("name")
def use(request: Request, name: str) -> None:
    """Make a published policy the company's default."""
    company = request.company
    try:
        choose_policy(company, name)
    except PolicyUnknown as error:
        names = ", ".join(load_policies(company).policies)
        raise Refused(t("policy.unknown", name=name, names=names)) from error
    if request.json:
        print_json({"default": name})
    else:
        say(t("policy.used", name=name))


for _name, _member in (("show", show), ("check", check), ("publish", publish), ("use", use)):
    policy.add_command(_member, _name)
