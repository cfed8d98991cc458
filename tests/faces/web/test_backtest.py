"""Try on the past: start, follow, cancel, read, compare, take away, delete."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from pypdf import PdfReader

from amiable.desk.access import Actor
from amiable.desk.backtest_run import Candidate, ask_backtest
from amiable.engine.backtest_report import Gain
from amiable.store.backtest_report import report_to_json
from amiable.store.models import AuditEntry, BacktestRun, Company, PolicyVersion
from amiable.store.models.backtest_run import BacktestState
from amiable.store.models.membership import Role
from tests.desk.books import TODAY
from tests.desk.past_report import a_report
from tests.faces.web.conftest import SignIn

DESK = "/c/fournil/backtest/"


def standard(company: Company) -> PolicyVersion:
    return PolicyVersion.objects.of(company.pk).get(name="standard")


def fields(company: Company, calendar: str = "1, 8, 15, 30") -> dict[str, str]:
    return {"policy": f"v{standard(company).pk}", "calendar": calendar}


def runs(company: Company) -> list[BacktestRun]:
    return list(BacktestRun.objects.of(company.pk).order_by("pk"))


def a_run(company: Company, state: BacktestState = BacktestState.DONE, **more: Any) -> BacktestRun:
    row = standard(company)
    values: dict[str, Any] = {
        "asked_at": datetime.now(UTC),
        "asked_on": TODAY,
        "policy": row.name,
        "version": row.version,
        "toml": row.toml,
        "calendar": [1, 8, 15, 30],
        "state": state.value,
    }
    if state == BacktestState.DONE:
        values["report"] = report_to_json(a_report())
    made: BacktestRun = BacktestRun.objects.of(company.pk).create(company=company, **values | more)
    return made


def text(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status
    return response.content.decode()


# --- starting -----------------------------------------------------------------------------------


def test_the_page_says_what_to_do_before_anything_was_tried(desk: Client, company: Company) -> None:
    page = text(desk, DESK)
    assert "Nothing was tried yet" in page
    assert 'value="1, 8, 15, 30"' in page
    assert f'value="v{standard(company).pk}" selected' in page


def test_a_trial_is_asked_for_and_waits_for_a_worker(desk: Client, company: Company) -> None:
    response = desk.post(DESK + "start/", fields(company, "15; d+5 J+30"))
    (run,) = runs(company)
    assert response.headers["Location"] == f"{DESK}{run.pk}/"
    assert (run.state, run.calendar, run.version) == ("waiting", [5, 15, 30], 1)
    assert run.toml == standard(company).toml
    assert AuditEntry.objects.of(company.pk).get(code="backtest.asked").subject == (
        f"backtestrun:{run.pk}"
    )


@pytest.mark.parametrize(
    ("calendar", "told"),
    [
        ("", "at least one day"),
        (" , ;", "at least one day"),
        ("1, soon", "“soon” is not a number of days"),
        ("0", "between 1 and 365"),
        ("400", "between 1 and 365"),
        ("-3", "is not a number of days"),
        (",".join(map(str, range(1, 14))), "At most 12"),
        ("1 " * 100, "At most 12"),
    ],
)
def test_a_calendar_that_is_none_is_told_beside_the_field(
    desk: Client, company: Company, calendar: str, told: str
) -> None:
    response = desk.post(DESK + "start/", fields(company, calendar))
    assert response.status_code == 422
    assert told in response.content.decode()
    assert not runs(company)


def test_what_was_typed_is_shown_escaped_and_kept(desk: Client, company: Company) -> None:
    response = desk.post(DESK + "start/", fields(company, "<b>1</b>"))
    page = response.content.decode()
    assert "<b>1" not in page
    assert "&lt;b&gt;1&lt;/b&gt;" in page


@pytest.mark.parametrize("policy", ["", "v999999", "r1", "x"])
def test_a_policy_that_is_not_there_is_refused(desk: Client, company: Company, policy: str) -> None:
    response = desk.post(DESK + "start/", {"policy": policy, "calendar": "1"})
    assert response.status_code == 422
    assert not runs(company)


def test_a_double_click_makes_one_trial_and_the_second_is_told(
    desk: Client, company: Company
) -> None:
    desk.post(DESK + "start/", fields(company))
    response = desk.post(DESK + "start/", fields(company), follow=True)
    assert len(runs(company)) == 1
    assert "Another trial of this company is under way" in response.content.decode()
    assert response.redirect_chain[-1][0] == f"{DESK}{runs(company)[0].pk}/"


def test_a_reader_sees_reports_and_starts_nothing(sign_in: SignIn, company: Company) -> None:
    run = a_run(company)
    reader = sign_in("reader")
    assert "those who may change policies" in text(reader, DESK)
    assert "Cancel" not in text(reader, f"{DESK}{run.pk}/")
    assert reader.post(DESK + "start/", fields(company)).status_code == 403
    assert reader.post(f"{DESK}{run.pk}/delete/").status_code == 403


def test_an_outside_collector_sees_nothing_of_it(sign_in: SignIn, company: Company) -> None:
    run = a_run(company)
    outside = sign_in("outside")
    for path in ("", f"{run.pk}/", f"{run.pk}/report.pdf", f"{run.pk}/report.csv"):
        assert outside.get(DESK + path).status_code == 403
    assert "backtest/" not in text(outside, "/c/fournil/policies/")


# --- from the policies --------------------------------------------------------------------------


def test_a_published_policy_leads_to_its_trial(desk: Client, company: Company) -> None:
    row = PolicyVersion.objects.of(company.pk).get(name="prudent")
    assert f"{DESK}?policy=v{row.pk}" in text(desk, f"/c/fournil/policies/{row.pk}/")
    assert f'value="v{row.pk}" selected' in text(desk, f"{DESK}?policy=v{row.pk}")


def draft_fields(client: Client, pk: int) -> dict[str, str]:
    """The fields of the form of a policy, as a browser would send them."""
    response = client.get(f"/c/fournil/policies/{pk}/edit/")
    form = response.context["form"]
    return dict(form.typed)


def test_a_draft_is_tried_before_it_is_published(desk: Client, company: Company) -> None:
    row = standard(company)
    typed = draft_fields(desk, row.pk) | {"trigger.share": "0.6", "do": "past"}
    response = desk.post(f"/c/fournil/policies/{row.pk}/edit/", typed)
    (run,) = runs(company)
    assert response.headers["Location"] == f"{DESK}{run.pk}/"
    assert (run.policy, run.version) == ("standard", None)
    assert "share = 0.6" in run.toml
    assert PolicyVersion.objects.of(company.pk).filter(name="standard").count() == 1


def test_a_draft_with_errors_is_not_tried(desk: Client, company: Company) -> None:
    row = standard(company)
    typed = draft_fields(desk, row.pk) | {"trigger.share": "7", "do": "past"}
    response = desk.post(f"/c/fournil/policies/{row.pk}/edit/", typed)
    assert response.status_code == 200
    assert not runs(company)


def test_a_draft_that_was_tried_can_be_built_on_and_tried_again(
    desk: Client, company: Company
) -> None:
    toml = standard(company).toml.replace("share = 0.7", "share = 0.55")
    run = a_run(company, version=None, toml=toml)
    page = text(desk, f"{DESK}{run.pk}/")
    assert "draft that is not published" in page
    opened = desk.post("/c/fournil/policies/import/", {"text": toml})
    assert opened.context["form"].typed["trigger.share"] == "0.55"
    desk.post(DESK + "start/", {"policy": f"r{run.pk}", "calendar": "1"})
    assert runs(company)[-1].toml == toml


def test_what_is_in_force_is_tried_on_whom_it_is_in_force_for(
    desk: Client, company: Company
) -> None:
    desk.post(DESK + "start/", {"policy": "force", "calendar": "1"})
    (run,) = runs(company)
    assert (run.policy, run.toml) == ("", "")
    entry = AuditEntry.objects.of(company.pk).get(code="backtest.asked")
    assert entry.facts == {"policy": "prudent, standard"}
    BacktestRun.objects.of(company.pk).update(state="done", report=report_to_json(a_report()))
    page = text(desk, f"{DESK}{run.pk}/")
    assert "Tried on the past: the policies in force" in page
    assert "draft" not in page


# --- under way ----------------------------------------------------------------------------------


def test_how_far_it_is_is_shown_with_and_without_a_script(desk: Client, company: Company) -> None:
    run = a_run(company, BacktestState.RUNNING, done=30, total=120, seen_at=datetime.now(UTC))
    for path in (f"{DESK}{run.pk}/", f"{DESK}{run.pk}/progress/"):
        assert 'value="25"' in text(desk, path)
    assert 'hx-trigger="every 1s"' in text(desk, f"{DESK}{run.pk}/progress/")


def test_the_page_is_loaded_anew_once_it_is_over(desk: Client, company: Company) -> None:
    run = a_run(company)
    assert desk.get(f"{DESK}{run.pk}/progress/").headers["HX-Refresh"] == "true"


def test_a_trial_that_nobody_takes_up_says_what_to_do(desk: Client, company: Company) -> None:
    long_ago = datetime.now(UTC) - timedelta(minutes=5)
    run = a_run(company, BacktestState.WAITING, asked_at=long_ago)
    assert "amiable worker" in text(desk, f"{DESK}{run.pk}/")


def test_a_trial_is_cancelled_once(desk: Client, company: Company) -> None:
    desk.post(DESK + "start/", fields(company))
    (run,) = runs(company)
    page = desk.post(f"{DESK}{run.pk}/cancel/", follow=True).content.decode()
    assert "Cancelled. No report was written." in page
    run.refresh_from_db()
    assert run.state == "cancelled"
    again = desk.post(f"{DESK}{run.pk}/cancel/", follow=True).content.decode()
    assert "moved on meanwhile" in again
    assert AuditEntry.objects.of(company.pk).filter(code="backtest.cancelled").count() == 1


def test_what_was_cancelled_is_tried_again_as_it_was(desk: Client, company: Company) -> None:
    run = a_run(company, BacktestState.CANCELLED, calendar=[4, 9])
    desk.post(f"{DESK}{run.pk}/again/")
    assert (runs(company)[-1].calendar, runs(company)[-1].state) == ([4, 9], "waiting")


def test_a_trial_is_deleted_when_it_is_over_and_not_before(desk: Client, company: Company) -> None:
    run = a_run(company, BacktestState.RUNNING)
    assert "moved on" in desk.post(f"{DESK}{run.pk}/delete/", follow=True).content.decode()
    BacktestRun.objects.of(company.pk).update(state="done")
    desk.post(f"{DESK}{run.pk}/delete/")
    assert not runs(company)


def test_another_companys_trials_do_not_exist(desk: Client, other: Company) -> None:
    run = a_run(other)
    for path in ("", "progress/", "report.pdf", "report.csv", f"compare/{run.pk}/"):
        assert desk.get(f"{DESK}{run.pk}/{path}").status_code == 404
    for deed in ("cancel", "delete", "again"):
        assert desk.post(f"{DESK}{run.pk}/{deed}/").status_code == 404
    assert runs(other)[0].state == "done"


def test_the_newest_twenty_are_kept(company: Company) -> None:
    row = standard(company)
    actor = Actor(company=company, role=Role.MANAGER)
    candidate = Candidate(name=row.name, version=row.version, toml=row.toml)
    made = []
    for _ in range(22):
        run = ask_backtest(actor, candidate, (1,), today=TODAY, at=datetime.now(UTC))
        BacktestRun.objects.of(company.pk).filter(pk=run.pk).update(state="done")
        made.append(run.pk)
    assert [run.pk for run in runs(company)] == made[2:]


# --- no report ----------------------------------------------------------------------------------


def test_too_little_history_is_refused_politely_with_what_to_do(
    desk: Client, company: Company
) -> None:
    facts = {"ground": "few_settled", "settled": 12, "customers": 2}
    run = a_run(company, BacktestState.REFUSED, facts=facts)
    page = text(desk, f"{DESK}{run.pk}/")
    assert "There are 12 settled invoices that tell of a habit; 200 are needed." in page
    assert "Import an older export" in page
    assert "/c/fournil/imports/" in page


@pytest.mark.parametrize("ground", ["few_customers", "nothing_due"])
def test_every_refusal_has_its_sentence(desk: Client, company: Company, ground: str) -> None:
    facts = {"ground": ground, "settled": 300, "customers": 2}
    run = a_run(company, BacktestState.REFUSED, facts=facts)
    assert "Settled invoices: 300. Customers with five of them or more: 2." in text(
        desk, f"{DESK}{run.pk}/"
    )


@pytest.mark.parametrize("code", ["backtest.fault", "backtest.busy", "backtest.killed"])
def test_a_failure_says_what_to_do(desk: Client, company: Company, code: str) -> None:
    run = a_run(company, BacktestState.FAILED, facts={"code": code, "facts": {}})
    page = text(desk, f"{DESK}{run.pk}/")
    assert 'role="alert"' in page
    assert "ry again" in page


def test_a_report_of_another_version_is_not_guessed_at(desk: Client, company: Company) -> None:
    run = a_run(company, report={"since": "2012-07-02"})
    assert "made by another version" in text(desk, f"{DESK}{run.pk}/")
    assert desk.get(f"{DESK}{run.pk}/report.pdf").status_code == 404


# --- the report ---------------------------------------------------------------------------------


def test_the_verdict_stands_first_and_every_figure_is_there(desk: Client, company: Company) -> None:
    page = text(desk, f"{DESK}{a_run(company).pk}/")
    verdict = page.index("Waiting for each customer’s habit pays here")
    assert verdict < page.index("646 reminders avoided of 1,076 (60%).")
    for told in (
        "Needless reminders: 225 instead of 690.",
        "123 invoices went beyond their customer’s own habit: all were reminded before they were "
        "paid, on average 6.4 days after D+1 (median 5).",
        "That is 1.1 days earlier than a D+9 for everybody",
        "95% interval of the gain: +0.1 to +2.2 days",
        "198 invoices were 12 days late or more, or lost: 92% were reminded",
        "That is 1.8 days later than a D+9 for everybody",
        "Habit share 64%",
        "But invoices 12 days late or more, or lost, would surely be found later than with it: by "
        "1.8 days on average.",
        "settled invoices issued since 2 July 2012 (compared or not), the habit "
        "missed the day of payment by 6.2 days on average, the due date by 7.8",
        "from 2 July 2012 to 1 December 2013",
    ):
        assert told in page, told
    assert 'class="name-link" href="/c/fournil/customers/' in page


def test_bad_invoices_not_surely_found_later_add_nothing_to_the_verdict(
    desk: Client, company: Company
) -> None:
    bad = replace(a_report().bad, gain=Gain(mean=-1.8, low=-2.5, high=0.0))
    run = a_run(company, report=report_to_json(a_report(bad=bad)))
    assert "would surely be found later" not in text(desk, f"{DESK}{run.pk}/")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"habit_share": 0.11}, "A uniform D+9 would do as well here: your customers hardly"),
        ({"abnormal": None}, "A uniform D+9 would do as well here: what is unusual"),
    ],
)
def test_the_page_says_so_where_a_uniform_calendar_would_do(
    desk: Client, company: Company, changes: dict[str, Any], told: str
) -> None:
    if "abnormal" in changes:
        changes = {"abnormal": a_report().bad}
    run = a_run(company, report=report_to_json(a_report(**changes)))
    assert told in text(desk, f"{DESK}{run.pk}/")


@pytest.mark.parametrize(("p80", "told"), [(0.6, "only 60%"), (0.95, "95% of the invoices")])
def test_an_80_percent_day_that_does_not_hold_raises_an_alarm(
    desk: Client, company: Company, p80: float, told: str
) -> None:
    made = a_report().prediction
    assert made is not None
    changed = type(made)(invoices=9, mae_due=1.0, mae_habit=1.0, bias=0.0, p80=p80)
    run = a_run(company, report=report_to_json(a_report(prediction=changed)))
    assert told in text(desk, f"{DESK}{run.pk}/")
    assert "Take care" not in text(desk, f"{DESK}{a_run(company).pk}/")


def test_a_report_speaks_french(sign_in: SignIn, company: Company, people: Any) -> None:
    people["manager"].language = "fr"
    people["manager"].save()
    page = text(sign_in("manager"), f"{DESK}{a_run(company).pk}/")
    assert "Attendre l’habitude de chaque client est payant ici" in page
    assert "646 relances évitées sur 1\u202f076 (60\u00a0%)." in page


# --- taken away ---------------------------------------------------------------------------------


def test_the_paper_is_two_pages_with_accents_and_no_markup_of_ours(
    sign_in: SignIn, company: Company, people: Any
) -> None:
    people["manager"].language = "fr"
    people["manager"].save()
    company.name = "Fournil & #Été *gras* $x$"
    company.save()
    run = a_run(company)
    response = sign_in("manager").get(f"{DESK}{run.pk}/report.pdf")
    assert response.headers["Content-Disposition"] == f'attachment; filename="essai-{run.pk}.pdf"'
    pages = PdfReader(BytesIO(response.content)).pages
    assert len(pages) == 2
    read = " ".join(" ".join(page.extract_text() for page in pages).split())
    for told in (
        "Un scénario essayé sur le passé",
        "relances évitées",
        "Fournil & #Été *gras* $x$",
        "Les dix factures laissées le plus longtemps en paix",
        "seraient à coup sûr repérées plus tard qu’avec lui : de 1,8 jours en moyenne",
        "Comment c’est calculé",
    ):
        assert told in read, told


# --- compared -----------------------------------------------------------------------------------


def test_two_trials_stand_side_by_side(desk: Client, company: Company) -> None:
    one = a_run(company)
    fewer = a_report(policy=a_report().calendar, calendar_days=(3, 9))
    other = a_run(company, policy="prudent", report=report_to_json(fewer))
    page = text(desk, f"{DESK}{one.pk}/")
    assert f'href="{DESK}{one.pk}/compare/{other.pk}/"' in page
    page = text(desk, f"{DESK}{one.pk}/compare/{other.pk}/")
    assert "430" in page
    assert "1,076" in page
    assert "compare with care" in page


def test_a_trial_without_a_report_cannot_be_compared(desk: Client, company: Company) -> None:
    one, other = a_run(company), a_run(company, BacktestState.CANCELLED)
    assert desk.get(f"{DESK}{one.pk}/compare/{other.pk}/").status_code == 404
