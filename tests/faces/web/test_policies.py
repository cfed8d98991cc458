"""Policies on the desk: read, built with live checks, published once, compared, assigned."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from amiable.desk.policy import publish_policy, shipped_policy
from amiable.engine.policy import FixedCalendar
from amiable.store.models import Company, Customer, PolicyVersion
from tests.desk.books import TODAY, at, company_with_debtors
from tests.faces.web.conftest import SignIn

HTMX = {"HTTP_HX_REQUEST": "true"}


def version(company: Company, name: str = "standard") -> PolicyVersion:
    return PolicyVersion.objects.of(company.pk).filter(name=name).latest("version")


def address(company: Company, path: str = "") -> str:
    return f"/c/{company.key}/policies/{path}"


FORM = {
    "base": "1", "comment": "calmer", "name": "standard", "trigger.kind": "calendar",
    "trigger.days": "12", "trigger.floor": "3", "trigger.cap": "", "trigger.share": "0.7",
    "spacing": "7", "minimum": "5", "part_paid_grace": "5", "promise_grace": "3",
    "claim_grace": "5", "promise_ahead": "30", "fresh_days": "7", "repeat_every": "0",
    "steps[1].after": "0", "steps[1].tone": "friendly", "steps[1].channel": "email",
    "steps[1].role": "accountant", "steps[1].approval": "person",
    "steps[2].after": "10", "steps[2].tone": "firm", "steps[2].channel": "email",
    "steps[2].role": "main", "steps[2].approval": "person",
}  # fmt: skip


def post(desk: Client, company: Company, deed: str, **changes: str) -> str:
    page = address(company, f"{version(company).pk}/edit/")
    answer = desk.post(page, FORM | changes | {"do": deed}, **HTMX)
    assert answer.status_code == 200
    return answer.content.decode()


# --- reading ------------------------------------------------------------------------------------


def test_the_list_says_who_has_which(desk: Client, company: Company) -> None:
    page = desk.get(address(company)).content.decode()
    assert "2 customers" in page
    assert "Nobody has it" in page  # prudent


def test_a_policy_is_read_as_a_ladder(desk: Client, company: Company) -> None:
    page = desk.get(address(company, f"{version(company).pk}/")).content.decode()
    assert 'class="ladder-line"' in page
    assert "friendly reminder" in page
    assert "F-A" in page or "F-B" in page  # a real customer's dates


def test_another_customer_may_be_chosen(desk: Client, company: Company) -> None:
    b = Customer.objects.of(company.pk).get(key="B")
    page = desk.get(address(company, f"{version(company).pk}/"), {"customer": b.pk})
    assert "F-B" in page.content.decode()
    found = desk.get(address(company, f"{version(company).pk}/"), {"q": "A SARL"})
    assert "F-A" in found.content.decode()


def test_another_companys_policy_and_customer_do_not_exist(desk: Client, company: Company) -> None:
    other = company_with_debtors(("X",), key="minoterie")
    stranger = version(other).pk
    for path in (f"{stranger}/", f"{stranger}/toml/", f"{stranger}/edit/",
                 f"{version(company).pk}/compare/{stranger}/"):  # fmt: skip
        assert desk.get(address(company, path)).status_code == 404
    x = Customer.objects.of(other.pk).get().pk
    assert desk.get(address(company, f"{version(company).pk}/?customer={x}")).status_code == 404
    assert desk.post(address(company, f"assign/{x}/"), {"policy": ""}).status_code == 404


def test_an_outside_collector_sees_its_own_customers_only(
    sign_in: SignIn, company: Company
) -> None:
    page = sign_in("outside").get(address(company, f"{version(company).pk}/")).content.decode()
    assert "A SARL" in page
    assert "B SARL" not in page


@pytest.mark.parametrize("role", ["collector", "outside", "reader"])
@pytest.mark.parametrize("path", ["new/", "import/", "assign/", "{pk}/edit/"])
def test_only_who_shapes_policies_builds_them(
    sign_in: SignIn, company: Company, role: str, path: str
) -> None:
    page = address(company, path.format(pk=version(company).pk))
    assert sign_in(role).get(page).status_code == 403
    assert sign_in(role).post(page, FORM | {"do": "publish"}).status_code == 403


def test_a_manager_builds_policies(sign_in: SignIn, company: Company) -> None:
    assert sign_in("manager").get(address(company, "new/")).status_code == 200


# --- building -----------------------------------------------------------------------------------


def test_an_error_stands_beside_its_field(desk: Client, company: Company) -> None:
    page = post(desk, company, "check", **{"steps[2].after": "3"})
    before, _, after = page.partition('name="steps[2].after"')
    assert "It comes 3 days after the step before." in after.partition("</div>")[0]
    assert "It comes 3 days" not in before


def test_what_is_no_number_is_shown_again_as_typed(desk: Client, company: Company) -> None:
    page = post(desk, company, "check", spacing="seven", minimum="1e999999")
    assert 'value="seven"' in page
    assert 'value="1e999999"' in page
    assert "2 things to mend" in page


def test_steps_are_added_moved_and_taken_away(desk: Client, company: Company) -> None:
    assert 'name="steps[3].after"' in post(desk, company, "steps_add")
    moved = post(desk, company, "steps_down:1")
    assert 'value="main" selected' in moved.partition('name="steps[1].role"')[2][:400]
    left = post(desk, company, "steps_remove:2")
    assert 'name="steps[2].after"' not in left


@pytest.mark.parametrize("deed", ["steps_up:99", "steps_remove:", "quiet_remove:7", "nonsense"])
def test_a_button_that_makes_no_sense_changes_nothing(
    desk: Client, company: Company, deed: str
) -> None:
    page = post(desk, company, deed, **{"steps[99999].after": "1", "steps[x].after": "1"})
    assert 'name="steps[2].after"' in page
    assert 'name="steps[3].after"' not in page


def test_a_notice_and_a_quiet_period_can_be_added(desk: Client, company: Company) -> None:
    assert 'name="notice.after"' in post(desk, company, "notice_add")
    assert 'name="quiet[1].from_day.month"' in post(desk, company, "quiet_add")


THANKS = {
    "thanks.when": "reminder", "thanks.minimum": "10,5", "thanks.approval": "automatic",
    "thanks.says_open": "True",
}  # fmt: skip


def test_thanks_are_added_taken_away_and_published(desk: Client, company: Company) -> None:
    assert 'name="thanks.when"' in post(desk, company, "thanks_add")
    assert 'name="thanks.when"' not in post(desk, company, "thanks_remove", **THANKS)
    wrong = post(desk, company, "check", **THANKS | {"thanks.minimum": "much"})
    assert "is not a whole number" in wrong
    desk.post(address(company, f"{version(company).pk}/edit/"), FORM | THANKS | {"do": "publish"})
    made = version(company)
    assert "[thanks]" in made.toml
    assert "minimum = 1050" in made.toml
    assert "says_open = true" in made.toml
    page = desk.get(address(company, f"{made.pk}/")).content.decode()
    said = "for a payment that followed a reminder, from €10.50 on, leaves by itself, says what"
    assert said in page
    older = PolicyVersion.objects.of(company.pk).get(name="standard", version=1)
    compared = desk.get(address(company, f"{older.pk}/compare/{made.pk}/")).content.decode()
    assert "Thanks for a payment" in compared
    assert 'value="10.5"' in desk.get(address(company, f"{made.pk}/edit/")).content.decode()


def test_a_day_that_does_not_exist_is_refused(desk: Client, company: Company) -> None:
    day = {"quiet[1].from_day.day": "31", "quiet[1].from_day.month": "02",
           "quiet[1].until_day.day": "1", "quiet[1].until_day.month": "03"}  # fmt: skip
    assert "02-31 is no day of the year" in post(desk, company, "check", **day)


def test_the_effect_of_a_draft_is_told(desk: Client, company: Company) -> None:
    page = post(desk, company, "effect", **{"trigger.days": "60"})
    assert "this policy would remind 0 customers instead of 2" in page
    assert PolicyVersion.objects.of(company.pk).filter(name="standard").count() == 1


def test_a_version_is_published_with_what_changes(desk: Client, company: Company) -> None:
    page = address(company, f"{version(company).pk}/edit/")
    answer = desk.post(page, FORM | {"do": "publish"})
    made = version(company)
    assert answer.headers["Location"] == address(company, f"{made.pk}/")
    assert (made.version, made.comment) == (2, "calmer")
    assert "days = 12" in made.toml
    assert "minimum = 500" in made.toml


def test_publishing_by_htmx_leads_to_the_new_version(desk: Client, company: Company) -> None:
    page = address(company, f"{version(company).pk}/edit/")
    answer = desk.post(page, FORM | {"do": "publish"}, **HTMX)
    assert answer.headers["HX-Redirect"] == address(company, f"{version(company).pk}/")


def test_without_a_comment_nothing_is_published(desk: Client, company: Company) -> None:
    page = post(desk, company, "publish", comment="  ")
    assert "Say in a few words what changes." in page
    assert version(company).version == 1


def test_who_publishes_second_sees_the_other_version(desk: Client, company: Company) -> None:
    other = replace(shipped_policy("standard"), spacing=6)
    publish_policy(company, other, at=at(TODAY), comment="theirs", author="Bob")
    page = post(desk, company, "publish")
    assert "Bob published version 2 meanwhile" in page
    assert 'name="base" value="2"' in page
    assert version(company).comment == "theirs"


def test_a_new_policy_needs_a_free_name(desk: Client, company: Company) -> None:
    answer = desk.post(address(company, "new/"), FORM | {"do": "publish", "base": ""})
    assert "A policy of this name exists" in answer.content.decode()
    desk.post(address(company, "new/"), FORM | {"do": "publish", "base": "", "name": "mine"})
    assert version(company, "mine").version == 1


def test_a_draft_may_start_from_any_policy(desk: Client, company: Company) -> None:
    start = {"from": str(version(company, "prudent").pk)}
    assert 'name="notice.after"' in desk.get(address(company, "new/"), start).content.decode()


# --- files and versions -------------------------------------------------------------------------


def test_what_is_exported_can_be_imported(desk: Client, company: Company) -> None:
    answer = desk.get(address(company, f"{version(company, 'prudent').pk}/toml/"))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="prudent-v1.toml"'
    page = desk.post(address(company, "import/"), {"text": answer.content.decode()})
    assert 'name="notice.after"' in page.content.decode()


def test_a_file_with_errors_tells_each(desk: Client, company: Company) -> None:
    wrong = 'name = "x"\nspacing = "often"\ncolour = 1\n[[steps]]\nafter = 0\n'
    page = desk.post(address(company, "import/"), {"text": wrong}).content.decode()
    assert "policy.colour" in page
    assert "spacing" in page
    assert "2 things to mend" in page


@pytest.mark.parametrize("text", ["", "name = [", "x" * 100_001])
def test_what_is_no_policy_is_refused_kindly(desk: Client, company: Company, text: str) -> None:
    answer = desk.post(address(company, "import/"), {"text": text})
    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()


def test_two_versions_are_compared_in_words(desk: Client, company: Company) -> None:
    first = version(company)
    changed = replace(shipped_policy("standard"), trigger=FixedCalendar(days=8), spacing=6)
    publish_policy(company, changed, at=at(TODAY))
    page = desk.get(address(company, f"{version(company).pk}/compare/{first.pk}/"))
    assert "8 days after the due date, the same for everybody" in page.content.decode()
    assert '<span class="added">' in page.content.decode()


# --- assigning ----------------------------------------------------------------------------------


def test_default_and_segments_are_assigned(desk: Client, company: Company) -> None:
    said = {"default": "prudent", "segment.new": "standard"}
    page = desk.post(address(company, "assign/"), said, follow=True).content.decode()
    company.refresh_from_db()
    assert (company.policy, company.policies_by_segment) == ("prudent", {"new": "standard"})
    assert "The plan will be drawn anew" in page


def test_a_customer_gets_and_loses_a_policy(desk: Client, company: Company) -> None:
    a = Customer.objects.of(company.pk).get(key="A")
    desk.post(address(company, f"assign/{a.pk}/"), {"policy": "prudent"})
    a.refresh_from_db()
    assert a.policy == "prudent"
    assert "A SARL" in desk.get(address(company, "assign/")).content.decode()
    desk.post(address(company, f"assign/{a.pk}/"), {"policy": ""})
    a.refresh_from_db()
    assert a.policy == ""


def test_a_policy_that_is_gone_is_not_assigned(desk: Client, company: Company) -> None:
    page = desk.post(address(company, "assign/"), {"default": "gone"}, follow=True)
    assert "does not exist any more" in page.content.decode()


def test_a_customer_is_found_by_name(desk: Client, company: Company) -> None:
    page = desk.get(address(company, "assign/"), {"q": "b sarl"}).content.decode()
    assert "B SARL" in page
    assert (
        "No customer of this name"
        in desk.get(address(company, "assign/"), {"q": "zzz"}).content.decode()
    )


def test_no_page_asks_more_of_the_database_with_more_customers(
    desk: Client, company: Company
) -> None:
    def count(path: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert desk.get(address(company, path)).status_code == 200
        return len(queries)

    paths = ["", "assign/", f"{version(company).pk}/", f"{version(company).pk}/edit/"]
    count("")  # the first request of a process asks for a little more
    before = [count(path) for path in paths]
    Customer.objects.of(company.pk).bulk_create(
        Customer(company=company, key=f"N{n}", name=f"N{n}", policy="prudent") for n in range(20)
    )
    assert [count(path) for path in paths] == before
