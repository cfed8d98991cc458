"""The team's pages: roles, absences, handovers, rules, the audit log."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from amiable.store.models import (
    AssignmentRule,
    AuditEntry,
    Company,
    Customer,
    Handover,
    Membership,
    User,
)
from tests.desk.books import TODAY, bring_in, facts
from tests.faces.web.conftest import SignIn
from tests.faces.web.furniture import NOW

PEOPLE = "/c/fournil/people/"


def member(company: Company, user: User) -> Membership:
    return Membership.objects.of(company.pk).get(user=user)


def collector_of(company: Company, key: str) -> User | None:
    return Customer.objects.of(company.pk).select_related("collector").get(key=key).collector


def test_the_team_shows_everybody_with_their_customers(
    desk: Client, people: dict[str, User]
) -> None:
    page = desk.get(PEOPLE).content.decode()
    for user in people.values():
        assert user.email in page
    assert "1 customer is nobody" in page


def test_an_outside_collector_sees_nobody_else(sign_in: SignIn, people: dict[str, User]) -> None:
    page = sign_in("outside").get(PEOPLE).content.decode()
    assert people["outside"].email in page
    assert people["manager"].email not in page


def test_a_role_is_changed_and_written_down(
    desk: Client, people: dict[str, User], company: Company
) -> None:
    user = people["reader"]
    desk.post(f"{PEOPLE}{user.pk}/role/", {"role": "manager"})
    assert member(company, user).role == "manager"
    facts = AuditEntry.objects.of(company.pk).get(code="role_changed").facts
    assert facts == {"who": str(user), "role": "manager", "before": "reader"}
    assert "manager (was reader)" in desk.get(f"{PEOPLE}audit/").content.decode()


def test_a_company_is_never_left_without_an_administrator(
    desk: Client, people: dict[str, User], company: Company
) -> None:
    last = people["administrator"]
    answer = desk.post(f"{PEOPLE}{last.pk}/role/", {"role": "reader"})
    assert answer.status_code == 422
    assert "name another one first" in answer.content.decode()
    desk.post(f"{PEOPLE}{last.pk}/leave/")
    row = member(company, last)
    assert (row.role, row.active) == ("administrator", True)


def test_a_second_administrator_may_go(
    desk: Client, people: dict[str, User], company: Company
) -> None:
    desk.post(f"{PEOPLE}{people['manager'].pk}/role/", {"role": "administrator"})
    desk.post(f"{PEOPLE}{people['manager'].pk}/leave/")
    assert not member(company, people["manager"]).active


def test_who_leaves_hands_the_customers_to_an_heir(
    desk: Client, people: dict[str, User], company: Company, sign_in: SignIn
) -> None:
    gone, heir = people["outside"], people["collector"]
    desk.post(f"{PEOPLE}{gone.pk}/leave/", {"heir": str(heir.pk)})
    assert collector_of(company, "A") == heir
    assert sign_in("outside").get("/c/fournil/").status_code == 404
    row = Handover.objects.of(company.pk).get()
    desk.post(f"{PEOPLE}{gone.pk}/back/")
    desk.post(f"{PEOPLE}handovers/{row.pk}/undo/")
    assert collector_of(company, "A") == gone


def test_an_absence_gives_the_customers_to_the_stand_in_for_its_time(
    desk: Client, people: dict[str, User], company: Company, sign_in: SignIn
) -> None:
    other = people["collector"]
    other_row = member(company, other)
    other_row.role = "outside"
    other_row.save()
    pk = Customer.objects.of(company.pk).get(key="A").pk
    browser = sign_in("collector")
    assert browser.get(f"/c/fournil/customers/{pk}/").status_code == 404
    said = {"absent_from": TODAY.isoformat(), "stand_in": str(other.pk),
            "absent_until": (TODAY + timedelta(days=3)).isoformat()}  # fmt: skip
    desk.post(f"{PEOPLE}{people['outside'].pk}/absence/", said)
    assert browser.get(f"/c/fournil/customers/{pk}/").status_code == 200
    desk.post(f"{PEOPLE}{people['outside'].pk}/present/")
    assert browser.get(f"/c/fournil/customers/{pk}/").status_code == 404


def test_an_absence_that_ends_before_it_begins_is_shown_again(
    desk: Client, people: dict[str, User], company: Company
) -> None:
    said = {"absent_from": "2026-03-10", "absent_until": "2026-03-01", "stand_in": ""}
    answer = desk.post(f"{PEOPLE}{people['collector'].pk}/absence/", said)
    assert answer.status_code == 422
    assert 'value="2026-03-01"' in answer.content.decode()
    assert member(company, people["collector"]).absent_from is None


def test_customers_are_handed_over_and_taken_back(
    desk: Client, people: dict[str, User], company: Company
) -> None:
    giver, taker = people["outside"], people["collector"]
    page = desk.post(
        f"{PEOPLE}{giver.pk}/hand-over/", {"user": str(taker.pk), "letters": "A"}, follow=True
    ).content.decode()
    assert "1 customer handed over" in page
    assert collector_of(company, "A") == taker
    pk = Handover.objects.of(company.pk).get().pk
    desk.post(f"{PEOPLE}handovers/{pk}/undo/")
    assert collector_of(company, "A") == giver
    again = desk.post(f"{PEOPLE}handovers/{pk}/undo/", follow=True).content.decode()
    assert "took this handover back already" in again


def test_a_handover_must_say_to_whom(
    desk: Client, people: dict[str, User], company: Company
) -> None:
    answer = desk.post(f"{PEOPLE}{people['outside'].pk}/hand-over/", {"user": ""})
    assert answer.status_code == 422
    assert collector_of(company, "A") == people["outside"]
    desk.post(f"{PEOPLE}{people['outside'].pk}/hand-over/", {"user": "nobody"})
    assert collector_of(company, "A") is None


def test_the_customers_of_nobody_are_given_to_somebody(
    desk: Client, people: dict[str, User], company: Company
) -> None:
    desk.post(f"{PEOPLE}unassigned/", {"user": str(people["collector"].pk)})
    assert collector_of(company, "B") == people["collector"]
    assert collector_of(company, "A") == people["outside"]


def test_a_rule_is_added_shown_in_words_changed_applied_and_deleted(
    desk: Client, people: dict[str, User], company: Company
) -> None:
    said = {"user": str(people["collector"].pk), "letters": "a-c", "country": "fr",
            "least": "1 000,50"}  # fmt: skip
    page = desk.post(f"{PEOPLE}rules/", said, follow=True).content.decode()
    assert "names from A-C, in France, owing at least €1,000.50" in page
    rule = AssignmentRule.objects.of(company.pk).get()
    assert 'value="1000.50"' in desk.get(f"{PEOPLE}rules/{rule.pk}/").content.decode()
    desk.post(f"{PEOPLE}rules/{rule.pk}/", {"user": said["user"], "letters": "B"})
    assert (
        "2 customers changed hands"
        in desk.post(f"{PEOPLE}rules/apply/", follow=True).content.decode()
    )
    assert collector_of(company, "B") == people["collector"]
    desk.post(f"{PEOPLE}rules/{rule.pk}/drop/")
    assert not AssignmentRule.objects.of(company.pk).exists()


@pytest.mark.parametrize(
    "wrong", [{"letters": "C-A"}, {"country": "XX1"}, {"least": "much"}, {"user": "0"}]
)
def test_a_rule_that_cannot_be_is_shown_again(
    desk: Client, people: dict[str, User], company: Company, wrong: dict[str, str]
) -> None:
    answer = desk.post(f"{PEOPLE}rules/", {"user": str(people["collector"].pk)} | wrong)
    assert answer.status_code == 422
    assert 'class="error"' in answer.content.decode()
    assert not AssignmentRule.objects.of(company.pk).exists()


def test_rules_are_put_in_order(desk: Client, people: dict[str, User], company: Company) -> None:
    for role in ("collector", "manager"):
        desk.post(f"{PEOPLE}rules/", {"user": str(people[role].pk)})
    second = AssignmentRule.objects.of(company.pk).order_by("position")[1]
    desk.post(f"{PEOPLE}rules/{second.pk}/move/", {"to": "earlier"})
    assert AssignmentRule.objects.of(company.pk).order_by("position")[0] == second


# --- the audit log ----------------------------------------------------------------------------


def write(company: Company, count: int, **more: Any) -> None:
    rows = [
        AuditEntry(company=company, code="invited", at=NOW + timedelta(minutes=n), name=f"N{n}",
                   facts={"email": f"e{n}@x.test", "role": "reader"}, **more)
        for n in range(count)
    ]  # fmt: skip
    AuditEntry.objects.of(company.pk).bulk_create(rows)


def test_the_log_is_read_page_by_page_newest_first(desk: Client, company: Company) -> None:
    write(company, 60)
    first = desk.get(f"{PEOPLE}audit/").content.decode()
    assert first.index("e59@x.test invited as reader") < first.index("e58@x.test")
    assert "e9@x.test" not in first
    oldest = AuditEntry.objects.of(company.pk).order_by("-pk")[49].pk
    assert f"before={oldest}" in first
    second = desk.get(f"{PEOPLE}audit/?before={oldest}").content.decode()
    assert "e9@x.test" in second
    assert "e10@x.test" not in second


def test_a_page_of_the_log_takes_as_many_queries_as_another(
    desk: Client, company: Company, django_assert_max_num_queries: Any
) -> None:
    write(company, 60)
    with django_assert_max_num_queries(22):
        assert desk.get(f"{PEOPLE}audit/").status_code == 200


def test_the_log_is_filtered(desk: Client, company: Company, people: dict[str, User]) -> None:
    a = Customer.objects.of(company.pk).get(key="A")
    write(company, 1)
    write(company, 1, customer=a, user=people["manager"], door="api")
    for query, count in (
        (f"customer={a.pk}", 1),
        (f"person={people['manager'].pk}", 1),
        ("door=api", 1),
        ("deed=invited", 2),
        ("deed=joined", 0),
        ("since=2026-03-10&until=2026-03-10", 2),
        ("until=2026-03-09", 0),
        ("since=nonsense&person=x&before=y", 2),
    ):
        page = desk.get(f"{PEOPLE}audit/?{query}").content.decode()
        assert page.count("<tr data-row>") == count, query


def test_a_code_nobody_knows_is_shown_as_it_is(desk: Client, company: Company) -> None:
    AuditEntry.objects.of(company.pk).create(
        company=company, code="of_old", at=NOW, facts={"a": 1, "b": "x"}
    )
    AuditEntry.objects.of(company.pk).create(company=company, code="handed_over", at=NOW, facts={})
    page = desk.get(f"{PEOPLE}audit/").content.decode()
    assert "of_old (a: 1, b: x)" in page


def test_the_log_is_taken_away_as_a_file(desk: Client, company: Company) -> None:
    write(company, 3)
    AuditEntry.objects.of(company.pk).create(
        company=company, code="=cmd", at=NOW, name="=HYPERLINK()", facts={}
    )
    answer = desk.get(f"{PEOPLE}audit/export/")
    lines = b"".join(answer).decode("utf-8-sig").splitlines()  # type: ignore[call-overload]
    assert len(lines) == 5
    assert "'=HYPERLINK()" in lines[1]
    assert "e2@x.test invited as reader" in lines[2]


def test_a_reader_reads_the_log_and_a_collector_does_not(sign_in: SignIn) -> None:
    assert sign_in("reader").get(f"{PEOPLE}audit/").status_code == 200
    assert sign_in("collector").get(f"{PEOPLE}audit/").status_code == 403


def test_the_team_takes_as_many_queries_however_many_they_are(
    desk: Client, company: Company, django_assert_max_num_queries: Any
) -> None:
    bring_in(company, *(facts(f"K{n}", name=f"K{n}") for n in range(40)))
    for n in range(15):
        user = User.objects.create_user(f"m{n}@x.test")
        Membership.objects.of(company.pk).create(company=company, user=user, role="collector")
    with django_assert_max_num_queries(22):
        assert desk.get(PEOPLE).status_code == 200
