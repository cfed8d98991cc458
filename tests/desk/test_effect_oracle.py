"""What the demo's reminders did, against a plain script that reads the raw tables and adds up.

Below `the oracle` nothing of what the product counts with is used but the habit's own curve F: its
conditional mean, the days, the money, the answers and the interval are written out anew.
"""

import json
import statistics
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import holidays
import pytest
from django.db import connection

from amiable.demo.creditor import CREDITOR
from amiable.demo.write import write_demo
from amiable.desk.access import Actor
from amiable.desk.company import create_company
from amiable.desk.demo_history import bring_past
from amiable.desk.effect import EffectLine, reminder_effects
from amiable.desk.effect_count import judge_reminders
from amiable.desk.import_reading import import_reading
from amiable.desk.open_source import open_source
from amiable.desk.plan import draw_plan
from amiable.engine.habit import CompanyHabit, Habit, habit_of, learn_company
from amiable.engine.period import Span
from amiable.store.effect import Aspect
from amiable.store.models import Company
from amiable.store.models.membership import Role

TODAY = date(2026, 11, 23)
AT = datetime(2026, 11, 23, 7, tzinfo=UTC)
SPAN = Span(TODAY - timedelta(days=365), TODAY + timedelta(days=1))
OFF = holidays.country_holidays("FR", years=range(2023, 2029))


@pytest.fixture
def company(db: None, tmp_path: Path) -> Company:
    made = create_company(CREDITOR, at=AT)
    files = write_demo(tmp_path, TODAY)
    for paths in ([files.customers], [files.contacts], list(files.fec), [files.open_invoices]):
        import_reading(made, open_source(made, paths), on=TODAY, at=AT)
    bring_past(made, files.reminders)
    draw_plan(made, TODAY)
    judge_reminders(made, TODAY)
    return made


# --- the oracle -----------------------------------------------------------------------------------


def rows(statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def day(value: Any) -> int:
    return (value if isinstance(value, date) else date.fromisoformat(value)).toordinal()


def rolled(ordinal: int) -> int:
    on = date.fromordinal(ordinal)
    while on.weekday() >= 5 or on in OFF:
        on += timedelta(days=1)
    return on.toordinal()


class Raw:
    """The tables as lists, and what followed one reminder by plain arithmetic."""

    def __init__(self) -> None:
        self.learned: dict[int, CompanyHabit] = {}
        self.sent = rows(
            "SELECT id, customer_id, sent_on, channel, step, invoices FROM store_outboxrow"
            " WHERE state = 'sent' AND purpose = 'reminder' AND sent_on IS NOT NULL"
        )
        self.invoices = {
            key: (customer, pk, day(due), minor, paid, delay)
            for customer, key, pk, due, minor, paid, delay in rows(
                "SELECT customer_id, key, id, due_on, amount_minor, paid_on, delay"
                " FROM store_invoice"
            )
        }
        self.parts = defaultdict(list)
        for invoice, on, minor, kind, basis in rows(
            "SELECT a.invoice_id, a.allocated_on, a.amount_minor, c.kind, a.basis"
            " FROM store_allocation a JOIN store_credit c ON c.id = a.credit_id"
        ):
            if basis != "return":
                self.parts[invoice].append((day(on), minor, kind in ("payment", "deposit")))
        self.answers = defaultdict(list)
        for table, column in (
            ("reply", "received_on"), ("promise", "made_on"), ("paymentclaim", "said_on"),
            ("dispute", "opened_on"),
        ):  # fmt: skip
            for customer, on in rows(f"SELECT customer_id, {column} FROM store_{table}"):
                self.answers[customer].append(day(on))

    def history(self, customer: int, before: int) -> list[tuple[int, int]]:
        return sorted(
            (paid, delay)
            for who, _, _, _, paid, delay in self.invoices.values()
            if who == customer and delay is not None and paid < before
        )

    def habit(self, customer: int, on: int) -> Habit:
        month = date.fromordinal(on).replace(day=1).toordinal()
        if month not in self.learned:
            everybody = sorted({one[0] for one in self.invoices.values()})
            self.learned[month] = learn_company([self.history(one, month) for one in everybody])
        monday = date.fromordinal(on - (on - 1) % 7)
        return habit_of(self.history(customer, on), self.learned[month], monday)


def announced(habit: Habit, late: int, over: int) -> float:
    """E[min(T - late, over) | T >= late], term by term."""
    mass = [habit.chance_by(late + k) - habit.chance_by(late + k - 1) for k in range(over)]
    beyond = 1 - habit.chance_by(late + over - 1)
    whole = 1 - habit.chance_by(late - 1)
    return (sum(k * share for k, share in enumerate(mass)) + over * beyond) / whole


def followed(raw: Raw, message: tuple[Any, ...], known: int) -> dict[str, Any]:
    _, customer, sent_on, channel, step, keys = message
    on = day(sent_on)
    keys = json.loads(keys) if isinstance(keys, str) else keys
    mine = [raw.invoices[key] for key in keys]
    after = [day(one[2]) for one in raw.sent if one[1] == customer and day(one[2]) > on]
    heard = [one - on for one in raw.answers[customer] if one >= on]
    heard = [one for one in heard if not after or one + on < min(after)]
    found: dict[str, Any] = {
        "channel": channel, "step": step, "customer": customer, "age": known - on,
        "invoices": len(mine), "answer": min(heard, default=999), "gained": None,
    }  # fmt: skip
    for days in (7, 15, 30):
        paid = money = 0
        for _, pk, _, minor, _, _ in mine:
            came = sum(one[1] for one in raw.parts[pk] if on <= one[0] <= on + days and one[2])
            rest = minor - sum(one[1] for one in raw.parts[pk] if one[0] <= on + days)
            paid += rest * 100 <= minor and came > 0
            money += came
        found[f"paid_{days}"], found[f"money_{days}"] = paid, money
    over = min(60, known - on)
    habit = raw.habit(customer, on)
    pairs = [
        (announced(habit, on - rolled(due), over), min(paid - on, over))
        for _, _, due, _, paid, delay in mine
        if delay is not None
    ]
    if pairs:
        found["gained"] = statistics.fmean(expected - waited for expected, waited in pairs)
    return found


T_39 = 2.0227  # Student's t, 97.5 %, 39 degrees of freedom, from a table


def interval(values: dict[int, list[float]]) -> tuple[float, float, float]:
    every = [value for many in values.values() for value in many]
    mean, groups = statistics.fmean(every), len(values)
    spread = sum(sum(value - mean for value in many) ** 2 for many in values.values())
    error = (spread * groups / (groups - 1)) ** 0.5 / len(every)
    return mean, mean - T_39 * error, mean + T_39 * error


# --- compared -------------------------------------------------------------------------------------


def compare(line: EffectLine, expected: list[dict[str, Any]]) -> None:
    assert line.reminders == len(expected)
    for one in line.followed:
        old = [found for found in expected if found["age"] >= one.within]
        assert one.answered.n == len(old)
        assert one.answered.hits == sum(found["answer"] <= one.within for found in old)
        # The last of the days must be over: the ledger of a morning knows nothing of that day.
        over = [found for found in expected if found["age"] > one.within]
        assert one.paid.n == sum(found["invoices"] for found in over)
        assert one.paid.hits == sum(found[f"paid_{one.within}"] for found in over)
        assert one.minor == sum(found[f"money_{one.within}"] for found in over)
    gained = [found["gained"] for found in expected if found["gained"] is not None]
    if line.gained is not None:
        assert line.gained.n == len(gained)
        assert line.gained.mean == pytest.approx(statistics.fmean(gained), abs=0.006)


def test_the_demos_reminders_did_what_a_plain_script_says(company: Company) -> None:
    raw, known = Raw(), TODAY.toordinal()
    expected = [
        followed(raw, one, known) for one in raw.sent if day(one[2]) >= SPAN.since.toordinal()
    ]
    assert len(expected) > 100
    actor = Actor(company=company, role=Role.MANAGER)
    for by in (Aspect.CHANNEL, Aspect.STEP):
        found = reminder_effects(actor, SPAN, TODAY, by)
        assert found.whole is not None
        compare(found.whole, expected)
        for line in found.lines:
            compare(line, [one for one in expected if str(one[by.value]) == line.value])
    values = defaultdict(list)
    for one in expected:
        values[one["customer"]].append(one["gained"])
    assert found.whole is not None
    gained = found.whole.gained
    assert gained is not None
    assert len(values) == gained.customers == 40
    bounds = (gained.mean, gained.low, gained.high)
    assert bounds == pytest.approx(interval(values), abs=0.01)
    # The invented customers pay as their story says, reminded or not: nothing is to be found.
    assert gained.low < 0 < gained.high
    assert not gained.tells
