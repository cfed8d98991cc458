"""The worklist: who is on it, in what order; what is done with a line, and undone."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from amiable.desk.access import Actor, OtherCompany
from amiable.desk.approve import ApprovalOutcome, Words, names_amounts
from amiable.desk.call import CallResult, record_call
from amiable.desk.deed import (
    TooLate,
    approve_work,
    postpone_work,
    skip_work,
    take_back_work,
    undo,
    undoable,
)
from amiable.desk.dispatch import send_due
from amiable.desk.import_reading import import_reading
from amiable.desk.night import due_companies, is_prepared, prepare_day
from amiable.desk.plan import draw_plan
from amiable.desk.skip import NothingToDo
from amiable.desk.worklist import Worklist, left_in_peace, worklist
from amiable.store.figures import figures_of
from amiable.store.models import (
    AuditEntry,
    Company,
    Customer,
    Dispute,
    Hold,
    Invoice,
    Note,
    OutboxRow,
    PlanEntry,
    Promise,
    Skip,
    User,
)
from amiable.store.models.membership import Role
from amiable.store.models.note import CallOutcome
from amiable.store.models.outbox import OutboxState
from amiable.store.worklist import DECIDE, Order, Wanted, invoices_by_key
from tests.desk.books import (
    DAY,
    TODAY,
    at,
    bring_in,
    company_with_debtors,
    customer,
    entry_of,
    eur,
    facts,
    invoice,
    mailbox,
    new_company,
    payer,
    payment,
)
from tests.stories.desk_house import Page
from tests.stories.past import past

pytestmark = pytest.mark.django_db
NOW = at(TODAY)


def actor_of(company: Company, role: Role = Role.COLLECTOR, name: str = "Anne") -> Actor:
    user = User.objects.create_user(f"{name}@{company.key}.test".lower(), name=name)
    return Actor(company=company, role=role, user=user, name=name)


@pytest.fixture
def company() -> Company:
    """A, B and C usually pay 5 days late; they owe 1 000, 3 000 and 2 000 for 25, 40, 32 days."""
    made = new_company()
    pages = []
    for who, late, minor in (("A", 25, 100_000), ("B", 40, 300_000), ("C", 32, 200_000)):
        page = payer(who, 5, TODAY - 60 * DAY)
        owed = invoice(who, f"F-{who}", TODAY - late * DAY, minor)
        pages.append(replace(page, invoices=(*page.invoices, owed)))
    bring_in(made, *pages)
    draw_plan(made, TODAY)
    return made


@pytest.fixture
def actor(company: Company) -> Actor:
    return actor_of(company)


def listed(actor: Actor, **wanted: Any) -> list[str]:
    found = worklist(actor, TODAY, Wanted(only=actor.only, **wanted))
    return [line.row.customer.key for line in found.lines]


def pk(company: Company, key: str) -> int:
    return customer(company, key).pk


# --- the list -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("order", "keys"),
    [(Order.AMOUNT, ["B", "C", "A"]), (Order.BEYOND, ["B", "C", "A"]), (Order.RISK, None)],
)
def test_the_list_is_in_the_order_asked_for(actor: Actor, order: Order, keys: list[str]) -> None:
    found = worklist(actor, TODAY, Wanted(order=order))
    if keys is None:
        risks = [line.row.risk for line in found.lines]
        assert risks == sorted(risks, reverse=True)
        assert min(risks) > 0
    else:
        assert [line.row.customer.key for line in found.lines] == keys


def test_a_line_says_how_late_and_how_late_is_usual(company: Company, actor: Actor) -> None:
    line = worklist(actor, TODAY, Wanted()).lines[0]
    assert line.late == 40
    assert (line.habit.n, line.habit.usual) == (12, 5)
    assert line.row.beyond_on == line.row.late_from + line.trigger * DAY
    assert line.contact is not None
    assert line.contact.email == "accountant@b.test"
    assert line.entry.amounts == (eur(300_000),)


@pytest.mark.parametrize(
    ("wanted", "keys"),
    [
        ({"amount": 200_000}, ["B", "C"]),
        ({"amount": 300_001}, []),
        ({"age": 30}, ["B", "C"]),
        ({"age": 41}, []),
        ({"step": 1}, ["B", "C", "A"]),
        ({"step": 2}, []),
        ({"channel": "email"}, ["B", "C", "A"]),
        ({"channel": "call"}, []),
        ({"channel": DECIDE}, []),
        ({"words": "b sarl"}, ["B"]),
        ({"words": "nobody"}, []),
        ({"mine": (0,)}, []),
    ],
)
def test_the_list_is_filtered(actor: Actor, wanted: dict[str, Any], keys: list[str]) -> None:
    assert listed(actor, **wanted) == keys


def test_a_segment_filters_by_what_the_customer_is_now(company: Company, actor: Actor) -> None:
    Customer.objects.of(company.pk).filter(key="A").update(current_segment="at_risk")
    assert listed(actor, segment="at_risk") == ["A"]


@pytest.mark.parametrize("order", Order)
def test_pages_follow_each_other_without_gap_or_overlap(
    actor: Actor, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("amiable.desk.worklist.PAGE", 1)
    seen: list[str] = []
    after = None
    for _ in range(3):
        found = worklist(actor, TODAY, Wanted(order=order), after=after)
        seen += [line.row.customer.key for line in found.lines]
        after = found.following
    assert sorted(seen) == ["A", "B", "C"]
    assert after is None
    assert seen == listed(actor, order=order) or len(seen) == 3


def test_an_outside_collector_sees_only_its_own(company: Company) -> None:
    outside = actor_of(company, Role.OUTSIDE, "Out")
    Customer.objects.of(company.pk).filter(key="C").update(collector=outside.user)
    found = worklist(outside, TODAY, Wanted(only=outside.only))
    assert [line.row.customer.key for line in found.lines] == ["C"]
    assert (found.found, found.everything) == (1, 1)


def test_reading_a_page_takes_as_many_queries_for_three_lines_as_for_one(
    company: Company, actor: Actor, django_assert_num_queries: Any
) -> None:
    def read(**wanted: Any) -> Callable[[], Worklist]:
        return lambda: worklist(actor, TODAY, Wanted(channel="email", **wanted))

    one, all_three = read(words="b sarl"), read()
    assert (len(one().lines), len(all_three().lines)) == (1, 3)
    with django_assert_num_queries(8):
        one()
    with django_assert_num_queries(8):
        all_three()


def test_an_entry_that_holds_on_follows_the_facts_it_is_ordered_by(company: Company) -> None:
    before = entry_of(company, "A")
    PlanEntry.objects.of(company.pk).filter(pk=before.pk).update(
        amount_minor=1, risk=0, late_from=None, valid_until=TODAY
    )
    draw_plan(company, TODAY)
    now = entry_of(company, "A")
    assert now.pk == before.pk
    assert (now.amount_minor, now.risk, now.late_from) == (
        before.amount_minor,
        before.risk,
        before.late_from,
    )


# --- left in peace --------------------------------------------------------------------------


def test_invoices_left_in_peace_are_named_with_their_reason(company: Company, actor: Actor) -> None:
    page = payer("P", 20, TODAY - 60 * DAY)
    owed = [invoice("P", f"P-{n}", TODAY - n * DAY) for n in (3, 5)]
    bring_in(company, replace(page, invoices=(*page.invoices, *owed)))
    draw_plan(company, TODAY)
    found = left_in_peace(actor, TODAY)
    assert found.count == 2
    (line,) = found.lines
    assert [one.number for one in line.invoices] == ["P-5", "P-3"]
    assert line.entry.reasons[0].code == "habit.within"
    assert worklist(actor, TODAY, Wanted()).in_peace == 2


# --- approving ------------------------------------------------------------------------------


def test_an_approved_line_leaves_the_list_in_the_persons_name(
    company: Company, actor: Actor
) -> None:
    made = approve_work(actor, [pk(company, "A")], today=TODAY, at=NOW)
    assert [one.approval.outcome for one in made] == [ApprovalOutcome.APPROVED]
    assert listed(actor) == ["B", "C"]
    row = OutboxRow.objects.of(company.pk).get()
    assert (row.approved_by, row.edited) == (actor.user, False)
    entry = AuditEntry.objects.of(company.pk).get()
    assert (entry.code, entry.name, entry.subject) == (
        "reminder.approved",
        "Anne",
        f"outboxrow:{row.pk}",
    )


def test_the_second_of_two_people_is_told_who_was_first(company: Company, actor: Actor) -> None:
    other = actor_of(company, name="Bob")
    approve_work(actor, [pk(company, "A")], today=TODAY, at=NOW)
    (made,) = approve_work(other, [pk(company, "A")], today=TODAY, at=NOW)
    assert (made.approval.outcome, made.approval.detail) == (ApprovalOutcome.ALREADY, "Anne")
    assert OutboxRow.objects.of(company.pk).count() == 1


def test_what_is_no_longer_due_is_told_with_its_reason(company: Company, actor: Actor) -> None:
    bring_in(company, facts("A", credits=[payment("A", "pay", TODAY)]))
    (made,) = approve_work(actor, [pk(company, "A")], today=TODAY, at=NOW)
    assert made.approval.outcome is ApprovalOutcome.NOT_DUE
    assert made.approval.reason is not None
    assert listed(actor) == ["B", "C"]


def test_an_outside_collector_approves_only_its_own(company: Company) -> None:
    outside = actor_of(company, Role.OUTSIDE, "Out")
    Customer.objects.of(company.pk).filter(key="C").update(collector=outside.user)
    both = [pk(company, "A"), pk(company, "C")]
    with pytest.raises(OtherCompany):
        approve_work(outside, both, today=TODAY, at=NOW)
    assert not OutboxRow.objects.of(company.pk).exists()
    (made,) = approve_work(outside, both[1:], today=TODAY, at=NOW)
    assert made.approval.outcome is ApprovalOutcome.APPROVED


def test_ones_own_words_are_kept_and_the_tables_stay_tables(company: Company, actor: Actor) -> None:
    who = pk(company, "A")
    approve_work(actor, [who], today=TODAY, at=NOW)
    row = OutboxRow.objects.of(company.pk).get()
    plain_text, tables = row.text, row.html.count("<table")
    take_back_work(actor, [who], today=TODAY, at=NOW)
    edited = "Bonjour & <bienvenue>,\r\n\r\n" + plain_text.replace("\n", "\r\n")
    words = {who: Words(subject="  Un autre\n objet ", text=edited)}
    (made,) = approve_work(actor, [who], today=TODAY, at=NOW, words=words)
    row.refresh_from_db()
    assert made.approval.asks
    assert (row.edited, row.subject, row.state) == (True, "Un autre objet", "approved")
    assert row.text.startswith("Bonjour & <bienvenue>,\n\n")
    assert "Bonjour &amp; &lt;bienvenue&gt;," in row.html
    assert row.html.count("<table") == tables
    assert "\r" not in row.text


def test_words_without_the_amount_are_sent_with_a_warning(company: Company, actor: Actor) -> None:
    who = pk(company, "A")
    words = {who: Words(subject="S", text="Please pay.")}
    (made,) = approve_work(actor, [who], today=TODAY, at=NOW, words=words)
    assert made.approval.outcome is ApprovalOutcome.APPROVED
    assert not made.approval.asks


@pytest.mark.parametrize(
    ("text", "named"),
    [("1\u202f000,00\u00a0€", True), ("€1,000.00", True), ("1 000 €", False), ("100,00 €", False)],
)
def test_an_amount_is_found_however_it_is_spaced(text: str, named: bool) -> None:
    assert names_amounts(f"Dû : {text}.", {"EUR": 100_000}) is named


# --- second thoughts ------------------------------------------------------------------------


def later(seconds: int) -> datetime:
    return NOW + timedelta(seconds=seconds)


def test_a_batch_is_undone_as_one_within_the_minute(company: Company, actor: Actor) -> None:
    both = [pk(company, "A"), pk(company, "B")]
    approve_work(actor, both, today=TODAY, at=NOW)
    (one,) = undoable(actor, later(20))
    assert (one.what, one.n, one.seconds) == ("approved", 2, 40)
    assert undoable(actor, later(61)) == []
    assert undoable(actor_of(company, name="Bob"), later(20)) == []
    assert len(undo(actor, one.key, today=TODAY, at=later(20))) == 2
    assert listed(actor) == ["B", "C", "A"]
    with pytest.raises(TooLate):
        undo(actor, one.key, today=TODAY, at=later(21))


def test_what_was_claimed_for_sending_cannot_be_undone(company: Company, actor: Actor) -> None:
    approve_work(actor, [pk(company, "A")], today=TODAY, at=NOW)
    (one,) = undoable(actor, later(1))
    OutboxRow.objects.of(company.pk).update(state=OutboxState.CLAIMED.value)
    with pytest.raises(TooLate):
        undo(actor, one.key, today=TODAY, at=later(2))


def test_a_skipped_step_is_undone(company: Company, actor: Actor) -> None:
    skip_work(actor, pk(company, "A"), today=TODAY, at=NOW, reason="seen with them")
    assert Skip.objects.of(company.pk).get().note == "seen with them"
    assert listed(actor) == ["B", "C"]
    (one,) = undoable(actor, later(5))
    assert (one.what, one.name) == ("skipped", "A SARL")
    undo(actor, one.key, today=TODAY, at=later(6))
    assert listed(actor) == ["B", "C", "A"]
    assert undoable(actor, later(7)) == []


def test_skipping_twice_skips_one_step(company: Company, actor: Actor) -> None:
    skip_work(actor, pk(company, "A"), today=TODAY, at=NOW)
    with pytest.raises(NothingToDo):
        skip_work(actor, pk(company, "A"), today=TODAY, at=NOW)
    assert Skip.objects.of(company.pk).count() == 1


def test_a_postponed_customer_is_undone_and_other_holds_stay(
    company: Company, actor: Actor
) -> None:
    postpone_work(actor, pk(company, "A"), TODAY + 7 * DAY, today=TODAY, at=NOW)
    assert listed(actor) == ["B", "C"]
    assert entry_of(company, "A").code == "postponed"
    (one,) = undoable(actor, later(5))
    undo(actor, one.key, today=TODAY, at=later(6))
    assert listed(actor) == ["B", "C", "A"]
    assert Hold.objects.of(company.pk).get().until_on == TODAY


@pytest.mark.parametrize("key", ["", "skip:", "skip:x", "hold:0x1", "approved:now", "customer:1"])
def test_a_key_that_names_no_deed_does_not_exist(actor: Actor, key: str) -> None:
    with pytest.raises(OtherCompany):
        undo(actor, key, today=TODAY, at=NOW)


def test_a_deed_of_another_company_does_not_exist(company: Company, actor: Actor) -> None:
    other = company_with_debtors(("A",), key="other")
    draw_plan(other, TODAY)
    stranger = actor_of(other)
    skip_work(stranger, pk(other, "A"), today=TODAY, at=NOW)
    (one,) = undoable(stranger, NOW)
    with pytest.raises(TooLate):
        undo(actor, one.key, today=TODAY, at=NOW)


# --- leaving --------------------------------------------------------------------------------


@pytest.fixture
def _folder(settings: Any, tmp_path: Any) -> None:
    settings.VAR, settings.SMTP, settings.PLAYED_DAY = tmp_path, "", TODAY


@pytest.mark.usefixtures("_folder")
@pytest.mark.parametrize(("seconds", "sent"), [(59, 0), (60, 1), (3600, 1)])
def test_what_was_approved_leaves_after_a_minute(
    company: Company, actor: Actor, seconds: int, sent: int
) -> None:
    approve_work(actor, [pk(company, "A")], today=TODAY, at=NOW)
    assert send_due(later(seconds)) == sent
    states = {1: "sent", 0: "approved"}
    assert OutboxRow.objects.of(company.pk).get().state == states[sent]
    assert send_due(later(seconds)) == 0
    if sent:
        assert entry_of(company, "A").code == "step.spacing"


# --- calls ----------------------------------------------------------------------------------


@pytest.fixture
def by_phone(company: Company) -> int:
    """T can only be called."""
    invoices, credits = past("T", 12, [5], 20, TODAY - 60 * DAY)
    owed = invoice("T", "F-T", TODAY - 30 * DAY)
    contact = replace(mailbox("T", phone="+33 2 40 00 00 12"), email="")
    bring_in(company, facts("T", [*invoices, owed], credits, [contact]))
    draw_plan(company, TODAY)
    return pk(company, "T")


def test_a_call_is_listed_as_a_task(actor: Actor, by_phone: int) -> None:
    (line,) = worklist(actor, TODAY, Wanted(channel="call")).lines
    assert line.row.customer_id == by_phone
    assert line.contact is not None
    assert line.contact.phone == "+33 2 40 00 00 12"


def test_a_promise_on_the_phone_takes_the_step_and_is_kept_with_the_note(
    company: Company, actor: Actor, by_phone: int
) -> None:
    result = CallResult(
        outcome=CallOutcome.PROMISE,
        text="He pays on Friday.",
        promised_on=TODAY + 3 * DAY,
        promised=eur(100_000),
    )
    record_call(actor, by_phone, result, today=TODAY, at=NOW)
    note = Note.objects.of(company.pk).get()
    assert (note.outcome, note.text, note.by) == ("promise", "He pays on Friday.", actor.user)
    assert Promise.objects.of(company.pk).get().due_on == TODAY + 3 * DAY
    row = OutboxRow.objects.of(company.pk).get()
    assert (row.state, row.channel, row.approved_by) == ("sent", "call", actor.user)
    assert entry_of(company, "T").code == "promise.running"
    assert "T" not in listed(actor)


def test_a_call_recorded_twice_is_recorded_once(
    company: Company, actor: Actor, by_phone: int
) -> None:
    spoke = CallResult(outcome=CallOutcome.SPOKE)
    record_call(actor, by_phone, spoke, today=TODAY, at=NOW)
    with pytest.raises(NothingToDo):
        record_call(actor, by_phone, spoke, today=TODAY, at=NOW)
    assert Note.objects.of(company.pk).count() == 1
    assert AuditEntry.objects.of(company.pk).count() == 1


def test_what_cannot_be_promised_leaves_no_trace(
    company: Company, actor: Actor, by_phone: int
) -> None:
    wrong = CallResult(outcome=CallOutcome.PROMISE, promised_on=TODAY - DAY, promised=eur(100_000))
    with pytest.raises(ValueError, match="looks ahead"):
        record_call(actor, by_phone, wrong, today=TODAY, at=NOW)
    for model in (Note, Promise, OutboxRow, AuditEntry):
        assert not model.objects.of(company.pk).exists()


@pytest.mark.parametrize("outcome", [CallOutcome.NO_ANSWER, CallOutcome.VOICEMAIL])
def test_a_call_nobody_took_is_to_be_made_again(
    company: Company, actor: Actor, by_phone: int, outcome: CallOutcome
) -> None:
    result = CallResult(outcome=outcome, again_on=TODAY + DAY)
    record_call(actor, by_phone, result, today=TODAY, at=NOW)
    assert not OutboxRow.objects.of(company.pk).exists()
    assert entry_of(company, "T").code == "postponed"
    assert entry_of(company, "T").look_again_on == TODAY + DAY


def test_a_dispute_on_the_phone_holds_the_invoice(
    company: Company, actor: Actor, by_phone: int
) -> None:
    contested = invoices_by_key(company.pk, ["F-T"])["F-T"]
    result = CallResult(outcome=CallOutcome.DISPUTE, disputed=contested, reason="broken")
    record_call(actor, by_phone, result, today=TODAY, at=NOW)
    assert Dispute.objects.of(company.pk).get().reason == "broken"
    assert entry_of(company, "T").code == "dispute.all"


# --- the day --------------------------------------------------------------------------------


def test_a_day_is_prepared_once_and_again_after_an_import(company: Company) -> None:
    assert not is_prepared(company, TODAY)
    prepare_day(company, TODAY, NOW)
    assert is_prepared(company, TODAY)
    assert not is_prepared(company, TODAY + DAY)
    page = facts("N", [invoice("N", "F-N", TODAY + DAY)], contacts=[mailbox("N")])
    import_reading(company, Page([page]), on=TODAY, at=NOW + timedelta(hours=1))
    assert not is_prepared(company, TODAY)


def test_companies_whose_day_is_not_prepared_are_due(company: Company, settings: Any) -> None:
    settings.PLAYED_DAY = None
    noon = NOW.replace(hour=12)
    assert due_companies(noon) == [(company, TODAY)]
    prepare_day(company, TODAY, noon)
    assert due_companies(noon) == []
    assert due_companies(noon + DAY) == [(company, TODAY + DAY)]


def test_the_figures_of_the_day_are_those_of_the_ledger(company: Company) -> None:
    prepare_day(company, TODAY, NOW)
    now = figures_of(company.pk, TODAY)
    assert now is not None
    assert now.overdue == {"EUR": 600_000}
    assert now.outstanding == {"EUR": 600_000}
    sold = sum(
        row.amount_minor for row in _invoices(company) if TODAY - 90 * DAY < row.issued_on <= TODAY
    )
    assert now.dso == round(600_000 / sold * 90)
    assert 0 <= now.expected.get("EUR", 0) <= 600_000
    assert 0 <= now.avoided <= now.calendar


def _invoices(company: Company) -> list[Invoice]:
    return list(Invoice.objects.of(company.pk))
