"""The end of an experiment: a verdict once, a person who stops it, what follows from it."""

from dataclasses import replace
from datetime import date

import pytest

from amiable.desk.experiment import (
    NotRunning,
    learn,
    read,
    size_for,
    stop,
    winner,
)
from amiable.desk.habit import known_habits
from amiable.desk.plan import DecisionDesk, draw_plan, redraw
from amiable.engine.experiment_size import HORIZON
from amiable.engine.parties import Channel
from amiable.store.experiment import drawn_of
from amiable.store.models import (
    AuditEntry,
    Company,
    Experiment,
    ExperimentAssignment,
    OutboxRow,
)
from amiable.store.models.experiment import ExperimentState
from amiable.store.models.outbox import OutboxState
from tests.desk.books import (
    DAY,
    TODAY,
    at,
    bring_in,
    customer,
    entry_of,
    facts,
    invoice,
    payment,
)
from tests.desk.experiment_books import (
    NAMES,
    WISH,
    debtor_page,
    drawn,
    indebted_company,
    manager,
    started,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Company:
    return indebted_company()


def small(company: Company, size: int = 8) -> Experiment:
    """An experiment that is full after a few."""
    row = started(company)
    ExperimentAssignment.objects.of(company.pk).all().delete()
    Experiment.objects.of(company.pk).update(size=size, full_on=None)
    redraw(company, [customer(company, name).pk for name in NAMES], TODAY)
    row.refresh_from_db()
    return row


def test_drawing_stops_at_the_planned_size(company) -> None:
    row = small(company)
    assert len(drawn(company)) == 8
    assert row.full_on == TODAY
    draw_plan(company, TODAY + DAY)
    assert len(drawn(company)) == 8


def import_on(company: Company, on: date) -> None:
    """The ledger is brought up to a day."""
    bring_in(company, facts("NEW", [invoice("NEW", f"N-{on}", on + 30 * DAY)]), on=on)


def let_pay(company: Company, on: date, arm: int) -> None:
    """Whoever is in an arm pays on a day."""
    for row in drawn(company).values():
        if row.arm == arm:
            key = row.customer.key
            bring_in(company, facts(key, (), [payment(key, f"P-{key}", on, number=f"F-{key}")]),
                     on=on)  # fmt: skip


def test_the_verdict_comes_once_when_all_were_followed_and_looking_changes_nothing(
    company,
) -> None:
    row = small(company, 12)
    let_pay(company, TODAY + 2 * DAY, 1)
    over = TODAY + HORIZON * DAY
    import_on(company, over - DAY)
    draw_plan(company, over)  # the ledger says nothing of the last day yet
    row.refresh_from_db()
    assert row.state == ExperimentState.RUNNING
    early = read(company, row, over - DAY)
    assert (early.judged, early.followed) == (False, 0)
    import_on(company, over)
    draw_plan(company, over)
    row.refresh_from_db()
    assert (row.state, row.finding, row.best) == (ExperimentState.ENDED, "better", 1)
    found = read(company, row, over)
    more = found.arms[1].days_more
    assert more is not None
    assert more.low > 10
    assert [one.customers for one in found.arms] == [6, 6]
    assert found.deviations == 12  # nobody approved a message: they count as drawn all the same
    bring_in(company, facts("C00", (), [payment("C00", "LATE", over, number="F-C00")]), on=over)
    assert read(company, row, over + DAY).arms == found.arms


def test_after_the_verdict_everybody_is_treated_as_the_policy_says(company) -> None:
    row = small(company, 12)
    over = TODAY + HORIZON * DAY
    import_on(company, over)
    draw_plan(company, over)
    row.refresh_from_db()
    assert (row.state, row.finding, row.best) == (ExperimentState.ENDED, "none", 0)
    assert {entry_of(company, name).channel for name in NAMES} == {"email"}
    assert winner(row, company) is None


def test_the_winner_is_a_draft_of_the_policy_in_force(company) -> None:
    row = started(company)
    Experiment.objects.of(company.pk).update(
        state=ExperimentState.ENDED, finding="better", best=1, ended_on=TODAY
    )
    row.refresh_from_db()
    draft = winner(row, company)
    assert draft is not None
    assert draft.steps[0].channel is Channel.SMS
    desk = DecisionDesk(company, TODAY, known_habits(company, TODAY))
    assert desk.book.policies["standard"].steps[0].channel is Channel.EMAIL


def test_a_person_stops_it_without_a_verdict(company) -> None:
    row = started(company)
    stop(manager(company), row, today=TODAY, at=at(TODAY))
    assert (row.state, row.finding, row.ended_by) == (ExperimentState.STOPPED, None, "Ada")
    assert {entry_of(company, name).channel for name in NAMES} == {"email"}
    codes = list(AuditEntry.objects.of(company.pk).values_list("code", flat=True))
    assert "experiment_started" in codes
    assert "experiment_stopped" in codes
    with pytest.raises(NotRunning):
        stop(manager(company), row, today=TODAY, at=at(TODAY))


def test_going_on_draws_new_customers_by_what_is_known(company) -> None:
    row = small(company)
    with pytest.raises(NotRunning):
        learn(manager(company), row, on=True, today=TODAY, at=at(TODAY))
    Experiment.objects.of(company.pk).update(
        state=ExperimentState.ENDED, finding="none", best=0, ended_on=TODAY
    )
    learn(manager(company), row, on=True, today=TODAY, at=at(TODAY))
    rows = drawn(company)
    assert sorted(rows) == NAMES
    assert [one.learned for one in rows.values()].count(True) == 4
    reading = read(company, row, TODAY)
    assert (reading.drawn, reading.learned) == (8, 4)
    assert sum(reading.chances) == pytest.approx(1)
    learn(manager(company), row, on=False, today=TODAY, at=at(TODAY))
    assert {entry_of(company, name).channel for name in NAMES} == {"email"}


def test_the_size_takes_the_noise_of_the_companys_own_past(company) -> None:
    assert size_for(company, WISH, TODAY).noise.customers == 0
    sent_on = TODAY - 60 * DAY
    for number, name in enumerate(NAMES * 2):
        OutboxRow.objects.of(company.pk).create(
            company_id=company.pk, customer=customer(company, name), cycle=f"old {number}",
            step=1, channel="email", state=OutboxState.SENT, invoices=[f"F-{name}"],
            approved_on=sent_on, approved_at=at(sent_on), sent_on=sent_on, sent_at=at(sent_on),
        )  # fmt: skip
    size = size_for(company, WISH, TODAY)
    assert size.noise.customers == 0  # a dozen customers are too few to tell
    assert size.assigned_by is not None
    assert size.assigned_by > TODAY


def test_who_leaves_after_the_last_draw_is_not_replaced(company) -> None:
    row = small(company, 12)
    for one in list(drawn(company).values())[:2]:
        one.customer.delete()
    late = TODAY + (HORIZON - 1) * DAY
    bring_in(company, debtor_page("NEW"), on=late)
    draw_plan(company, late)
    assert "NEW" not in drawn(company)
    import_on(company, late + DAY)
    draw_plan(company, late + DAY)
    row.refresh_from_db()
    assert row.state == ExperimentState.ENDED
    assert all(one.answered is not None for one in drawn(company).values())


def test_an_experiment_that_learns_leaves_the_customers_of_one_that_runs_to_it(company) -> None:
    ended, running = started(company), started(company, replace(WISH, step=2))
    Experiment.objects.of(company.pk).filter(pk=ended.pk).update(state="ended", learns=True)
    pk = customer(company, NAMES[0]).pk
    ExperimentAssignment.objects.of(company.pk).filter(experiment=running).delete()
    ExperimentAssignment.objects.of(company.pk).create(
        company=company, experiment=running, customer_id=pk, arm=1, segment="new", position=0,
        assigned_on=TODAY, invoices=[],
    )  # fmt: skip
    assert drawn_of(company.pk, [pk])[pk][0] == running.pk
