"""Letter batch: approved letters printed together, then posted, or printed anew."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db import transaction

from amiable.desk.access import Actor, OtherCompany
from amiable.desk.audit import recorded, subject
from amiable.desk.company_logo import logo_of
from amiable.desk.dispatch import SECOND_THOUGHTS
from amiable.desk.event import Event, told_reminder
from amiable.desk.habit import known_habits
from amiable.desk.last_gate import DAY_OFF, LastGate
from amiable.desk.plan import DecisionDesk, redraw
from amiable.desk.statement import statement_for
from amiable.desk.webhook import announce_all
from amiable.engine import parties
from amiable.engine.parties import Language
from amiable.store import letter_batch as store
from amiable.store.company import load_company, lock_company
from amiable.store.customer import touch
from amiable.store.models import Company, LetterBatch, OutboxRow
from amiable.store.models.outbox import OutboxState
from amiable.store.outbox import release
from amiable.words import term
from amiable.words.addressee import town_line
from amiable.words.letter import CoverRow, PrintFile, write_letters
from amiable.words.statement import statement_page

MOST_AT_ONCE = 500
"""Letters of one batch at most: one waits while they are laid out."""
_LONGEST_AGO = timedelta(days=31)
_PAGE = 100
_RECENT = 20


class BatchSettled(Exception):
    """Somebody said before what became of this batch; ``batch`` as it is now."""

    def __init__(self, batch: LetterBatch) -> None:
        super().__init__(batch.key)
        self.batch = batch


class DayRefused(ValueError):
    """Letters are posted between the day they were printed and today."""


class TooLate(LookupError):
    """The minute to think better of it is over, or the letters are printed elsewhere."""


@dataclass(slots=True, kw_only=True)
class Made:
    """A batch that was made. ``left_out`` are letters no longer due, with the code of the reason;
    ``kept`` those that wait for a working day; ``taken``: somebody else printed them meanwhile.
    ``batch`` None: nothing was left to print.
    """

    batch: LetterBatch | None = None
    left_out: list[tuple[OutboxRow, str]] = field(default_factory=list)
    kept: list[OutboxRow] = field(default_factory=list)
    taken: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a batch is printed: each letter on sheets of its own, a statement behind each."""

    odd: bool = False
    statements: bool = False


def make_batch(
    actor: Actor, letters: Sequence[int], layout: Layout, *, today: date, at: datetime
) -> Made:
    """Print approved letters (primary keys). Raises OtherCompany for one that is not the actor's.

    A last gate decides each customer anew: what was paid or answered since is left out and
    cancelled. Each of the others is taken by one UPDATE, so that no letter is in two batches.
    """
    made = Made()
    with transaction.atomic():
        lock_company(actor.company)
        rows = store.letters_by_pk(actor.company.pk, actor.only, letters[:MOST_AT_ONCE])
        if len(rows) != len(set(letters[:MOST_AT_ONCE])):
            raise OtherCompany(actor.company, "letter")
        waiting = [row for row in rows if row.state == OutboxState.APPROVED]
        passed = _passed(actor.company, waiting, made, today=today, at=at)
        if passed:
            made.batch = _claimed(actor, passed, layout, today=today, at=at)
        made.taken = len(rows) - len(waiting)
        concerned = [row.customer_id for row in (*passed, *(row for row, _ in made.left_out))]
        if concerned:
            redraw(actor.company, concerned, today)
    if made.batch is not None:
        print_file(made.batch)
    return made


def _passed(
    company: Company, rows: Sequence[OutboxRow], made: Made, *, today: date, at: datetime
) -> list[OutboxRow]:
    """The letters that are still due; the others are noted in ``made``."""
    passed = []
    for looked in LastGate(company, today).look(rows):
        if not looked.why:
            passed.append(looked.row)
        elif looked.why == DAY_OFF:
            made.kept.append(looked.row)
        elif release(company.pk, looked.row.pk, OutboxState.CANCELLED, looked.why, at=at):
            made.left_out.append((looked.row, looked.why))
    touch(company.pk, [row.customer_id for row, _ in made.left_out])
    return passed


def _claimed(
    actor: Actor, rows: Sequence[OutboxRow], layout: Layout, *, today: date, at: datetime
) -> LetterBatch:
    """A batch with these letters in it. The company is locked: nobody else takes them just now."""
    batch = LetterBatch(
        company=actor.company,
        key=uuid4().hex[:12],
        made_on=today,
        made_at=at,
        made_by=actor.user,
        count=len(rows),
        odd=layout.odd,
        statements=layout.statements,
    )
    with recorded(actor, "letters_printed", at=at, n=len(rows)) as entry:
        store.add_batch(batch)
        store.claim_letters(batch, rows, at)
        entry.subject = subject(batch)
    return batch


# --- the file -------------------------------------------------------------------------------


def print_file(batch: LetterBatch) -> bytes:
    """The file to print. It is laid out once, outside any transaction, and kept."""
    content = store.content_of(batch)
    if not content:
        content = write_letters(_file(batch))
        store.keep_content(batch, content)
    return content


def _file(batch: LetterBatch) -> PrintFile:
    rows = store.letters_in(batch)
    company = load_company(batch.company)
    logo = logo_of(batch.company)
    return PrintFile(
        company=company,
        pages=[_page(row) for row in rows],
        on=batch.made_on,
        language=company.language,
        made_by=str(batch.made_by) if batch.made_by else "",
        cover=[_cover(row, company.language) for row in rows],
        statements=_statements(batch, rows, company, logo) if batch.statements else (),
        odd=batch.odd,
        logo=logo[1] if logo else None,
    )


def _page(row: OutboxRow) -> Mapping[str, Any]:
    """What was written when the letter was approved."""
    assert row.page is not None, f"letter {row.pk} has no page"
    page: Mapping[str, Any] = row.page
    return page


def _cover(row: OutboxRow, language: Language) -> CoverRow:
    to = _page(row)["to"]
    found = town_line(to)
    return CoverRow(
        customer=row.customer.name,
        place=" ".join(found) if found else to[-1],
        kind=term(language, "channel", row.channel),
    )


def _statements(
    batch: LetterBatch,
    rows: Sequence[OutboxRow],
    company: parties.Company,
    logo: tuple[str, bytes] | None,
) -> list[dict[str, object]]:
    """The statement of each letter's customer on the day of the batch, in the letter's language."""
    on = batch.made_on
    desk = DecisionDesk(batch.company, on, known_habits(batch.company, on))
    pks = sorted({row.customer_id for row in rows})
    accounts = {one.pk: one.account for one, _ in desk.decide(pks)}
    image = logo[1] if logo else None
    return [
        statement_page(
            statement_for(
                company, accounts[row.customer_id], Language(_page(row)["language"]), on, image
            )
        )
        for row in rows
    ]


# --- what became of it ------------------------------------------------------------------------


def batch_for(actor: Actor, pk: int) -> LetterBatch:
    """A batch this actor may see, by primary key. Raises OtherCompany."""
    batch = store.batch_row(actor.company.pk, actor.only, pk)
    if batch is None:
        raise OtherCompany(actor.company, "batch")
    return batch


def post_batch(actor: Actor, pk: int, on: date, *, today: date, at: datetime) -> LetterBatch:
    """The letters were printed and posted on a day: they count as sent that day.

    Raises DayRefused, BatchSettled, OtherCompany.
    """
    batch = batch_for(actor, pk)
    if not max(batch.made_on, today - _LONGEST_AGO) <= on <= today:
        raise DayRefused(on)
    n = batch.count
    with recorded(actor, "letters_posted", at=at, n=n, on=on.isoformat()) as entry:
        lock_company(actor.company)
        if not store.mark_posted(batch, on, at, actor.user.pk if actor.user else None):
            raise BatchSettled(batch_for(actor, pk))
        entry.subject = subject(batch)
        rows = store.letters_in(batch)
        announce_all(actor.company, Event.REMINDER_SENT, map(told_reminder, rows), at)
        _decide_anew(actor, rows, today)
    return batch


def give_up_batch(actor: Actor, pk: int, *, today: date, at: datetime) -> LetterBatch:
    """The letters were not posted: they wait to be printed again.

    Raises BatchSettled, OtherCompany.
    """
    batch = batch_for(actor, pk)
    rows = store.letters_in(batch)
    with recorded(actor, "letters_given_up", at=at, n=batch.count) as entry:
        lock_company(actor.company)
        if not store.mark_given_up(batch, at):
            raise BatchSettled(batch_for(actor, pk))
        entry.subject = subject(batch)
        _decide_anew(actor, rows, today)
    return batch


def undoable(batch: LetterBatch, at: datetime) -> bool:
    """Whether what was said of a batch may still be taken back."""
    said_at = batch.posted_at or batch.cancelled_at
    return said_at is not None and at - said_at < SECOND_THOUGHTS


def undo_batch(actor: Actor, pk: int, *, today: date, at: datetime) -> LetterBatch:
    """Take back, within a minute, that a batch was posted or given up. Raises TooLate."""
    batch = batch_for(actor, pk)
    since = at - SECOND_THOUGHTS
    with recorded(actor, "letters_undone", at=at, n=batch.count) as entry:
        lock_company(actor.company)
        if not (store.unmark_posted(batch, since) or store.unmark_given_up(batch, since, at)):
            raise TooLate(pk)
        entry.subject = subject(batch)
        _decide_anew(actor, store.letters_in(batch), today)
    return batch


def _decide_anew(actor: Actor, rows: Sequence[OutboxRow], today: date) -> None:
    customers = [row.customer_id for row in rows]
    touch(actor.company.pk, customers)
    redraw(actor.company, customers, today)


def batch_letters(batch: LetterBatch) -> list[OutboxRow]:
    """The letters of a batch, in the order they are printed."""
    return store.letters_in(batch)


SLIP = ("lines", "postcode", "town", "customer", "reference", "tracking")
"""The columns of a slip; ``lines`` are five: the firm, the person, the street and so on."""
_SLIP_LINES = 5


def slips(batch: LetterBatch) -> Iterator[list[str]]:
    """The registered letters of a batch as rows of a table: for slips, or an online service."""
    for row in store.letters_in(batch):
        if row.channel != parties.Channel.REGISTERED.value:
            continue
        to = list(_page(row)["to"])
        found = town_line(to)
        above = [line for line in to if found is None or not line.endswith(found[1])]
        lines = [*above[: _SLIP_LINES - 1], " ".join(above[_SLIP_LINES - 1 :])]
        lines += [""] * (_SLIP_LINES - len(lines))
        code, town = found or ("", "")
        yield [*lines[:_SLIP_LINES], code, town, row.customer.key, f"{batch.key}-{row.pk}",
               row.reference]  # fmt: skip


# --- what there is to see ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class PostRoom:
    """Letters to print (a page of them) and how many they are in all; batches, newest first.

    ``following``: the primary key the next page of letters goes on after, 0 on the last.
    """

    letters: list[OutboxRow]
    count: int
    following: int
    batches: list[LetterBatch]


def post_room(actor: Actor, after: int = 0) -> PostRoom:
    """What waits to be printed, and what was."""
    waiting = store.to_print(actor.company.pk, actor.only)
    rows = list(waiting.filter(pk__gt=after)[: _PAGE + 1])
    return PostRoom(
        letters=rows[:_PAGE],
        count=waiting.count(),
        following=rows[_PAGE - 1].pk if len(rows) > _PAGE else 0,
        batches=list(store.batches(actor.company.pk, actor.only)[:_RECENT]),
    )


def all_waiting(actor: Actor) -> list[int]:
    """Every letter that waits to be printed, oldest first, as many as one batch may hold."""
    rows = store.to_print(actor.company.pk, actor.only)
    return list(rows.values_list("pk", flat=True)[:MOST_AT_ONCE])
