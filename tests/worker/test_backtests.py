"""Trials on the past in the worker: replayed once, cancelled in time, taken up again, given up."""

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection

from amiable.desk import backtest_work
from amiable.desk.access import Actor
from amiable.desk.backtest import backtest_company
from amiable.desk.backtest_run import (
    DEAD_AFTER,
    BacktestBusy,
    Candidate,
    ask_backtest,
    cancel_backtest,
)
from amiable.desk.backtest_work import backtest_due
from amiable.desk.policy import published_policy
from amiable.store import backtest_run as rows
from amiable.store.backtest_report import report_from_json
from amiable.store.models import BacktestRun, Company, PolicyVersion
from amiable.store.models.membership import Role
from amiable.worker.rounds import ROUNDS
from tests.desk.books import TODAY, bring_in, new_company, payer

NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)
CALENDAR = (1, 8, 15, 30)
pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture(autouse=True)
def told(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.INFO, logger="amiable"):
        yield caplog


@pytest.fixture
def company(settings: Any) -> Company:
    """Twelve customers with twenty settled invoices each, every one with its own habit."""
    settings.PLAYED_DAY = TODAY
    made = new_company()
    pages = (payer(f"C{n}", n, TODAY - timedelta(days=n), count=20) for n in range(12))
    bring_in(made, *pages)
    return made


def actor(company: Company) -> Actor:
    return Actor(company=company, role=Role.MANAGER, name="M")


def ask(company: Company, at: datetime = NOW) -> BacktestRun:
    row = PolicyVersion.objects.of(company.pk).get(name="standard")
    candidate = Candidate(name=row.name, version=row.version, toml=row.toml)
    return ask_backtest(actor(company), candidate, CALENDAR, today=TODAY, at=at)


def clock() -> datetime:
    return NOW


def never() -> bool:
    return False


def work(stopping: Callable[[], bool] = never, at: datetime = NOW) -> int:
    return backtest_due(lambda: at, stopping)


def fresh(run: BacktestRun) -> BacktestRun:
    found = rows.run_row(run.company_id, run.pk)
    assert found is not None
    return found


def each_step_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """No second between two looks at whether to go on."""
    monkeypatch.setattr(backtest_work, "_TOLD_EVERY", 0.0)


def meanwhile(monkeypatch: pytest.MonkeyPatch, deed: Callable[[], object]) -> None:
    """Something happens while the past is replayed, before the worker says how far it is."""
    real = backtest_work.tell_progress
    seen: list[bool] = []

    def tell(*args: Any) -> bool:
        if not seen:
            seen.append(True)
            deed()
        return real(*args)

    each_step_told(monkeypatch)
    monkeypatch.setattr(backtest_work, "tell_progress", tell)


def test_what_the_worker_keeps_is_what_the_desk_reckons(company: Company) -> None:
    run = ask(company)
    assert work() == 1
    kept = fresh(run)
    policy = published_policy(PolicyVersion.objects.of(company.pk).get(name="standard"))
    expected = backtest_company(company, policy, on=TODAY, calendar=CALENDAR)
    assert kept.state == "done"
    assert report_from_json(kept.report or {}) == expected
    assert (kept.holder, kept.ended_at, kept.tries) == ("", NOW, 1)
    assert work() == 0


def test_the_policies_in_force_are_tried_when_none_is_named(company: Company) -> None:
    run = ask_backtest(actor(company), Candidate(), CALENDAR, today=TODAY, at=NOW)
    work()
    expected = backtest_company(company, None, on=TODAY, calendar=CALENDAR)
    assert report_from_json(fresh(run).report or {}) == expected
    assert expected.policies == ("standard",), "nobody has the other"


def test_too_little_history_is_a_refusal_with_its_counts() -> None:
    company = new_company("small")
    bring_in(company, payer("A", 5, TODAY - timedelta(days=9)))
    run = ask(company)
    work()
    kept = fresh(run)
    assert kept.state == "refused"
    assert kept.facts == {"ground": "few_settled", "settled": 12, "customers": 1}


def test_progress_is_written_at_most_once_a_second(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = iter(number / 4 for number in range(10_000))
    monkeypatch.setattr(backtest_work.time, "monotonic", lambda: next(seconds))
    told: list[int] = []
    monkeypatch.setattr(
        backtest_work, "tell_progress", lambda _run, done, _total, _at: told.append(done) or True
    )
    teller = backtest_work._Teller(run=ask(company), clock=clock, stopping=never)
    for done in range(40):  # ten seconds
        teller.tell(done, 40)
    assert told == list(range(0, 40, 4))


def test_how_far_it_is_stands_in_the_row(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[int, int]] = []
    run = ask(company)
    real = backtest_work.tell_progress

    def tell(*args: Any) -> bool:
        went = real(*args)
        row = fresh(run)
        seen.append((row.done, row.total))
        return went

    each_step_told(monkeypatch)
    monkeypatch.setattr(backtest_work, "tell_progress", tell)
    work()
    assert seen == sorted(seen)
    assert {total for _, total in seen} == {24}, "twelve customers, read and replayed"


def test_a_cancelled_trial_stops_and_writes_nothing(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = ask(company)
    meanwhile(monkeypatch, lambda: cancel_backtest(actor(company), run, at=NOW))
    ended: list[object] = []
    monkeypatch.setattr(backtest_work, "end_run", lambda *args, **_more: ended.append(args))
    work()
    assert not ended, "it stopped before its end"
    assert (fresh(run).state, fresh(run).report) == ("cancelled", None)


def test_a_trial_cancelled_at_the_last_moment_keeps_no_report(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = ask(company)
    real = backtest_work.report_to_json

    def made(report: Any) -> Any:
        cancel_backtest(actor(company), run, at=NOW)
        return real(report)

    monkeypatch.setattr(backtest_work, "report_to_json", made)
    work()
    assert (fresh(run).state, fresh(run).report) == ("cancelled", None)


def test_a_worker_told_to_stop_leaves_the_trial_to_the_next(company: Company) -> None:
    run = ask(company)
    work(stopping=lambda: True)
    assert (fresh(run).state, fresh(run).tries) == ("waiting", 0)
    work()
    assert fresh(run).state == "done"


def test_what_a_killed_worker_had_is_taken_up_again(company: Company) -> None:
    run = ask(company)
    assert rows.claim_run(NOW) is not None
    assert work(at=NOW + DEAD_AFTER / 2) == 0, "it may still be alive"
    later = NOW + DEAD_AFTER * 2
    assert work(at=later) == 1
    assert (fresh(run).state, fresh(run).tries) == ("done", 2)


def test_a_trial_that_kills_every_worker_is_given_up_with_a_remedy(company: Company) -> None:
    run, at = ask(company), NOW
    for _ in range(rows.TRIES):
        assert rows.claim_run(at) is not None
        at += DEAD_AFTER * 2
        backtest_work._free_dead(at)
    kept = fresh(run)
    assert (kept.state, kept.facts["code"]) == ("failed", "backtest.killed")
    assert ask(company).pk != run.pk, "another may be asked for"


def test_a_worker_that_comes_back_from_the_dead_writes_nothing(company: Company) -> None:
    run = ask(company)
    ghost = rows.claim_run(NOW)
    assert ghost is not None
    work(at=NOW + DEAD_AFTER * 2)
    kept = fresh(run)
    assert not rows.tell_progress(ghost, 1, 2, NOW)
    assert not rows.end_run(ghost, rows.BacktestState.FAILED, NOW)
    rows.give_back_run(ghost, counted=True)
    assert (fresh(run).state, fresh(run).report) == ("done", kept.report)


def test_a_sign_of_life_keeps_a_trial(company: Company) -> None:
    ask(company)
    held = rows.claim_run(NOW)
    assert held is not None
    assert rows.tell_alive(held, NOW + DEAD_AFTER)
    backtest_work._free_dead(NOW + DEAD_AFTER * 1.5)
    assert fresh(held).state == "running"


def test_one_trial_of_a_company_at_a_time_and_companies_do_not_wait(company: Company) -> None:
    run = ask(company)
    with pytest.raises(BacktestBusy) as busy:
        ask(company)
    assert busy.value.run == run
    other = new_company("other")
    assert ask(other).state == "waiting"
    assert work() + work() == 2
    assert (fresh(run).state, fresh(ask(company)).state) == ("done", "waiting")


@pytest.mark.parametrize(
    ("trouble", "state", "code"),
    [(OperationalError("locked"), "waiting", None), (ValueError("?"), "failed", "backtest.fault")],
)
def test_trouble_leaves_a_trial_so_that_somebody_can_go_on(
    company: Company, monkeypatch: pytest.MonkeyPatch, trouble: Exception, state: str,
    code: str | None,
) -> None:  # fmt: skip
    def broken(*_args: Any, **_more: Any) -> None:
        raise trouble

    run = ask(company)
    monkeypatch.setattr(backtest_work, "backtest_company", broken)
    work()
    assert (fresh(run).state, fresh(run).facts.get("code")) == (state, code)


def test_a_database_that_stays_away_is_told_in_the_end(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_args: Any, **_more: Any) -> None:
        raise OperationalError("away")

    run = ask(company)
    monkeypatch.setattr(backtest_work, "backtest_company", away)
    for _ in range(rows.TRIES):
        work()
    assert fresh(run).facts["code"] == "backtest.busy"


def test_a_round_of_the_worker_takes_trials_up(company: Company) -> None:
    run = ask(company, at=datetime.now(UTC))
    (one,) = (one for one in ROUNDS if one.name == "backtests")
    assert one.run(datetime.now(UTC), never) == 1
    assert fresh(run).state == "done"


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_one_has_the_trial(company: Company) -> None:
    ask(company)

    def claim(_: int) -> bool:
        try:
            return rows.claim_run(NOW) is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(claim, range(8))) == 1
