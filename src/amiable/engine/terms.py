"""Terms learned from the past: payment terms a customer's payments point to, for confirmation.

An accounting export holds no due date. Where most of a customer's invoices were paid on the very
day that some usual terms give, these are proposed; a person confirms, never the program: somebody
who always pays fifteen days late on thirty days looks like one who pays on time on forty-five.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from amiable.engine.days import BusinessCalendar, EndOfMonth, PaymentTerms, due_date

USUAL_TERMS = (
    *(PaymentTerms(days=days) for days in (0, 8, 10, 15, 20, 30, 45, 60)),
    *(PaymentTerms(days=days, end_of_month=EndOfMonth.AFTER) for days in (0, 15, 30, 45)),
    PaymentTerms(days=45, end_of_month=EndOfMonth.BEFORE),
    PaymentTerms(days=30, end_of_month=EndOfMonth.AFTER, extra_months=1, fixed_day=10),
    PaymentTerms(days=30, end_of_month=EndOfMonth.AFTER, extra_months=1, fixed_day=15),
)
"""Terms met in France: net days, and the ways of "fin de mois"."""

MIN_INVOICES = 6
MIN_SHARE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsProposal:
    """Terms that ``share`` (0 to 1) of ``n`` paid invoices were paid on, to the day."""

    terms: PaymentTerms
    share: float
    n: int


def propose_terms(
    paid: Sequence[tuple[date, date]], calendar: BusinessCalendar | None
) -> TermsProposal | None:
    """The usual terms that most payments point to, or None where there is no dense peak.

    ``paid``: (issue date, settlement date) of invoices paid. A payment counts for terms when it
    came from the day before the due date (rolled by ``calendar``) to the day after.
    """
    if len(paid) < MIN_INVOICES:
        return None
    hits = {terms: _hits(paid, terms, calendar) for terms in USUAL_TERMS}
    best = max(USUAL_TERMS, key=lambda terms: hits[terms])
    share = hits[best] / len(paid)
    if share < MIN_SHARE:
        return None
    return TermsProposal(terms=best, share=share, n=len(paid))


def _hits(
    paid: Sequence[tuple[date, date]], terms: PaymentTerms, calendar: BusinessCalendar | None
) -> int:
    count = 0
    for issued_on, settled_on in paid:
        due_on = due_date(issued_on, terms)
        if calendar is not None:
            due_on = calendar.roll(due_on)
        count += abs((settled_on - due_on).days) <= 1
    return count


def write_terms(terms: PaymentTerms) -> str:
    """Terms in the words that `days.parse_terms` reads back: "45 jours fin de mois"."""
    if terms == PaymentTerms(days=0):
        return "à réception"
    days = f"{terms.days} jours"
    if terms.end_of_month is EndOfMonth.BEFORE:
        days = f"fin de mois + {days}"
    elif terms.end_of_month is EndOfMonth.AFTER:
        days = f"{days} fin de mois"
    return f"{days} le {terms.fixed_day}" if terms.fixed_day else days
