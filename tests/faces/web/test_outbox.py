"""Messages to check, and what leaves by itself, in the browser."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from django.test import Client

from amiable.desk.approve import approve
from amiable.desk.night import prepare_day
from amiable.desk.policy import publish_policy, shipped_policy
from amiable.desk.release import release_automatic
from amiable.engine.policy import Approval
from amiable.store.models import AuditEntry, Company, OutboxRow
from tests.desk.books import TODAY, at, customer
from tests.desk.chosen import choose_policy
from tests.faces.web.conftest import SignIn

DESK = "/c/fournil/"


@pytest.fixture
def doubts(company: Company) -> dict[str, OutboxRow]:
    """One message nobody knows the fate of, to each customer."""
    pks = [customer(company, key).pk for key in ("A", "B")]
    approve(company, pks, today=TODAY, at=at(TODAY))
    tried = datetime.now(UTC) - timedelta(hours=1)
    detail = "no answer after the whole mail was sent"
    OutboxRow.objects.of(company.pk).update(state="ambiguous", detail=detail, claimed_at=tried)
    rows = OutboxRow.objects.of(company.pk).select_related("customer")
    return {row.customer.key: row for row in rows}


def said(client: Client, row: OutboxRow, verdict: str, state: str = "ambiguous") -> str:
    path = f"{DESK}doubtful/{row.pk}/"
    return client.post(path, {"verdict": verdict, "state": state}, follow=True).content.decode()


def test_what_is_known_is_shown_and_counted(desk: Client, doubts: dict[str, OutboxRow]) -> None:
    page = desk.get(f"{DESK}doubtful/").content.decode()
    row = doubts["A"]
    for known in (row.customer.name, row.recipient, row.message_id, "no answer after"):
        assert known.replace("<", "&lt;").replace(">", "&gt;") in page
    assert "To check" in desk.get(DESK).content.decode()


def test_a_person_says_it_arrived(desk: Client, doubts: dict[str, OutboxRow]) -> None:
    row = doubts["A"]
    assert "counts as sent" in said(desk, row, "arrived")
    row.refresh_from_db()
    assert (row.state, row.settled_by is not None) == ("sent", True)
    assert "in another state" in said(desk, row, "again"), "the second is told"


@pytest.mark.parametrize(("verdict", "state"), [("again", "approved"), ("give_up", "cancelled")])
def test_or_that_it_did_not(
    desk: Client, doubts: dict[str, OutboxRow], verdict: str, state: str
) -> None:
    said(desk, doubts["A"], verdict)
    doubts["A"].refresh_from_db()
    assert doubts["A"].state == state


def test_nonsense_changes_nothing(desk: Client, doubts: dict[str, OutboxRow]) -> None:
    assert "in another state" in said(desk, doubts["A"], "burn")
    doubts["A"].refresh_from_db()
    assert doubts["A"].state == "ambiguous"


def test_a_reader_looks_and_an_outside_collector_sees_their_own(
    sign_in: SignIn, doubts: dict[str, OutboxRow]
) -> None:
    assert "It arrived" not in sign_in("reader").get(f"{DESK}doubtful/").content.decode()
    page = sign_in("outside").get(f"{DESK}doubtful/").content.decode()
    assert doubts["A"].recipient in page
    assert doubts["B"].recipient not in page
    path = f"{DESK}doubtful/{doubts['B'].pk}/"
    assert sign_in("outside").post(path, {"verdict": "again"}).status_code == 404


def test_without_doubts_there_is_no_such_place(desk: Client, company: Company) -> None:
    assert "To check" not in desk.get(DESK).content.decode()
    assert "Nothing to check" in desk.get(f"{DESK}doubtful/").content.decode()


# --- what leaves by itself ----------------------------------------------------------------------


@pytest.fixture
def automatic(company: Company) -> Company:
    """The first step of the policy leaves by itself, and is released."""
    policy = shipped_policy("standard")
    first, *rest = policy.steps
    steps = (replace(first, approval=Approval.AUTOMATIC), *rest)
    publish_policy(company, replace(policy, name="automatic", steps=steps), at=at(TODAY))
    choose_policy(company, "automatic")
    prepare_day(company, TODAY, at(TODAY))
    assert release_automatic(company, at(TODAY)) == 2
    OutboxRow.objects.of(company.pk).update(not_before=datetime.now(UTC) + timedelta(minutes=10))
    return company


def test_it_is_shown_before_it_leaves_and_kept_back(desk: Client, automatic: Company) -> None:
    page = desk.get(DESK).content.decode()
    assert "2 messages leave by themselves" in page
    assert "Keep back" in page
    desk.post(f"{DESK}today/{customer(automatic, 'A').pk}/back/")
    assert "1 message leaves by itself" in desk.get(DESK).content.decode()
    assert release_automatic(automatic, at(TODAY)) == 0


def test_the_brake_stops_it(desk: Client, automatic: Company) -> None:
    page = desk.post(f"{DESK}today/stop/", follow=True).content.decode()
    assert "2 messages were taken back" in page
    assert "automatic sending is stopped" in page
    assert set(OutboxRow.objects.of(automatic.pk).values_list("state", flat=True)) == {"cancelled"}
    (entry,) = AuditEntry.objects.of(automatic.pk).filter(code="automatic_stopped")
    assert entry.facts["n"] == 2


def test_not_by_those_who_see_a_part_only(sign_in: SignIn, automatic: Company) -> None:
    assert sign_in("outside").post(f"{DESK}today/stop/").status_code == 403
    assert sign_in("reader").post(f"{DESK}today/stop/").status_code == 403


def seen_in(page: str, form: str) -> str:
    return page.partition(form)[2].partition('name="seen" value="')[2].partition('"')[0]


def test_the_hour_is_set_beside_the_companys_hours(desk: Client, company: Company) -> None:
    path = f"{DESK}settings/hours/"
    seen = seen_in(desk.get(path).content.decode(), "<form")
    form = {"do": "hours", "opens_at": "08:00", "closes_at": "18:00", "region": "", "seen": seen}
    late = desk.post(path, form | {"automatic": "on", "automatic_from": "19:00"})
    assert "between opening and closing" in late.content.decode()
    desk.post(path, form | {"automatic": "on", "automatic_from": "10:30"})
    company.refresh_from_db()
    assert company.automatic_from == time(10, 30)
    seen = seen_in(desk.get(path).content.decode(), "<form")
    desk.post(path, form | {"seen": seen})
    company.refresh_from_db()
    assert company.automatic_from is None


def test_the_pace_is_set_beside_the_mail_server(desk: Client, company: Company) -> None:
    page = desk.get(f"{DESK}settings/mail/").content.decode()
    path = f"{DESK}settings/mail/pace/"
    seen = seen_in(page, path)
    assert desk.post(path, {"per_minute": "-1", "seen": seen}).status_code == 200
    desk.post(path, {"per_minute": "30", "seen": seen})
    company.refresh_from_db()
    assert company.per_minute == 30
    assert "changed" in desk.post(
        path, {"per_minute": "5", "seen": seen}, follow=True
    ).content.decode()  # fmt: skip
    company.refresh_from_db()
    assert company.per_minute == 30
