"""The measures of a period beside those of the period before: what page, command and API ask."""

from dataclasses import dataclass
from datetime import date

from amiable.desk.measure import Chosen, Scorecard, scorecards
from amiable.engine.period import PeriodKind, Span, before, so_far
from amiable.engine.scorecard import Figure
from amiable.store.measure import Counted, counted_days
from amiable.store.membership import members
from amiable.store.models import Company


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One scorecard with the one before, None where there was none. ``name``: of a collector."""

    now: Scorecard
    then: Scorecard | None
    name: str = ""

    def pairs(self) -> list[tuple[Figure, Figure | None]]:
        """Each figure with the one before."""
        old = self.then.figures if self.then else {}
        return [(figure, old.get(name)) for name, figure in self.now.figures.items()]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredPeriod:
    """Scorecards of a span, in order; empty when no day of it was counted. ``counted``: which
    days are kept."""

    span: Span
    before: Span
    cards: list[Compared]
    counted: Counted | None


def measure_period(
    company: Company, span: Span, kind: PeriodKind | None, chosen: Chosen, today: date
) -> MeasuredPeriod:
    """The scorecards of a period, up to today, each beside the one of the period before.

    Raises ValueError when all of it is to come.
    """
    span = so_far(span, today)
    earlier = before(span, kind)
    then = {
        (card.value, card.currency): card for card in scorecards(company, earlier, chosen, today)
    }
    now = scorecards(company, span, chosen, today)
    people = names_of(company)
    return MeasuredPeriod(
        span=span,
        before=earlier,
        cards=[
            Compared(
                now=card,
                then=then.get((card.value, card.currency)),
                name=people.get(card.value, card.value),
            )
            for card in now
        ],
        counted=counted_days(company.pk),
    )


def names_of(company: Company) -> dict[str, str]:
    """The names of the company's people, by what a collector's measures are kept under."""
    return {str(row.user_id): str(row.user) for row in members(company.pk)}
