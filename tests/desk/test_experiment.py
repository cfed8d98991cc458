"""Experiments at the desk: drawn once, what is previewed leaves, nobody with something running,
and a verdict that comes once."""

from collections import Counter
from dataclasses import replace
from datetime import time, timedelta
from zoneinfo import ZoneInfo

import pytest

from amiable.desk.approve import approve, preview
from amiable.desk.dispute import open_dispute
from amiable.desk.experiment import (
    ExperimentRefused,
    StepTaken,
    Wish,
    stop,
    who_takes_part,
)
from amiable.desk.habit import known_habits
from amiable.desk.hold import hold
from amiable.desk.last_gate import LastGate
from amiable.desk.night import prepare_day
from amiable.desk.plan import DecisionDesk, draw_plan, look_at_plan, redraw
from amiable.desk.policy import publish_policy, shipped_policy
from amiable.desk.promise import record_promise
from amiable.desk.release import release_automatic
from amiable.desk.send import send_approved
from amiable.engine.experiment import Exclusion, Factor, Flaw
from amiable.engine.experiment_size import HORIZON, Yardstick
from amiable.engine.parties import Channel
from amiable.engine.policy import Approval, Tone
from amiable.store.models import (
    Company,
    Customer,
    Experiment,
    ExperimentAssignment,
    Invoice,
    OutboxRow,
)
from amiable.store.models import Contact as ContactRow
from amiable.store.models.experiment import ExperimentState
from tests.desk.books import (
    DAY,
    TODAY,
    at,
    customer,
    entry_of,
    eur,
)
from tests.desk.experiment_books import (
    HOURS,
    NAMES,
    WISH,
    drawn,
    indebted_company,
    manager,
    one_of,
    started,
)
from tests.stories.desk_house import Postman

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Company:
    return indebted_company()


# --- the draw ---------------------------------------------------------------------------------


def test_starting_draws_who_is_about_to_get_the_step_and_balances_the_arms(company) -> None:
    started(company)
    rows = drawn(company)
    assert sorted(rows) == NAMES
    assert Counter(row.arm for row in rows.values()) == {0: 6, 1: 6}
    assert {row.assigned_on for row in rows.values()} == {TODAY}
    (key, late, expected) = rows["C00"].invoices[0]
    assert (key, late) == ("F-C00", 25)
    assert 0 < expected <= HORIZON


def test_a_customer_keeps_its_arm_however_often_it_is_decided(company) -> None:
    started(company)
    before = {name: (row.pk, row.arm) for name, row in drawn(company).items()}
    for _ in range(2):
        redraw(company, [customer(company, name).pk for name in NAMES], TODAY)
        draw_plan(company, TODAY + DAY)
    assert {name: (row.pk, row.arm) for name, row in drawn(company).items()} == before


def test_the_plan_shows_the_arm_and_says_why(company) -> None:
    started(company)
    for name, row in drawn(company).items():
        entry = entry_of(company, name)
        assert entry.channel == WISH.arms[row.arm]
        told = [reason for reason in entry.detail["reasons"] if reason[0] == "experiment.arm"]
        assert told == [["experiment.arm", WISH.arms[row.arm], WISH.arms[1 - row.arm]]]


def test_looking_at_another_day_draws_nobody(company) -> None:
    row = started(company)
    ExperimentAssignment.objects.of(company.pk).all().delete()
    look_at_plan(company, TODAY)
    DecisionDesk(company, TODAY, known_habits(company, TODAY)).decide([customer(company, "C00").pk])
    assert not drawn(company)
    assert row.full_on is None


def test_what_is_previewed_is_what_is_approved_and_leaves(company) -> None:
    started(company)
    who = one_of(company, 1)
    shown = preview(company, who.pk, today=TODAY, at=at(TODAY))
    (made,) = approve(company, [who.pk], today=TODAY, at=at(TODAY))
    assert shown is not None
    assert made.row is not None
    row = OutboxRow.objects.of(company.pk).get(pk=made.row.pk)
    assert (row.channel, row.recipient, row.text) == ("sms", "+33612345678", shown.text)
    assert row.experiment_arm == drawn(company)[who.key]
    postman = Postman()
    send_approved(company, postman, today=TODAY, clock=lambda: at(TODAY), channels=[Channel.SMS])
    assert [message.text for message in postman.carried] == [shown.text]


def test_a_preview_draws_who_was_not_drawn_yet(company) -> None:
    started(company)
    ExperimentAssignment.objects.of(company.pk).filter(customer__key="C03").delete()
    shown = preview(company, customer(company, "C03").pk, today=TODAY, at=at(TODAY))
    (made,) = approve(company, [customer(company, "C03").pk], today=TODAY, at=at(TODAY))
    assert shown is not None
    assert made.row is not None
    assert made.row.channel == WISH.arms[drawn(company)["C03"].arm]
    assert made.row.text == shown.text


def test_an_hour_keeps_the_message_back_until_then(company) -> None:
    started(company, HOURS)
    for arm, hour in enumerate((9, 14)):
        (made,) = approve(company, [one_of(company, arm).pk], today=TODAY, at=at(TODAY))
        assert made.row is not None
        assert made.row.not_before is not None
        assert made.row.not_before.hour == hour
    postman = Postman()
    for clock, n in ((time(8, 59), 0), (time(9, 5), 1), (time(14, 5), 2)):
        now = at(TODAY).replace(hour=clock.hour - 1, minute=clock.minute)  # Paris is an hour ahead
        send_approved(company, postman, today=TODAY, clock=lambda now=now: now)
        assert len(postman.carried) == n


def test_what_leaves_by_itself_keeps_the_hour_of_its_arm(company) -> None:
    shipped = shipped_policy("standard")
    first = replace(shipped.steps[0], approval=Approval.AUTOMATIC)
    publish_policy(company, replace(shipped, steps=(first, *shipped.steps[1:])), at=at(TODAY))
    prepare_day(company, TODAY, at(TODAY))
    started(company, HOURS)
    seven = at(TODAY) - timedelta(hours=2)
    assert release_automatic(company, seven) == 12
    rows = OutboxRow.objects.of(company.pk).select_related("experiment_arm")
    for row in rows:
        assert row.experiment_arm is not None
        assert row.not_before is not None
        hour = row.not_before.astimezone(ZoneInfo("Europe/Paris")).hour
        assert str(hour) == HOURS.arms[row.experiment_arm.arm]


def test_the_last_gate_finds_the_same_arm(company) -> None:
    started(company)
    rows = [
        made.row
        for made in approve(
            company, [customer(company, name).pk for name in NAMES], today=TODAY, at=at(TODAY)
        )
    ]
    looked = LastGate(company, TODAY).look(row for row in rows if row is not None)
    assert [one.why for one in looked] == [""] * len(NAMES)


def test_a_tone_changes_the_words(company) -> None:
    wish = Wish(
        name="Firm",
        policy="standard",
        step=1,
        factor=Factor.TONE,
        arms=("friendly", "firm"),
        measure=Yardstick.DAYS,
        difference=5,
    )
    started(company, wish)
    texts = set()
    for arm, tone in enumerate((Tone.FRIENDLY, Tone.FIRM)):
        (made,) = approve(company, [one_of(company, arm).pk], today=TODAY, at=at(TODAY))
        assert made.row is not None
        assert made.row.tone == tone.value
        texts.add(made.row.subject)
    assert len(texts) == 2


# --- who takes part ---------------------------------------------------------------------------


COLUMNS = {
    Exclusion.INSOLVENT: (Customer, {"insolvent_on": TODAY}),
    Exclusion.PREFERS: (Customer, {"preferred_channel": "letter"}),
    Exclusion.SILENT: (ContactRow, {"refuses": ["letter"]}),
    Exclusion.UNREACHABLE: (ContactRow, {"phone": "+33102030405"}),
}


def leave_out(company: Company, why: Exclusion) -> None:
    """Make the first customer one who takes no part."""
    who = customer(company, "C00")
    if why in COLUMNS:
        model, values = COLUMNS[why]
        mine = {"pk": who.pk} if model is Customer else {"customer": who}
        model.objects.of(company.pk).filter(**mine).update(**values)
    elif why is Exclusion.DISPUTE:
        kept = Invoice.objects.of(company.pk).get(key="F-C00")
        open_dispute(company, who, kept, on=TODAY, amount=eur(100))
    elif why is Exclusion.PROMISE:
        record_promise(company, who, made_on=TODAY, due_on=TODAY + DAY, amount=eur(1_000))
    elif why is Exclusion.HOLD:
        hold(company, who, on=TODAY)
    elif why is Exclusion.NO_BASELINE:
        owed = Invoice.objects.of(company.pk).filter(key="F-C00")
        owed.update(due_on=TODAY - 400 * DAY, issued_on=TODAY - 430 * DAY)
    else:
        approve(company, [who.pk], today=TODAY, at=at(TODAY))


@pytest.mark.parametrize(
    "why",
    [
        Exclusion.DISPUTE,
        Exclusion.PROMISE,
        Exclusion.HOLD,
        Exclusion.INSOLVENT,
        Exclusion.SILENT,
        Exclusion.PREFERS,
        Exclusion.UNREACHABLE,
        Exclusion.UNDER_WAY,
        Exclusion.NO_BASELINE,
    ],
)
def test_who_has_something_running_is_never_drawn(company, why) -> None:
    leave_out(company, why)
    fit, reasons = who_takes_part(company, WISH, TODAY)
    started(company)
    redraw(company, [customer(company, name).pk for name in NAMES], TODAY)
    assert "C00" not in drawn(company)
    assert len(drawn(company)) == 11
    assert fit == 11
    assert set(reasons) <= {why}


def test_a_customer_is_in_one_experiment_at_a_time(company) -> None:
    started(company)
    other = Wish(
        name="Second", policy="standard", step=2, factor=Factor.HOUR, arms=("9", "14"),
        measure=Yardstick.DAYS, difference=5,
    )  # fmt: skip
    started(company, other)
    draw_plan(company, TODAY + DAY)
    rows = ExperimentAssignment.objects.of(company.pk)
    assert rows.values("customer").distinct().count() == rows.count()


def test_one_experiment_a_step(company) -> None:
    first = started(company)
    with pytest.raises(StepTaken) as taken:
        started(company, HOURS)
    assert taken.value.other == first
    stop(manager(company), first, today=TODAY, at=at(TODAY))
    assert started(company, HOURS).state == ExperimentState.RUNNING


def test_what_is_no_sound_comparison_is_refused(company) -> None:
    wish = Wish(
        name="Night", policy="standard", step=1, factor=Factor.HOUR, arms=("9", "19"),
        measure=Yardstick.DAYS, difference=5,
    )  # fmt: skip
    with pytest.raises(ExperimentRefused) as refused:
        started(company, wish)
    assert refused.value.flaws == (Flaw.CLOSED,)
    assert not Experiment.objects.of(company.pk).exists()
