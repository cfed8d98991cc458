"""Forecast: count what the weeks to come will bring, keep it, and try it on the past."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from amiable.desk.calendar import due_calendar
from amiable.desk.forecast_past import misses_known
from amiable.desk.habit import known_habits
from amiable.desk.night import SMALL, is_prepared
from amiable.desk.plan import DecisionDesk, Progress, no_collections
from amiable.engine.days import week_start
from amiable.engine.expectation import expect
from amiable.engine.forecast import (
    DAYS,
    WEEKS,
    Forecast,
    Forecaster,
    Item,
    Receipts,
    Scenario,
    Wish,
)
from amiable.engine.habit import CompanyHabit, learn_company
from amiable.engine.situation import Situation, see
from amiable.store.account import load_accounts
from amiable.store.figures import imported_since, is_small
from amiable.store.forecast import (
    collectors_by_customer,
    newest_run,
    receipts_of_open,
    run_of,
    runs_to_compare,
    save_received,
    save_run,
)
from amiable.store.habit import sampled_histories
from amiable.store.models import Company, ForecastLine, ForecastRun
from amiable.store.plan import customers_open_on

_CHUNK = 1_000
_HORIZON = timedelta(days=7 * WEEKS)
_ALL = (Wish(), Wish(scenario=Scenario.ON_TIME), Wish(scenario=Scenario.LATER))


def forecast_now(
    company: Company,
    today: date,
    wish: Wish,
    *,
    weeks: int = WEEKS,
    name: str = "",
    progress: Progress | None = None,
) -> list[Forecast]:
    """The forecast of one scenario (and slice) as things stand, one a currency; not stored."""
    found = _count(company, today, [wish], weeks=weeks, progress=progress)[0]
    return found.result(misses_known(company, today), name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """The forecasts of a day with their lines; None: they are kept in the database."""

    run: ForecastRun
    lines: list[ForecastLine] | None = None


def count_forecast(
    company: Company, today: date, at: datetime, *, progress: Progress | None = None
) -> ForecastRun:
    """Count all scenarios of a day and keep them; then see what past weeks have brought.

    Read some customers at a time, without holding the database meanwhile.
    """
    found = _counted(company, today, at, progress=progress)
    save_run(found.run, found.lines or ())
    compare(company, today)
    return found.run


def _counted(
    company: Company, today: date, at: datetime, *, progress: Progress | None = None
) -> Counted:
    forecasters = _count(company, today, _ALL, progress=progress)
    misses = misses_known(company, today)
    run = ForecastRun(
        company_id=company.pk,
        made_on=today,
        counted_at=at,
        together=forecasters[0].together.share,
        largest=_largest(forecasters[0].result()),
    )
    lines = []
    for one in forecasters:
        totals = run.totals.setdefault(one.wish.scenario.value, {})
        for name in one.slices():
            found = one.result(misses, name)
            totals[name] = {forecast.currency: _totals(forecast) for forecast in found}
            lines += [line for forecast in found for line in _lines(forecast, one.wish, name)]
    return Counted(run=run, lines=lines)


def count_past(company: Company, made_on: date, at: datetime) -> ForecastRun:
    """The forecast as it would have been on a morning of the past, and what then came in.

    With the invoices, payments, promises and disputes dated before that morning, and habits
    learned from what was settled by then. What was imported later is taken to have been known on
    its date; policies and customers' particulars are today's.
    """
    learned = learn_company(sampled_histories(company.pk, made_on))
    eve = made_on - timedelta(days=1)
    found = _count(company, made_on, [Wish()], learned=learned, known_on=eve, days=0)[0]
    run = ForecastRun(
        company_id=company.pk, made_on=made_on, counted_at=at, past=True,
        together=found.together.share,
    )  # fmt: skip
    misses = misses_known(company, made_on)
    save_run(run, [line for one in found.result(misses) for line in _lines(one, Wish(), "")])
    _compare(run, made_on + _HORIZON)
    return run


def compare(company: Company, today: date) -> None:
    """Write beside the weeks that are over what they brought."""
    for run in runs_to_compare(company.pk, today):
        _compare(run, today)


def _compare(run: ForecastRun, until: date) -> None:
    end = min(until, run.made_on + _HORIZON)
    received = receipts_of_open(
        run.company_id, run.made_on, end, known_at=None if run.past else run.counted_at
    )
    save_received(run, end, received)


def is_counted(company: Company, today: date) -> bool:
    """Whether the forecast of a day is kept, and nothing was imported since."""
    run = run_of(company.pk, today)
    return run is not None and not run.past and not imported_since(company.pk, run.counted_at)


def forecast_to_show(company: Company, today: date, at: datetime) -> Counted | None:
    """The day's forecast: as it is kept, or counted now where that is quickly done; else the
    newest there is. Looking keeps nothing."""
    if not is_counted(company, today) and counts_at_once(company) and company.imported_on:
        return _counted(company, today, at)
    run = newest_run(company.pk, today)
    return Counted(run=run) if run else None


def counts_at_once(company: Company) -> bool:
    """Whether a scenario of one's own can be counted while somebody waits."""
    return is_small(company.pk, SMALL)


def due_to_count(company: Company, today: date) -> bool:
    """Whether the night has still to count the forecast of a day whose plan is drawn."""
    return is_prepared(company, today) and not is_counted(company, today)


def _count(
    company: Company,
    today: date,
    wishes: Sequence[Wish],
    *,
    learned: CompanyHabit | None = None,
    known_on: date | None = None,
    weeks: int = WEEKS,
    days: int = DAYS,
    progress: Progress | None = None,
) -> list[Forecaster]:
    """A forecaster for each wish, all customers counted in; the ledger as of ``known_on``."""
    calendar = due_calendar(company)
    found = [Forecaster(today, calendar, wish, weeks=weeks, days=days) for wish in wishes]
    collectors = collectors_by_customer(company.pk)
    week = week_start(today)
    for pk, situation in _situations(company, today, learned, known_on or today, progress):
        account = situation.account
        segment = account.customer.segment or account.habit.segment(week)
        slices = [f"segment:{segment.value}"]
        if pk in collectors:
            slices.append(f"collector:{collectors[pk]}")
        flows = expect(situation)
        for one in found:
            one.count(flows, account.habit, pk, slices)
    return found


def _situations(
    company: Company,
    today: date,
    learned: CompanyHabit | None,
    known_on: date,
    progress: Progress | None,
) -> Iterator[tuple[int, Situation]]:
    learned = learned or known_habits(company, today)
    desk = DecisionDesk(company, today, learned)
    pks = customers_open_on(company.pk, known_on)
    for at in range(0, len(pks), _CHUNK):
        part = pks[at : at + _CHUNK]
        with no_collections():
            accounts = load_accounts(company.pk, part, known_on, learned, week_start(today))
            for one in accounts:
                account = one.account
                policy = desk.book.policy_for(account.customer, account.habit, today)
                yield one.pk, see(account, policy, desk.morning(account))
        if progress:
            progress(min(at + _CHUNK, len(pks)), len(pks))


def _lines(forecast: Forecast, wish: Wish, name: str) -> list[ForecastLine]:
    told = [(one, True) for one in forecast.days] + [(one, False) for one in forecast.weeks]
    return [_line(one, daily, forecast.currency, wish, name) for one, daily in told]


def _line(one: Receipts, daily: bool, currency: str, wish: Wish, name: str) -> ForecastLine:
    return ForecastLine(
        scenario=wish.scenario.value,
        slice=name,
        currency=currency,
        starts_on=one.period.starts_on,
        ends_on=one.period.ends_on,
        daily=daily,
        low_minor=one.low,
        expected_minor=one.expected,
        high_minor=one.high,
        said_minor=one.said,
        planned_minor=one.planned,
        variance=one.variance,
    )


def _totals(one: Forecast) -> dict[str, object]:
    return {
        "open": one.open,
        "netted": one.netted,
        "beyond": one.beyond,
        "uncounted": {why.value: minor for why, minor in one.uncounted.items()},
    }


def _largest(forecasts: Sequence[Forecast]) -> dict[str, list[list[dict[str, object]]]]:
    found: dict[str, list[list[dict[str, object]]]] = defaultdict(list)
    for forecast in forecasts:
        for week in forecast.largest:
            found[forecast.currency].append([_plain(item) for item in week])
    return dict(found)


def _plain(item: Item) -> dict[str, object]:
    return asdict(item) | {
        "source": item.source.value,
        "from_on": item.from_on.isoformat(),
        "until_on": item.until_on.isoformat(),
    }
