"""Whose customer one is: by hand, by rule, in sets, and back again."""

from typing import Any

import pytest

from amiable.desk import assign
from amiable.desk.access import Actor, OtherCompany
from amiable.desk.assign import NotACollector, UndoneBefore
from amiable.desk.plan import draw_plan
from amiable.store.assignment import (
    Conditions,
    LettersRefused,
    count_by_rule,
    first_letters,
)
from amiable.store.membership import add_member
from amiable.store.models import AuditEntry, Company, Customer, User
from amiable.store.models.membership import Role
from amiable.store.user import add_user
from tests.desk.books import TODAY, at, bring_in, customer, facts, new_company

AT = at(TODAY)
NAMES = ("Arbor", "Bravo", "Éclair", "Zeta")


@pytest.fixture
def company(db: None) -> Company:
    made = new_company()
    bring_in(made, *(facts(name, name=name) for name in NAMES))
    return made


def member(company: Company, name: str, role: Role = Role.COLLECTOR) -> User:
    user = add_user(f"{name}@{company.key}.test", name=name)
    add_member(company.pk, user, role)
    return user


@pytest.fixture
def lea(company: Company) -> User:
    return member(company, "Léa")


@pytest.fixture
def marc(company: Company) -> User:
    return member(company, "Marc")


def actor(company: Company) -> Actor:
    return Actor(company=company, role=Role.MANAGER, name="Nora")


def whose(company: Company) -> dict[str, tuple[str, bool]]:
    rows = Customer.objects.of(company.pk).select_related("collector")
    return {row.key: (str(row.collector or ""), row.collector_by_hand) for row in rows}


def test_a_customer_handed_over_is_written_down(company: Company, lea: User) -> None:
    assign.hand_over(actor(company), customer(company, "Arbor"), lea, AT)
    assert whose(company)["Arbor"] == ("Léa", True)
    entry = AuditEntry.objects.of(company.pk).get(code="assigned")
    assert (entry.name, entry.facts) == ("Nora", {"to": "Léa", "customer": "Arbor"})


def test_a_customer_handed_to_nobody_follows_the_rules_again(company: Company, lea: User) -> None:
    row = customer(company, "Arbor")
    assign.hand_over(actor(company), row, lea, AT)
    assign.hand_over(actor(company), row, None, AT)
    assert whose(company)["Arbor"] == ("", False)


@pytest.mark.parametrize("role", [Role.READER, None])
def test_a_reader_and_a_stranger_get_no_customers(company: Company, role: Role | None) -> None:
    user = member(company, "Ida", role) if role else add_user("ida@elsewhere.test", name="Ida")
    with pytest.raises(NotACollector):
        assign.hand_over(actor(company), customer(company, "Arbor"), user, AT)


def test_another_companys_customer_is_not_handed_over(company: Company, lea: User) -> None:
    other = new_company("autre")
    bring_in(other, facts("Loin", name="Loin"))
    with pytest.raises(OtherCompany):
        assign.hand_over(actor(company), customer(other, "Loin"), lea, AT)
    with pytest.raises(OtherCompany):
        assign.hand_over_set(actor(company), [customer(other, "Loin").pk], lea, AT)


def test_the_first_rule_that_takes_a_customer_gives_the_collector(
    company: Company, lea: User, marc: User
) -> None:
    assign.add_rule(actor(company), lea, Conditions(letters="A-E"), AT)
    assign.add_rule(actor(company), marc, Conditions(), AT)
    assert assign.apply_rules_now(actor(company), AT) == 4
    assert {key: name for key, (name, _) in whose(company).items()} == {
        "Arbor": "Léa", "Bravo": "Léa", "Éclair": "Léa", "Zeta": "Marc",
    }  # fmt: skip


def test_the_preview_counts_what_the_rules_would_take(
    company: Company, lea: User, marc: User
) -> None:
    first = assign.add_rule(actor(company), lea, Conditions(letters="A-E"), AT)
    second = assign.add_rule(actor(company), marc, Conditions(letters="A-Z"), AT)
    assert count_by_rule(company.pk) == {first.pk: 3, second.pk: 1}


def test_a_customer_chosen_by_hand_is_left_by_the_rules(
    company: Company, lea: User, marc: User
) -> None:
    assign.hand_over(actor(company), customer(company, "Zeta"), lea, AT)
    assign.add_rule(actor(company), marc, Conditions(), AT)
    assign.apply_rules(company)
    assert whose(company)["Zeta"] == ("Léa", True)
    assert whose(company)["Arbor"] == ("Marc", False)


def test_applying_the_rules_twice_changes_nothing(company: Company, lea: User) -> None:
    assign.add_rule(actor(company), lea, Conditions(country="FR"), AT)
    assert (assign.apply_rules(company), assign.apply_rules(company)) == (4, 0)


def test_a_rule_of_somebody_who_left_takes_nothing(company: Company, lea: User) -> None:
    assign.add_rule(actor(company), lea, Conditions(), AT)
    company_member = lea.memberships.model.objects.of(company.pk).get(user=lea)
    company_member.active = False
    company_member.save()
    assert assign.apply_rules(company) == 0


def test_drawing_the_plan_applies_the_rules(company: Company, lea: User) -> None:
    assign.add_rule(actor(company), lea, Conditions(), AT)
    draw_plan(company, TODAY)
    assert whose(company)["Arbor"] == ("Léa", False)


def test_a_rule_moves_up_and_stops_at_the_top(company: Company, lea: User, marc: User) -> None:
    assign.add_rule(actor(company), lea, Conditions(), AT)
    second = assign.add_rule(actor(company), marc, Conditions(), AT)
    assign.move_rule(actor(company), second.pk, -1, AT)
    assign.move_rule(actor(company), second.pk, -1, AT)
    assign.apply_rules(company)
    assert whose(company)["Arbor"] == ("Marc", False)


def test_a_handover_moves_all_and_can_be_taken_back(
    company: Company, lea: User, marc: User
) -> None:
    assign.hand_over(actor(company), customer(company, "Arbor"), lea, AT)
    Customer.objects.of(company.pk).filter(key="Bravo").update(collector=lea)
    before = whose(company)
    moved = assign.hand_over_all(actor(company), lea, marc, Conditions(), AT)
    assert moved.count == 2
    assert whose(company)["Bravo"] == ("Marc", True)
    assert assign.undo_handover(actor(company), moved.pk, AT) == 2
    assert whose(company) == before
    with pytest.raises(UndoneBefore):
        assign.undo_handover(actor(company), moved.pk, AT)


def test_what_moved_on_since_is_not_taken_back(company: Company, lea: User, marc: User) -> None:
    nora = member(company, "Nora")
    assign.hand_over_set(actor(company), [customer(company, k).pk for k in NAMES], lea, AT)
    moved = assign.hand_over_all(actor(company), lea, marc, Conditions(letters="A-B"), AT)
    assign.hand_over(actor(company), customer(company, "Arbor"), nora, AT)
    assert assign.undo_handover(actor(company), moved.pk, AT) == 1
    assert whose(company)["Arbor"] == ("Nora", True)
    assert whose(company)["Zeta"] == ("Léa", True)


def test_the_number_of_queries_does_not_grow_with_the_customers(
    company: Company, lea: User, marc: User, django_assert_max_num_queries: Any
) -> None:
    bring_in(company, *(facts(f"K{n}", name=f"K{n}") for n in range(60)))
    assign.add_rule(actor(company), lea, Conditions(letters="A-J"), AT)
    assign.add_rule(actor(company), marc, Conditions(), AT)
    with django_assert_max_num_queries(6):
        assert assign.apply_rules(company) == 64
    with django_assert_max_num_queries(9):
        assert assign.hand_over_all(actor(company), marc, lea, Conditions(), AT).count == 61


@pytest.mark.parametrize(
    ("text", "letters"), [("A-C", "ABC"), ("b", "B"), ("A-B, M 8-9", "ABM89"), ("", "")]
)
def test_letters_are_read(text: str, letters: str) -> None:
    assert first_letters(text) == letters


@pytest.mark.parametrize("text", ["C-A", "A-", "AB", "é", "A--C", "-"])
def test_letters_that_mean_nothing_are_refused(text: str) -> None:
    with pytest.raises(LettersRefused):
        first_letters(text)
