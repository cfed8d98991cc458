"""A claim of payment: how long its money is waited for, and what ends it."""

from datetime import date

from amiable.engine.days import BusinessCalendar
from amiable.engine.ledger import Credit, CreditKind
from amiable.engine.money import Money
from amiable.engine.payment_claim import ClaimState, PaymentClaim, claim_states, look_on

WORKING = BusinessCalendar(holidays=frozenset({date(2026, 4, 6)}))


def euros(minor: int) -> Money:
    return Money(minor=minor, currency="EUR")


def claim(**more) -> PaymentClaim:
    return PaymentClaim(**{"key": "p", "customer": "c", "said_on": date(2026, 4, 1)} | more)


def paid(minor: int, on: date, kind: CreditKind = CreditKind.PAYMENT) -> Credit:
    return Credit(
        key=f"{on}{minor}", customer="c", number="", received_on=on, amount=euros(minor), kind=kind
    )


def state(one: PaymentClaim, on: date, *credits: Credit) -> ClaimState | None:
    return claim_states([one], credits, on, 5, WORKING)[0]


def test_five_business_days_pass_after_the_day_the_money_left():
    # 1 April is a Wednesday; Easter Monday does not count.
    assert look_on(claim(), 5, WORKING) == date(2026, 4, 10)
    assert state(claim(), date(2026, 4, 9)) is ClaimState.WAITING
    assert state(claim(), date(2026, 4, 10)) is ClaimState.NOT_SEEN


def test_they_count_from_the_day_the_customer_named():
    assert look_on(claim(paid_on=date(2026, 3, 27)), 5, WORKING) == date(2026, 4, 7)


def test_without_days_of_grace_one_looks_on_the_next_working_day():
    assert look_on(claim(said_on=date(2026, 4, 3)), 0, WORKING) == date(2026, 4, 7)


def test_a_claim_of_tomorrow_says_nothing_today():
    assert state(claim(), date(2026, 3, 31)) is None


def test_an_amount_said_is_found_when_as_much_has_come_since():
    said = claim(paid_on=date(2026, 3, 30), amount=euros(500))
    assert state(said, date(2026, 4, 2), paid(500, date(2026, 3, 29))) is ClaimState.WAITING
    assert state(said, date(2026, 4, 2), paid(499, date(2026, 3, 31))) is ClaimState.WAITING
    assert state(said, date(2026, 4, 2), paid(500, date(2026, 3, 31))) is ClaimState.FOUND


def test_a_credit_note_is_no_money():
    said = claim(amount=euros(500))
    note = paid(500, date(2026, 4, 2), CreditKind.CREDIT_NOTE)
    assert state(said, date(2026, 4, 3), note) is ClaimState.WAITING


def test_a_person_closes_it_either_way():
    closed = {"closed_on": date(2026, 4, 3)}
    assert state(claim(**closed), date(2026, 4, 3)) is ClaimState.GIVEN_UP
    assert state(claim(**closed, found=True), date(2026, 4, 3)) is ClaimState.FOUND
    assert state(claim(**closed), date(2026, 4, 2)) is ClaimState.WAITING


def test_it_covers_what_it_names_or_else_all_that_was_due_when_it_was_said():
    assert claim(invoices=("A",)).covers("A", date(2026, 5, 1))
    assert not claim(invoices=("A",)).covers("B", date(2026, 3, 1))
    assert claim().covers("B", date(2026, 4, 1))
    assert not claim().covers("B", date(2026, 4, 2))
