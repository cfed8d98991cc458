"""Two customers made one: everything goes along, imports follow, and undoing gives it all back."""

from dataclasses import replace

import pytest

from amiable.desk import dispute, hold, promise, reply
from amiable.desk.access import Actor, OtherCompany
from amiable.desk.incoming import take_in
from amiable.desk.instalment import agree_plan
from amiable.desk.merge import MergeRefused, merge_customers, sides_of, undo_merge
from amiable.desk.note import write_note
from amiable.desk.plan import draw_plan
from amiable.engine.instalment import Part
from amiable.store.merge import MOVED
from amiable.store.models import (
    Allocation,
    Company,
    Contact,
    Credit,
    Customer,
    Invoice,
    OutboxRow,
    PlanEntry,
)
from amiable.store.models.incoming import IncomingSource
from amiable.store.models.membership import Role
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
    payment,
)
from tests.desk.mails import mail

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Company:
    made = company_with_debtors(("A", "B"))
    draw_plan(made, TODAY)
    return made


@pytest.fixture
def boss(company: Company) -> Actor:
    return Actor(company=company, role=Role.MANAGER, name="Ada")


def merge(boss: Actor, kept: str = "A", gone: str = "B"):
    company = boss.company
    return merge_customers(
        boss, customer(company, kept), customer(company, gone), today=TODAY, at=at(TODAY)
    )


def undo(boss: Actor, row) -> None:
    undo_merge(boss, row, today=TODAY, at=at(TODAY))


def state(company: Company) -> dict[str, object]:
    """Whose every row is, and what the matching makes of it."""
    found: dict[str, object] = {}
    for name, model in MOVED.items():
        if name not in ("allocation", "plan_entry"):
            rows = model.objects.of(company.pk).order_by("pk")
            found[name] = list(rows.values_list("pk", "customer__key"))
    found["settled"] = list(
        Invoice.objects.of(company.pk).order_by("pk").values_list("key", "settled_on", "delay")
    )
    found["balances"] = list(
        Customer.objects.of(company.pk).order_by("pk").values_list("key", "balance_minor")
    )
    matched = Allocation.objects.of(company.pk).order_by("invoice", "credit")
    found["allocations"] = list(
        matched.values_list("customer__key", "invoice__key", "credit__key", "amount_minor")
    )
    return found


def fill(company: Company, key: str) -> None:
    row = customer(company, key)
    owed = Invoice.objects.of(company.pk).get(key=f"F-{key}")
    promise.record_promise(company, row, made_on=TODAY, due_on=TODAY + 5 * DAY, amount=eur(100))
    agree_plan(company, row, on=TODAY, parts=[Part(TODAY + 9 * DAY, eur(500))], invoices=["x"])
    dispute.open_dispute(company, row, owed, on=TODAY, amount=eur(50))
    hold.hold(company, row, on=TODAY, until=TODAY + DAY)
    reply.record_reply(company, row, on=TODAY, text="hello")
    write_note(company, row, text="note", on=TODAY, at=at(TODAY), by=None)
    answer = mail("Bonjour", sender=f"accountant@{key.lower()}.test", message_id=f"<{key}@x>")
    take_in(company, answer, IncomingSource.MAILBOX, at(TODAY))
    OutboxRow.objects.of(company.pk).create(
        company=company, customer=row, cycle="same", step=1, channel="email",
        state="sent", approved_on=TODAY, approved_at=at(TODAY), sent_on=TODAY,
    )  # fmt: skip


def test_everything_goes_along_and_comes_back_to_the_row(company, boss):
    for key in ("A", "B"):
        fill(company, key)
    before = state(company)
    row = merge(boss)
    after = state(company)
    for name in MOVED:
        if name not in ("allocation", "plan_entry", "outbox"):
            assert {key for _, key in after[name]} <= {"A"}, name
    assert dict(after["balances"]) == {"A": 200_000, "B": 0}
    undo(boss, row)
    assert state(company) == before


def test_a_message_of_the_same_step_and_cycle_stays_behind(company, boss):
    fill(company, "A")
    fill(company, "B")
    merge(boss)
    rows = OutboxRow.objects.of(company.pk).filter(cycle="same")
    assert sorted(rows.values_list("customer__key", flat=True)) == ["A", "B"]


def test_one_entry_of_the_plan_asks_for_both_debts(company, boss):
    row = merge(boss)
    assert entry_of(company, "A").detail["amounts"] == [[200_000, "EUR"]]
    current = PlanEntry.objects.of(company.pk).filter(ended_on=None)
    assert list(current.values_list("customer__key", flat=True)) == ["A"]
    undo(boss, row)
    assert {entry_of(company, key).detail["amounts"][0][0] for key in ("A", "B")} == {100_000}


def test_money_of_the_one_pays_the_debt_of_the_other_while_they_are_one(company, boss):
    pay = payment("B", "PAY-B", TODAY - DAY, 200_000)
    bring_in(company, facts("B", credits=[pay]))
    row = merge(boss)
    assert Invoice.objects.of(company.pk).get(key="F-A").settled_on is not None
    undo(boss, row)
    assert Invoice.objects.of(company.pk).get(key="F-A").settled_on is None
    assert Credit.objects.of(company.pk).get(key="PAY-B").customer.key == "B"


def test_what_an_import_says_of_the_one_gone_lands_on_the_one_kept(company, boss):
    merge(boss)
    new = invoice("B", "F-B2", TODAY + DAY)
    report = bring_in(company, facts("B", [new], contacts=[mailbox("B")], name="B renamed"))
    assert report.customers == 0
    assert Invoice.objects.of(company.pk).get(key="F-B2").customer.key == "A"
    assert customer(company, "A").name == "A SARL"
    again = bring_in(company, facts("B", [new, invoice("B", "F-B", TODAY - 25 * DAY)]))
    assert again.nothing_new


def test_what_came_in_since_goes_back_with_the_one_it_names(company, boss):
    row = merge(boss)
    came = [invoice("B", "F-B2", TODAY + DAY)]
    paid = [payment("B", "PAY-B2", TODAY, 1_000)]
    who = replace(mailbox("B"), key="contact|b|new", email="new@b.test")
    bring_in(company, facts("B", came, paid, [who]), facts("A", [invoice("A", "F-A2", TODAY)]))
    undo(boss, row)
    assert Invoice.objects.of(company.pk).get(key="F-B2").customer.key == "B"
    assert Credit.objects.of(company.pk).get(key="PAY-B2").customer.key == "B"
    assert Contact.objects.of(company.pk).get(email="new@b.test").customer.key == "B"
    assert Invoice.objects.of(company.pk).get(key="F-A2").customer.key == "A"
    assert bring_in(company, facts("B", came, paid)).nothing_new, "it is known where it belongs"


def test_a_chain_of_merges_is_followed_and_undone_from_its_end(company, boss):
    bring_in(company, facts("C", [invoice("C", "F-C", TODAY - DAY)]))
    first = merge(boss, "B", "C")
    second = merge(boss, "A", "B")
    bring_in(company, facts("C", [invoice("C", "F-C2", TODAY - DAY)]))
    assert Invoice.objects.of(company.pk).get(key="F-C2").customer.key == "A"
    with pytest.raises(MergeRefused, match="kept_is_merged"):
        undo(boss, first)
    undo(boss, second)
    assert Invoice.objects.of(company.pk).get(key="F-C2").customer.key == "B"
    undo(boss, first)
    assert Invoice.objects.of(company.pk).get(key="F-C2").customer.key == "C"


def test_what_a_person_matched_across_the_two_is_matched_no_longer(company, boss):
    bring_in(company, facts("B", credits=[payment("B", "PAY-B", TODAY, 70_000)]))
    row = merge(boss)
    Allocation.objects.of(company.pk).filter(credit__key="PAY-B").delete()
    Allocation.objects.of(company.pk).create(
        company=company, customer=customer(company, "A"), amount_minor=70_000,
        invoice=Invoice.objects.of(company.pk).get(key="F-A"),
        credit=Credit.objects.of(company.pk).get(key="PAY-B"),
        allocated_on=TODAY, basis="person",
    )  # fmt: skip
    undo(boss, row)
    assert not Allocation.objects.of(company.pk).filter(basis="person").exists()
    assert dict(state(company)["balances"]) == {"A": 100_000, "B": 30_000}


def test_nothing_is_merged_twice_nor_into_itself(company, boss):
    merge(boss)
    with pytest.raises(MergeRefused, match="merged_before"):
        merge(boss)
    with pytest.raises(MergeRefused, match="same"):
        merge(boss, "A", "A")


def test_customers_of_two_companies_are_never_merged(company, boss):
    new_company("other")
    other = company_with_debtors(("Z",), key="third")
    with pytest.raises(OtherCompany):
        merge_customers(
            boss, customer(company, "A"), customer(other, "Z"), today=TODAY, at=at(TODAY)
        )


def test_both_sides_are_counted_before(company):
    sides = sides_of(company, [customer(company, "A"), customer(company, "B")])
    assert [side.owed for side in sides] == [(eur(100_000),), (eur(100_000),)]
    assert sides[0].rows["invoice"] == 13
    assert sides[0].rows["contact"] == 1
