"""Weekly reports in the database: who asked for them; the row that is there before each call."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from amiable.store.models import Membership, WeeklyReport
from amiable.store.models.weekly_report import ReportState


def readers(company: int, week: date) -> list[Membership]:
    """The active members who asked for the reports of this week, by their keys."""
    rows = Membership.objects.of(company).filter(
        active=True, user__is_active=True, weekly_report_from__lte=week
    )
    return list(rows.select_related("user").order_by("pk"))


def companies_read(week: date) -> set[int]:
    """The companies of which somebody reads the reports of a week."""
    # Across companies: the worker looks for what is to do, and goes into each by its door.
    rows = Membership.everywhere.filter(active=True, weekly_report_from__lte=week)
    return set(rows.values_list("company_id", flat=True))


def report_of(company: int, user: int, week: date) -> WeeklyReport | None:
    """What is known of a member's report of a week."""
    return WeeklyReport.objects.of(company).filter(user_id=user, week=week).first()


def last_report(company: int, user: int) -> WeeklyReport | None:
    """A member's newest report."""
    return WeeklyReport.objects.of(company).filter(user_id=user).order_by("-week").first()


def handled(company: int, week: date, at: datetime) -> set[int]:
    """The users whose report of a week needs nothing now: gone, under way, or not yet again."""
    again = Q(state=ReportState.FAILED, retry_at__lte=at)
    return set(_of_week(company, week).exclude(again).values_list("user_id", flat=True))


def claim(company: int, user: int, week: date, at: datetime) -> WeeklyReport | None:
    """The row of a report that is about to leave; None: somebody else has it, or it has left."""
    try:
        with transaction.atomic():
            return WeeklyReport.objects.of(company).create(
                company_id=company, user_id=user, week=week, at=at
            )
    except IntegrityError:
        return _claim_again(company, user, week, at)


def _claim_again(company: int, user: int, week: date, at: datetime) -> WeeklyReport | None:
    rows = _of_week(company, week).filter(user_id=user)
    failed = rows.filter(state=ReportState.FAILED, retry_at__lte=at)
    if not failed.update(state=ReportState.CLAIMED, retry_at=None, at=at):
        return None
    row = rows.get()
    row.attempts += 1
    row.save(update_fields=["attempts"])
    return row


def settle(
    row: WeeklyReport, state: ReportState, detail: str, at: datetime, retry_at: datetime | None
) -> None:
    """Write what became of a report that was claimed."""
    row.state, row.detail, row.at, row.retry_at = state.value, detail[:1000], at, retry_at
    row.save(update_fields=["state", "detail", "at", "retry_at"])


def _of_week(company: int, week: date) -> QuerySet[WeeklyReport]:
    return WeeklyReport.objects.of(company).filter(week=week)
