"""Forecasts in the database: one run a day, its lines, and what then came in."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import ExtractIsoWeekDay

from amiable.engine.ledger import MONEY_RECEIVED
from amiable.store.models import Allocation, Customer, ForecastLine, ForecastRun

_MONDAY = 1
_SETTLING = timedelta(days=35)  # a week over may still be corrected by what is imported late
_HABITS = "habits"

Received = dict[tuple[str, date], int]
"""Minor units by currency and day."""


def save_run(run: ForecastRun, lines: Iterable[ForecastLine]) -> ForecastRun:
    """Keep the forecasts of a day, in place of those counted earlier."""
    with transaction.atomic():
        ForecastRun.objects.of(run.company_id).filter(made_on=run.made_on).delete()
        run.save(force_insert=True)
        rows = []
        for line in lines:
            line.company_id, line.run = run.company_id, run
            rows.append(line)
        ForecastLine.everywhere.bulk_create(rows, batch_size=500)  # each names its company
        if not run.past:
            _thin(run)
    return run


def _thin(newest: ForecastRun) -> None:
    """Of older days only Mondays are kept, and of these what is compared with receipts."""
    company = newest.company_id
    older = ForecastRun.objects.of(company).filter(made_on__lt=newest.made_on)
    older.annotate(weekday=ExtractIsoWeekDay("made_on")).exclude(weekday=_MONDAY).delete()
    lines = ForecastLine.objects.of(company).filter(run__made_on__lt=newest.made_on)
    lines.exclude(scenario=_HABITS, slice="", daily=False).delete()


def run_of(company: int, made_on: date) -> ForecastRun | None:
    """The run of a day."""
    return ForecastRun.objects.of(company).filter(made_on=made_on).first()


def newest_run(company: int, until: date) -> ForecastRun | None:
    """The newest run up to a day that was made on its day, not afterwards."""
    rows = ForecastRun.objects.of(company).filter(made_on__lte=until, past=False)
    return rows.order_by("-made_on").first()


def mondays_made(company: int, since: date) -> set[date]:
    """The days since one for which there is a run."""
    rows = ForecastRun.objects.of(company).filter(made_on__gte=since)
    return set(rows.values_list("made_on", flat=True))


def forget_past(company: int) -> int:
    """Forget what was tried on the past, to try it anew."""
    rows = ForecastRun.objects.of(company).filter(past=True)
    count = rows.count()
    rows.delete()
    return count


def lines_of(run: ForecastRun, scenario: str, slice_: str = "") -> list[ForecastLine]:
    """The lines of a scenario and slice: by currency, days then weeks."""
    rows = ForecastLine.objects.of(run.company_id).filter(run=run, scenario=scenario)
    return list(rows.filter(slice=slice_).order_by("currency", "-daily", "starts_on"))


def compared_weeks(company: int, currency: str, until: date) -> QuerySet[ForecastLine]:
    """Whole weeks over by a day whose receipts are known, with their runs, oldest first."""
    rows = ForecastLine.objects.of(company).filter(
        scenario=_HABITS, slice="", daily=False, currency=currency, ends_on__lte=until,
        received_minor__isnull=False, run__made_on__lt=until,
    )  # fmt: skip
    return rows.select_related("run").order_by("run__made_on", "starts_on")


def runs_to_compare(company: int, today: date) -> list[ForecastRun]:
    """Runs with a week that is over and whose receipts are not known, or may still change."""
    over = ForecastLine.objects.of(company).filter(ends_on__lte=today, daily=False)
    open_ = over.filter(Q(received_minor=None) | Q(ends_on__gt=today - _SETTLING))
    runs = ForecastRun.objects.of(company).filter(made_on__lt=today)
    found = runs.filter(pk__in=open_.values("run")).order_by("made_on")
    return list(found)


def save_received(run: ForecastRun, today: date, received: Received) -> int:
    """Write beside the weeks of a run that are over what came in; how many rows changed."""
    changed = []
    rows = ForecastLine.objects.of(run.company_id).filter(run=run, ends_on__lte=today)
    for line in rows.filter(daily=False):
        minor = sum(
            amount
            for (currency, day), amount in received.items()
            if currency == line.currency and line.starts_on <= day < line.ends_on
        )
        if line.received_minor != minor:
            line.received_minor = minor
            changed.append(line)
    ForecastLine.everywhere.bulk_update(changed, ["received_minor"], batch_size=500)  # of the run
    return len(changed)


def receipts_of_open(
    company: int, made_on: date, until: date, *, known_at: datetime | None
) -> Received:
    """Money that paid, on the days ``[made_on, until)``, what was open when a forecast was made.

    ``known_at``: when it was counted, knowing the invoices of its day and the payments of that day
    that had been brought in by then; None: it knew nothing of its day.
    """
    past = known_at is None
    issued = Q(invoice__issued_on__lt=made_on) if past else Q(invoice__issued_on__lte=made_on)
    rows = Allocation.objects.of(company).filter(
        issued, allocated_on__gte=made_on, allocated_on__lt=until,
        credit__kind__in=[kind.value for kind in MONEY_RECEIVED],
    )  # fmt: skip
    if known_at is not None:
        rows = rows.exclude(allocated_on=made_on, credit__import_run__finished_at__lte=known_at)
    sums: Received = defaultdict(int)
    grouped = rows.values_list("invoice__currency", "allocated_on").order_by()
    for currency, day, minor in grouped.annotate(sum=Sum("amount_minor")):
        sums[currency, day] += int(minor)
    return dict(sums)


def collectors_by_customer(company: int) -> dict[int, int]:
    """Whose customer one is, where somebody looks after it."""
    rows = Customer.objects.of(company).exclude(collector=None)
    return dict(rows.values_list("pk", "collector_id"))
