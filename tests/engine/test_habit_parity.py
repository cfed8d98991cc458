"""The default estimator replayed on the IBM sample ledger gives the study's published figures.

Walk-forward: an invoice issued on day t is predicted from what was settled before t. Burn-in: 180
days from the first settlement. The ledger pays evenly on all seven days, so due dates stay.
"""

import csv
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pytest

from amiable.engine.habit import habit_of, learn_company, rolls_due_dates

LEDGER = Path(__file__).parents[1] / "samples/receivables/WA_Fn-UseC_-Accounts-Receivable.csv"


@dataclass(frozen=True)
class Row:
    customer: str
    issued_on: date
    due_on: date
    settled_on: date

    @property
    def delay(self) -> int:
        return (self.settled_on - self.due_on).days


def _day(text: str) -> date:
    return datetime.strptime(text, "%m/%d/%Y").date()  # noqa: DTZ007 a date, no zone


def _rows() -> list[Row]:
    with LEDGER.open(newline="") as file:
        return [
            Row(r["customerID"], _day(r["InvoiceDate"]), _day(r["DueDate"]), _day(r["SettledDate"]))
            for r in csv.DictReader(file)
        ]


@dataclass(frozen=True)
class Forecast:
    delay: int
    usual: int
    p80: int


@pytest.fixture(scope="module")
def forecasts() -> list[Forecast]:
    rows = sorted(_rows(), key=lambda row: row.issued_on)
    settled = sorted(rows, key=lambda row: row.settled_on)
    days = [row.settled_on for row in settled]
    first = days[0].toordinal() + 180
    made: list[Forecast] = []
    known, company = 0, None
    histories: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for row in rows:
        now = bisect_left(days, row.issued_on)
        for old in settled[known:now]:
            histories[old.customer].append((old.settled_on.toordinal(), old.delay))
        if row.issued_on.toordinal() >= first:
            if company is None or now > known:
                company = learn_company(histories.values())
            habit = habit_of(histories[row.customer], company, row.issued_on)
            made.append(Forecast(row.delay, habit.quantile(0.5), habit.quantile(0.8)))
        known = now
    return made


def test_it_evaluates_1813_invoices(forecasts):
    assert len(forecasts) == 1_813


def test_mean_absolute_error_is_6_15_days(forecasts):
    error = sum(abs(f.delay - f.usual) for f in forecasts) / len(forecasts)
    assert error == pytest.approx(6.15, abs=0.03)


def test_bias_is_1_07_days(forecasts):
    bias = sum(f.usual - f.delay for f in forecasts) / len(forecasts)
    assert bias == pytest.approx(1.07, abs=0.05)


def test_the_80_percent_bound_covers_85_5_percent(forecasts):
    covered = sum(f.delay <= f.p80 for f in forecasts) / len(forecasts)
    assert covered == pytest.approx(0.855, abs=0.01)


def test_the_pinball_loss_of_the_80_percent_bound_is_2_363(forecasts):
    def loss(f: Forecast) -> float:
        gap = f.delay - f.p80
        return 0.8 * gap if gap >= 0 else -0.2 * gap

    assert sum(map(loss, forecasts)) / len(forecasts) == pytest.approx(2.363, abs=0.02)


def test_the_ledger_shows_that_due_dates_do_not_roll():
    assert not rolls_due_dates(row.settled_on for row in _rows())


def test_habits_differ_a_lot_between_these_customers():
    histories: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for row in sorted(_rows(), key=lambda row: row.settled_on):
        histories[row.customer].append((row.settled_on.toordinal(), row.delay))
    assert learn_company(histories.values()).habit_share == pytest.approx(0.64, abs=0.01)
