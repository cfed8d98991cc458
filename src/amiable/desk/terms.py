"""Terms: propose payment terms where due dates are only inferred; take what a person says."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from amiable.desk.access import own
from amiable.desk.calendar import due_calendar
from amiable.desk.due import apply_terms
from amiable.engine.days import parse_terms
from amiable.engine.ledger import DueBasis
from amiable.engine.terms import TermsProposal, propose_terms, write_terms
from amiable.store.customer import touch, with_columns
from amiable.store.invoice import count_inferred, paid_invoices
from amiable.store.models import Company, Customer


class TermsUnreadable(ValueError):
    """Words that are no payment terms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsLine:
    """A customer whose due dates are inferred; ``proposal`` is what its payments point to."""

    customer: Customer
    inferred: int
    proposal: TermsProposal | None

    @property
    def words(self) -> str:
        """The proposed terms in words, empty when there is no proposal."""
        return write_terms(self.proposal.terms) if self.proposal else ""


def list_terms(company: Company) -> list[TermsLine]:
    """Customers with due dates that rest on nothing better than the law, most invoices first."""
    inferred = count_inferred(company.pk, DueBasis.LEGAL)
    calendar = due_calendar(company)
    paid = paid_invoices(company.pk, list(inferred))
    rows = Customer.objects.of(company.pk).in_bulk(list(inferred))
    lines = [
        TermsLine(
            customer=rows[pk], inferred=count, proposal=propose_terms(paid.get(pk, ()), calendar)
        )
        for pk, count in inferred.items()
    ]
    return sorted(lines, key=lambda line: (-line.inferred, line.customer.name))


def set_terms(company: Company, customer: Customer, words: str) -> int:
    """A person says a customer's terms: due dates that no source states follow them.

    Returns how many invoices changed. Raises TermsUnreadable, OtherCompany.
    """
    own(company, customer)
    if parse_terms(words) is None:
        raise TermsUnreadable(words)
    with transaction.atomic():
        return _set(company, [customer], words, DueBasis.TERMS)


def accept_terms(company: Company, lines: Sequence[TermsLine]) -> int:
    """A person confirms the terms proposed for some customers; returns the invoices changed."""
    changed = 0
    with transaction.atomic():
        for line in lines:
            own(company, line.customer)
            if line.proposal is not None:
                changed += _set(company, [line.customer], line.words, DueBasis.LEARNED)
    return changed


def _set(company: Company, customers: Sequence[Customer], words: str, basis: DueBasis) -> int:
    for customer in customers:
        customer.terms = words
        customer.by_hand = with_columns(customer.by_hand, ["terms"])
        customer.save(update_fields=["terms", "by_hand"])
    changed = apply_terms(company, None, customers, basis=basis)
    touch(company.pk, [customer.pk for customer in customers])
    return changed
