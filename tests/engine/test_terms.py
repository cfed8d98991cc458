"""Payment terms learned from the past are proposed only where most payments point to them."""

from datetime import date, timedelta

import pytest

from amiable.engine.days import BusinessCalendar, EndOfMonth, PaymentTerms, due_date, parse_terms
from amiable.engine.terms import USUAL_TERMS, propose_terms, write_terms

ISSUES = [date(2026, 1, 5) + timedelta(days=11 * n) for n in range(12)]


@pytest.mark.parametrize("terms", USUAL_TERMS, ids=write_terms)
def test_payments_on_the_due_date_point_to_its_terms(terms):
    proposal = propose_terms([(day, due_date(day, terms)) for day in ISSUES], None)
    assert proposal is not None
    assert (proposal.terms, proposal.share, proposal.n) == (terms, 1.0, 12)


@pytest.mark.parametrize("terms", USUAL_TERMS, ids=write_terms)
def test_terms_in_words_are_read_back(terms):
    assert parse_terms(write_terms(terms)) == terms


def test_payments_that_wait_for_the_next_business_day_count():
    calendar = BusinessCalendar()
    terms = PaymentTerms(days=30, end_of_month=EndOfMonth.AFTER)
    paid = [(day, calendar.roll(due_date(day, terms))) for day in ISSUES]
    proposal = propose_terms(paid, calendar)
    assert proposal is not None
    assert proposal.terms == terms


def test_scattered_payments_point_to_nothing():
    paid = [(day, day + timedelta(days=31 + 7 * at % 29)) for at, day in enumerate(ISSUES)]
    assert propose_terms(paid, None) is None


def test_a_few_invoices_prove_nothing():
    terms = PaymentTerms(days=30)
    assert propose_terms([(day, due_date(day, terms)) for day in ISSUES[:5]], None) is None
