"""What the reminders did, by the API."""

from datetime import UTC, datetime, timedelta

from amiable.desk.effect_count import judge_reminders
from amiable.store.models import Company, Customer, OutboxRow
from tests.desk.books import TODAY
from tests.faces.api.conftest import Program


def test_a_program_reads_what_the_reminders_of_a_period_did(
    program: Program, company: Company
) -> None:
    on = TODAY - timedelta(days=10)
    at = datetime(on.year, on.month, on.day, 9, tzinfo=UTC)
    OutboxRow.objects.of(company.pk).create(
        company=company, customer=Customer.objects.of(company.pk).get(key="A"), cycle="F-A", step=1,
        state="sent", channel="sms", tone="firm", invoices=["F-A"], approved_on=on, approved_at=at,
        sent_on=on, sent_at=at,
    )  # fmt: skip
    assert program.get("reminder-effects")["judged_on"] is None
    judge_reminders(company, TODAY)
    found = program.get("reminder-effects?by=channel")
    assert (found["judged_on"], found["approved"]) == (TODAY.isoformat(), 1)
    (line,) = found["lines"]
    assert (line["value"], line["reminders"], line["gained"]) == ("sms", 1, None)
    week, fortnight, _ = line["followed"]
    assert week["asked"] == {"minor": 100_000, "currency": "EUR"}
    assert (week["paid"]["hits"], week["paid"]["n"], week["paid"]["enough"]) == (0, 1, False)
    assert fortnight["paid"] == {"hits": 0, "n": 0, "low": None, "high": None, "enough": False}
    earlier = program.get("reminder-effects?since=2020-01-01&until=2020-02-01")
    assert (earlier["whole"], earlier["lines"]) == (None, [])


def test_a_period_that_cannot_be_is_refused(program: Program) -> None:
    far = ("since=0001-01-01&until=2026-01-01", "since=2026-01-01&until=9999-12-31")
    for query in ("since=2026-01-01", "since=2026-02-01&until=2026-01-01", "by=moon", *far):
        assert program.ask("GET", f"reminder-effects?{query}").status_code == 422
