"""Due dates: a FEC holds none, so each is inferred, with how.

In this order: a date or terms written in the entry's text, the customer's terms as given by a
person, the legal thirty days (L441-10 C. com.). What is no invoice is due when booked.
"""

import re
from collections.abc import Mapping
from datetime import date, timedelta

from amiable.engine.days import PaymentTerms, add_months, due_date, parse_terms
from amiable.engine.ledger import DueBasis, InvoiceKind

_LEGAL = timedelta(days=30)
_LATEST = timedelta(days=366)

_CLUE = re.compile(r"ch|due|jour|day|fdm|f\.d\.m|fin de|eom|[05] ?j")
_DATE = re.compile(
    r"(?:\b[ée]ch(?:[ée]ances?)?|\bdue)\b\W*(?:(?:au|le|on|du)\s+)?"
    r"(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{4}|\d{2}))?(?!\d)",
    re.I,
)
# Bare "30 jours" is read for the usual terms only: "formation 2 jours" sells two days.
_TERMS = re.compile(
    r"\bfin\s+de\s+mois\s*\+\s*\d{1,3}\s*j(?:rs|ours?)?\b"
    r"|\b\d{1,3}\s*(?:j(?:rs|ours?)?|d(?:ays?)?)?\.?\s*(?:fdm|f\.d\.m\.?|fin\s+de\s+mois|eom)"
    r"(?:\s+le\s+\d{1,2})?\b"
    r"|\b(?:30|45|60|90)\s*(?:j|jrs|jours?|days)(?:\s+net)?\b",
    re.I,
)


def has_due_clue(label: str) -> bool:
    """Whether a text may hold a due date or payment terms: a quick look."""
    return _CLUE.search(label.lower()) is not None


def due_in_label(label: str, issued_on: date) -> date | None:
    """The due date an entry's text gives, or None; never before the invoice, nor a year after."""
    due = _written_date(label, issued_on)
    if due is None and (words := _TERMS.search(label)) and (terms := parse_terms(words[0])):
        due = due_date(issued_on, terms)
    return due if due is not None and issued_on <= due <= issued_on + _LATEST else None


def _written_date(label: str, issued_on: date) -> date | None:
    found = _DATE.search(label)
    if found is None:
        return None
    day, month, year = int(found[1]), int(found[2]), found[3]
    try:
        if year:
            return date(int(year) + (2000 if len(year) == 2 else 0), month, day)
        due = date(issued_on.year, month, day)
        return due if due >= issued_on else add_months(due, 12)
    except ValueError:
        return None


class DueDates:
    """Gives each invoice its due date and says where it comes from."""

    def __init__(self, terms: Mapping[str, PaymentTerms]) -> None:
        self._terms = terms

    def of(
        self, customer: str, kind: InvoiceKind, issued_on: date, label: str
    ) -> tuple[date, DueBasis]:
        """The due date of an item of ``customer``, with its basis."""
        if kind is not InvoiceKind.INVOICE:
            return issued_on, DueBasis.ISSUE
        if has_due_clue(label) and (due := due_in_label(label, issued_on)):
            return due, DueBasis.LABEL
        terms = self._terms.get(customer) if self._terms else None
        if terms:
            return due_date(issued_on, terms), DueBasis.TERMS
        return issued_on + _LEGAL, DueBasis.LEGAL
