"""``amiable plan``: the worklist of a day, each line with its reason."""

from collections.abc import Sequence

import click

from amiable.cli.command import Request, command
from amiable.cli.look import KINDS
from amiable.cli.output import amounts, day, print_json, progress, say, table, waiting, width
from amiable.cli.texts import counted, language, t, term
from amiable.desk.plan import draw_plan, look_at_plan
from amiable.store.models import Company
from amiable.store.outbox import approved_steps
from amiable.store.plan import StoredEntry, list_entries, newest_day
from amiable.words import sentence

_WIDE = 100  # columns
_TO_DO = ("remind", "escalate")


def entries_of(request: Request, company: Company) -> tuple[list[StoredEntry], bool]:
    """The entries of the day asked for, and whether they are stored.

    Only the plan of the day on the wall is stored. Any other day is looked at, for a plan of
    another day must not take the place of today's; so is today when a plan was drawn ahead.
    """
    newest = newest_day(company.pk)
    title = t("progress.planning")
    if not request.is_now or (newest and newest > request.today):
        with waiting(title, quiet=request.json):
            return look_at_plan(company, request.today), False
    with progress(title, quiet=request.json) as tick:
        draw_plan(company, request.today, progress=tick)
    return list_entries(company.pk, request.today), True


@command("plan")
@click.option("--all", "every", is_flag=True, help=t("option.all_decisions"))
@click.option("--limit", default=50, show_default=True, metavar="N", help=t("option.limit"))
def plan(request: Request, every: bool, limit: int) -> None:
    """Draw the plan of the day and show the worklist with its reasons."""
    if limit < 1:
        raise click.UsageError(t("plan.limit"))
    company = request.company
    entries, stored = entries_of(request, company)
    shown = entries if every else [entry for entry in entries if entry.row.kind in _TO_DO]
    if request.json:
        print_json([entry_record(entry) for entry in shown])
        return
    if not stored:
        say(t("plan.trial", on=request.today))
        say()
    show_worklist(company, shown, limit)
    say()
    _summary(entries)


def _summary(entries: Sequence[StoredEntry]) -> None:
    if not entries:
        say(t("plan.nobody"))
        return
    kinds = [entry.row.kind for entry in entries]
    counts = {kind: kinds.count(kind) for kind in KINDS}
    say(t("plan.counts", counts=counted("decided", counts)))
    peace = sum(entry.row.spared for entry in entries)
    if peace:
        say(t("plan.spared", n=peace))
    if counts["remind"]:
        say(t("plan.next"))


def entry_record(entry: StoredEntry) -> dict[str, object]:
    """A plan entry for programs."""
    row = entry.row
    return {
        "customer": row.customer.key,
        "name": row.customer.name,
        "decision": row.kind,
        "policy": row.policy,
        "decided_on": row.decided_on,
        "look_again_on": row.look_again_on,
        "reasons": [
            {"code": reason.code, **reason.named(), "text": sentence(reason, language())}
            for reason in entry.reasons
        ],
        "alerts": [sentence(reason, language()) for reason in entry.alerts],
        "amounts": list(entry.amounts),
        "spared": row.spared,
        **{
            name: row.detail[name]
            for name in ("number", "tone", "channel", "approval", "cycle", "chased", "listed")
            if name in row.detail
        },
    }


def show_worklist(company: Company, entries: Sequence[StoredEntry], limit: int) -> None:
    """The worklist: what to do for whom, how much, and why."""
    if not entries:
        say(t("plan.nothing", name=company.name))
        return
    filed = approved_steps(company.pk)
    ordered = sorted(entries, key=lambda entry: (KINDS.index(entry.row.kind), -_largest(entry)))
    _show_rows([_row(entry, filed) for entry in ordered[:limit]])
    if len(ordered) > limit:
        say(t("plan.more", n=len(ordered) - limit))


def _row(entry: StoredEntry, filed: set[tuple[int, str, int]]) -> tuple[str, str, str, str]:
    who = f"{entry.row.customer.name}\n{entry.row.customer.key}"
    return who, amounts(entry.amounts), _what(entry, filed), _why(entry)


def _show_rows(rows: Sequence[tuple[str, str, str, str]]) -> None:
    heads = [t("head.customer"), t("head.due_amount"), t("head.what"), t("head.why")]
    if width() >= _WIDE:
        table(heads, rows, right=(1,))
        return
    # On a narrow screen the amount stands above what is to be done, so that reasons have room.
    narrow = [(who, f"{due}\n{what}" if due else what, why) for who, due, what, why in rows]
    table([heads[0], heads[2], heads[3]], narrow)


def _largest(entry: StoredEntry) -> int:
    return max((amount.minor for amount in entry.amounts), default=0)


def _what(entry: StoredEntry, filed: set[tuple[int, str, int]]) -> str:
    detail = entry.row.detail
    if entry.row.kind != "remind":
        again = entry.row.look_again_on
        until = f"\n→ {day(again)}" if again else ""
        return term("decision", entry.row.kind) + until
    what = f"{term('tone', detail['tone'])}\n{term('channel', detail['channel'])}"
    if (entry.row.customer_id, detail["cycle"], detail["number"]) in filed:
        what += f"\n✓ {t('plan.approved')}"
    return what


def _why(entry: StoredEntry) -> str:
    lines = [sentence(reason, language()) for reason in entry.reasons]
    lines += [f"! {sentence(reason, language())}" for reason in entry.alerts]
    return "\n".join(lines)
