"""Night: what a day needs before anybody looks at it: its plan drawn, its figures counted."""

from datetime import date, datetime, timedelta

from amiable.desk.calendar import day_of
from amiable.desk.figures import count_figures, count_to_compare
from amiable.desk.plan import PlanReport, Progress, draw_plan
from amiable.store.company import list_companies
from amiable.store.figures import figures_of, imported_since, is_small
from amiable.store.lease import leased
from amiable.store.models import Company

SMALL = 2_000
"""Customers up to which a page prepares its day itself, in a second or two."""
_LEASE = timedelta(minutes=5)
"""After which another worker may prepare the day of one that died over it. Two at once would only
wait for each other: the plan is drawn under the company's lock."""


def prepare_day(
    company: Company, today: date, at: datetime, *, progress: Progress | None = None
) -> PlanReport:
    """Draw the plan of a day and count its figures. Doing it again changes nothing."""
    report = draw_plan(company, today, progress=progress)
    count_figures(company, today, at)
    count_to_compare(company, today, at)
    return report


def prepare_alone(company: Company, today: date, at: datetime, holder: str) -> bool:
    """Prepare a day that is not prepared, unless another worker is at it; whether this one did."""
    with leased(company.pk, "plan", holder, at=at, lasts=_LEASE) as mine:
        if not mine or is_prepared(company, today):
            return False
        prepare_day(company, today, at)
    return True


def is_prepared(company: Company, today: date) -> bool:
    """Whether the plan of a day was drawn, after the last import."""
    known = figures_of(company.pk, today)
    return known is not None and not imported_since(company.pk, known.counted_at)


def prepare_if_small(company: Company, today: date, at: datetime) -> bool:
    """Prepare a day that is not prepared, if that is quickly done; whether it is prepared now."""
    if is_prepared(company, today):
        return True
    if not is_small(company.pk, SMALL):
        return False
    prepare_day(company, today, at)
    return True


def due_companies(at: datetime) -> list[tuple[Company, date]]:
    """The companies whose day is not prepared yet, with the day it is for them."""
    days = ((company, day_of(company, at)) for company in list_companies())
    return [(company, today) for company, today in days if not is_prepared(company, today)]
