"""The weekly report reaches who asked for it by a real mail server: once a week, never twice."""

import email
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from email.policy import default
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from amiable.desk import weekly_report
from amiable.desk.access import actor_for
from amiable.desk.measure_count import count_days
from amiable.desk.weekly_report import ask_for_reports, facts_of, send_now, send_reports
from amiable.desk.weekly_report_text import WeekFacts, read_week, write_report
from amiable.engine.parties import Language
from amiable.store.models import (
    AuditEntry,
    Company,
    Customer,
    Lease,
    Membership,
    User,
    WeeklyReport,
)
from amiable.store.models.membership import Role
from amiable.words.report import Report, report_mail, report_pdf
from tests.channels.real_smtp import Inbox, serving
from tests.desk.books import TODAY, at, company_with_debtors

MONDAY = TODAY - timedelta(days=TODAY.weekday())
EARLY, MORNING = (datetime.combine(MONDAY, datetime.min.time(), UTC) + timedelta(hours=h)
                  for h in (5, 8))  # fmt: skip


@pytest.fixture
def inbox(settings: Any, db: None) -> Iterator[Inbox]:
    """A real mail server, which the installation sends by."""
    settings.PLAYED_DAY = None
    kept = Inbox()
    controller = serving(kept)
    controller.start()
    settings.SMTP = f"smtp://127.0.0.1:{controller.port}"
    yield kept
    controller.stop()


@pytest.fixture
def company(db: None) -> Company:
    made = company_with_debtors(("A", "B"))
    count_days(made, TODAY, at(TODAY))
    return made


def member(
    company: Company, name: str, role: Role = Role.MANAGER, language: str = "fr", wants: bool = True
) -> User:
    user = User.objects.create_user(f"{name}@fournil.test", name=name, language=language)
    Membership.objects.of(company.pk).create(
        company=company, user=user, role=role.value, weekly_report_from=MONDAY if wants else None
    )
    return user


def read(raw: bytes) -> EmailMessage:
    message = email.message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def states(company: Company) -> list[tuple[str, int]]:
    rows = WeeklyReport.objects.of(company.pk).order_by("pk")
    return list(rows.values_list("state", "attempts"))


def test_each_reader_gets_it_once_in_their_language_with_the_pdf(
    company: Company, inbox: Inbox
) -> None:
    member(company, "lea")
    member(company, "tom", language="en")
    member(company, "max", wants=False)
    member(company, "ext", role=Role.OUTSIDE)
    assert send_reports(MORNING, "one") == 2
    assert send_reports(MORNING + timedelta(hours=1), "two") == 0
    french, english = sorted((read(raw) for raw in inbox.mails), key=lambda one: str(one["to"]))
    assert str(french["subject"]).startswith("La semaine du 2 mars 2026")
    assert str(english["subject"]).startswith("The week of 2 March 2026")
    assert french["auto-submitted"] == "auto-generated"
    text = french.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    html = french.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert "/c/fournil/dashboard/report/" in text
    assert "2\u202f000\xa0€" in text
    assert "Qui doit le plus" in html
    (paper,) = french.iter_attachments()
    assert paper.get_filename() == "amiable-fournil-2026-03-09.pdf"
    told = PdfReader(BytesIO(paper.get_content())).pages[0].extract_text()
    assert "La semaine du 2 mars 2026" in told
    assert "A SARL" in told


def test_nothing_leaves_before_the_morning_and_a_late_worker_catches_the_week_up(
    company: Company, inbox: Inbox
) -> None:
    member(company, "lea")
    assert send_reports(EARLY, "one") == 0
    assert send_reports(MORNING + timedelta(days=4), "one") == 1
    assert [read(raw)["subject"] for raw in inbox.mails] == ["La semaine du 2 mars 2026 – Fournil"]


def test_a_week_whose_days_are_not_counted_waits(company: Company, inbox: Inbox) -> None:
    member(company, "lea")
    assert send_reports(MORNING + timedelta(days=7), "one") == 0
    assert states(company) == []


def test_a_worker_that_dies_over_a_mail_does_not_send_it_twice(
    company: Company, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    member(company, "lea")

    def died(*_: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(weekly_report, "settle", died)
        with pytest.raises(SystemExit):
            send_reports(MORNING, "one")
    assert len(inbox.mails) == 1
    assert send_reports(MORNING + timedelta(days=1), "two") == 0
    assert send_now(company, MONDAY, TODAY, at(TODAY)) == []
    assert len(inbox.mails) == 1
    assert states(company) == [("claimed", 1)]


def test_another_worker_at_it_is_left_alone(company: Company, inbox: Inbox) -> None:
    member(company, "lea")
    Lease.objects.of(company.pk).create(
        company=company, work="weekly report", holder="other", until=MORNING + timedelta(minutes=5)
    )
    assert send_reports(MORNING, "one") == 0
    assert send_reports(MORNING + timedelta(minutes=6), "one") == 1


def test_a_server_that_is_down_is_tried_again_later(
    company: Company, inbox: Inbox, settings: Any
) -> None:
    member(company, "lea")
    running, settings.SMTP = settings.SMTP, "smtp://127.0.0.1:9"
    assert send_reports(MORNING, "one") == 0
    assert states(company) == [("failed", 1)]
    settings.SMTP = running
    assert send_reports(MORNING + timedelta(minutes=1), "one") == 0
    assert send_reports(MORNING + timedelta(hours=1), "one") == 1
    assert states(company) == [("sent", 2)]


def test_a_worker_that_is_stopping_begins_no_mail(company: Company, inbox: Inbox) -> None:
    member(company, "lea")
    assert send_reports(MORNING, "one", lambda: True) == 0
    assert inbox.mails == []


@pytest.mark.parametrize(
    ("now", "first"),
    [(EARLY, MONDAY), (MORNING, MONDAY + timedelta(7)), (at(TODAY), MONDAY + timedelta(7))],
)
def test_reports_begin_on_the_next_monday_morning(
    company: Company, now: datetime, first: date
) -> None:
    user = member(company, "lea", wants=False)
    actor = actor_for(user, company.key, TODAY)
    assert ask_for_reports(actor, True, today=now.date(), at=now) == first
    assert ask_for_reports(actor, True, today=now.date(), at=now) == first
    assert ask_for_reports(actor, False, today=now.date(), at=now) is None
    codes = AuditEntry.objects.of(company.pk).filter(code__startswith="weekly_report")
    assert list(codes.order_by("pk").values_list("code", flat=True)) == [
        "weekly_report_on", "weekly_report_off",
    ]  # fmt: skip


def test_what_cannot_be_written_is_tried_again_and_keeps_no_other_company_waiting(
    company: Company, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    member(company, "lea")
    other = company_with_debtors(("C",), key="zebre")
    count_days(other, TODAY, at(TODAY))
    member(other, "zoe")
    with monkeypatch.context() as patched:
        patched.setattr(weekly_report, "report_pdf", failing_for("Fournil", report_pdf))
        assert send_reports(MORNING, "one") == 1
    assert (states(company), states(other)) == ([("failed", 1)], [("sent", 1)])
    assert send_reports(MORNING + timedelta(hours=1), "one") == 1
    assert states(company) == [("sent", 2)]
    assert len(inbox.mails) == 2


def failing_for(name: str, write: Callable[[Report], bytes]) -> Callable[[Report], bytes]:
    def write_or_fail(report: Report) -> bytes:
        if report.company == name:
            raise RuntimeError("broken")
        return write(report)

    return write_or_fail


def test_a_company_whose_week_cannot_be_read_keeps_no_other_waiting(
    company: Company, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    member(company, "lea")
    other = company_with_debtors(("C",), key="zebre")
    count_days(other, TODAY, at(TODAY))
    member(other, "zoe")

    def read_or_fail(one: Company, *days: Any) -> WeekFacts | None:
        if one == company:
            raise RuntimeError("broken")
        return read_week(one, *days)

    with monkeypatch.context() as patched:
        patched.setattr(weekly_report, "read_week", read_or_fail)
        assert send_reports(MORNING, "one") == 1
    assert (states(company), states(other)) == ([], [("sent", 1)])
    assert send_reports(MORNING + timedelta(hours=1), "one") == 1


def test_a_worker_that_dies_while_it_writes_the_mail_has_lost_nothing(
    company: Company, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    member(company, "lea")

    def died(*_: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(weekly_report, "report_pdf", died)
        with pytest.raises(SystemExit):
            send_reports(MORNING, "one")
    assert states(company) == []
    assert send_reports(MORNING + timedelta(hours=1), "two") == 1


@pytest.mark.parametrize(
    ("language", "said"),
    [(Language.EN, "for today only"), (Language.FR, "que pour aujourd\u2019hui")],
)
def test_a_past_week_does_not_tell_the_debtors_of_today_as_its_own(
    company: Company, language: Language, said: str
) -> None:
    now, past = (
        write_report(facts_of(company, week, TODAY, at(TODAY)), language)
        for week in (MONDAY, MONDAY - timedelta(days=7))
    )
    assert said not in now.lead
    assert len(now.tables) == 2
    assert said in past.lead
    assert (past.tables, past.to_do) == ((), ())
    mail = report_mail(past)
    assert said in mail.text
    assert said in mail.html
    assert "A SARL" not in mail.text + mail.html
    assert "A SARL" not in PdfReader(BytesIO(report_pdf(past))).pages[0].extract_text()


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (Language.EN, "The ledger is known up to 8 March 2026: what was paid since is not in it."),
        (Language.FR, "Le grand livre est connu jusqu\u2019au 8 mars 2026"),
    ],
)
def test_a_ledger_older_than_the_week_is_owned_up_to(
    company: Company, language: Language, said: str
) -> None:
    def lead() -> str:
        return write_report(facts_of(company, MONDAY, TODAY, at(TODAY)), language).lead

    company.imported_on = MONDAY
    assert said not in lead()
    company.imported_on = MONDAY - timedelta(days=1)
    assert said in lead()


def test_all_who_get_later_are_counted_not_only_those_shown(company: Company) -> None:
    rows = [
        Customer(company=company, key=f"L{n}", name=f"L{n}", drift_days=n, balance_minor=0)
        for n in range(14)
    ]
    Customer.objects.of(company.pk).bulk_create(rows)
    report = write_report(facts_of(company, MONDAY, TODAY, at(TODAY)), Language.EN)
    assert any(text.startswith("14 customers get later") for text, _ in report.to_do)


def test_a_name_is_never_read_as_markup(company: Company) -> None:
    Company.objects.filter(pk=company.pk).update(name="<b>&amp; #strong[x]")
    company.refresh_from_db()
    report = write_report(facts_of(company, MONDAY, TODAY, at(TODAY)), Language.EN)
    assert "<b>&amp;" not in report_mail(report).html
    paper = PdfReader(BytesIO(report_pdf(report)))
    assert "<b>&amp; #strong[x]" in paper.pages[0].extract_text()
