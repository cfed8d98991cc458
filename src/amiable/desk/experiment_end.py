"""End of an experiment: what became of everybody drawn, and the verdict, written once."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from statistics import mean
from zoneinfo import ZoneInfo

from amiable.engine.experiment import Factor
from amiable.engine.experiment_result import Outcome, results, verdict
from amiable.engine.experiment_size import HORIZON, Yardstick
from amiable.engine.parties import Segment
from amiable.store.customer import touch
from amiable.store.experiment import assignments, full_since
from amiable.store.experiment_past import (
    Left,
    answered_of,
    left_of,
    reminded_of,
    settled_days,
)
from amiable.store.models import Company, Experiment, ExperimentAssignment
from amiable.store.models.experiment import ExperimentState

_LATER_THAN = 2  # hours after its own an hour is not what was drawn any more
_FOLLOWED = timedelta(days=HORIZON)


def end_experiments(company: Company, today: date) -> int:
    """Give the verdict of every experiment whose last customer has been followed to the end.

    Not before the ledger says what was paid until then. How many ended.
    """
    told = min(today, company.imported_on or today)
    ended = full_since(company.pk, told - _FOLLOWED)
    for row in ended:
        _end(row, company, today, told)
    return len(ended)


def _end(row: Experiment, company: Company, today: date, told: date) -> None:
    drawn = followed(assignments(row), told)
    found = outcomes(row, drawn, company)
    for one, outcome in zip(drawn, found, strict=True):
        one.gained, one.answered, one.deviates = (
            outcome.gained, outcome.answered, outcome.deviates,
        )  # fmt: skip
    rows = ExperimentAssignment.objects.of(company.pk)
    rows.bulk_update(drawn, ["gained", "answered", "deviates"], batch_size=500)
    said = verdict(results(found, len(row.arms)), Yardstick(row.measure))
    row.state, row.ended_on = ExperimentState.ENDED.value, today
    row.finding, row.best = said.finding.value, said.arm
    row.save(update_fields=["state", "ended_on", "finding", "best"])
    touch(company.pk, [one.customer_id for one in drawn])


def followed(rows: Iterable[ExperimentAssignment], on: date) -> list[ExperimentAssignment]:
    """Those who have been followed to the end on a day, and were drawn at random."""
    return [one for one in rows if not one.learned and one.assigned_on + _FOLLOWED <= on]


def written(rows: Iterable[ExperimentAssignment]) -> list[Outcome]:
    """The outcomes as the verdict took them."""
    return [
        Outcome(
            customer=one.customer_id,
            arm=one.arm,
            segment=Segment(one.segment),
            gained=one.gained,
            answered=one.answered,
            deviates=bool(one.deviates),
        )
        for one in rows
        if one.answered is not None
    ]


def outcomes(
    row: Experiment, drawn: Sequence[ExperimentAssignment], company: Company
) -> list[Outcome]:
    """What became of some who were followed to the end, as the ledger tells now."""
    reminded = list(reminded_of(drawn))
    settled = settled_days(company.pk, (key for one in reminded for key in one.invoices))
    answered = answered_of(company.pk, reminded)
    left = left_of(company.pk, drawn)
    zone = ZoneInfo(company.timezone)
    return [
        Outcome(
            customer=one.customer_id,
            arm=one.arm,
            segment=Segment(one.segment),
            gained=_gained(one, settled),
            answered=hit,
            deviates=_deviates(row, one, left.get(one.pk), zone),
        )
        for one, hit in zip(drawn, answered, strict=True)
    ]


def _gained(one: ExperimentAssignment, settled: Mapping[str, date | None]) -> float | None:
    """The mean over a customer's invoices of what its habit announced less what it took.

    An invoice that is not in the ledger any more tells nothing.
    """
    values = [
        expected - min(_waited(one.assigned_on, settled[key]), HORIZON)
        for key, _, expected in one.invoices
        if expected is not None and key in settled
    ]
    return mean(values) if values else None


def _waited(start: date, settled_on: date | None) -> int:
    return HORIZON if settled_on is None else max((settled_on - start).days, 0)


def _deviates(
    row: Experiment, one: ExperimentAssignment, left: Left | None, zone: ZoneInfo
) -> bool:
    """Whether what left was not what was drawn; nothing may have left at all."""
    if left is None:
        return True
    wanted = str(row.arms[one.arm])
    if row.factor == Factor.HOUR.value:
        hour = left.at.astimezone(zone).hour if left.at else None
        return hour is None or not int(wanted) <= hour < int(wanted) + _LATER_THAN
    return wanted != (left.channel if row.factor == Factor.CHANNEL.value else left.tone)
