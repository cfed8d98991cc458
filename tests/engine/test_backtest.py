"""The backtest: what it replays, what it compares, what it leaves out, when it refuses."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from amiable.engine.backtest import backtest
from amiable.engine.backtest_past import Past, PastCustomer, past_of
from amiable.engine.backtest_report import (
    BacktestRefused,
    BacktestStopped,
    BacktestVerdict,
    Left,
    RefusalGround,
)
from amiable.engine.backtest_walk import CompanyWalk, learn_weeks, monday_of
from amiable.engine.days import BusinessCalendar
from amiable.engine.dispute import Dispute
from amiable.engine.habit import learn_company
from amiable.engine.ledger import (
    Allocation,
    AllocationBasis,
    Credit,
    CreditKind,
    InvoiceKind,
    Ledger,
)
from amiable.engine.money import Money
from amiable.engine.parties import Customer, Segment
from amiable.engine.policy import FixedCalendar, HabitQuantile, Step, Tone
from amiable.engine.promise import Promise
from amiable.engine.segment import DEFAULT_RULE
from tests.engine.pasts import START, EveryMorning, made, past_invoice, trial

USUAL = HabitQuantile(share=0.7)


def eur(minor: int) -> Money:
    return Money(minor=minor, currency="EUR")


def changed(past: Past, **more: object) -> Past:
    """The past with its first customer changed."""
    first, *others = past.customers
    return replace(past, customers=(replace(first, **more), *others))


# --- habits as they were known -----------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
def test_each_monday_teaches_what_reading_all_histories_before_it_teaches(seed: int) -> None:
    past = made(seed)
    settled = sorted(
        (one.settled_on.toordinal(), of.customer.key, (one.settled_on - one.invoice.due_on).days)
        for of in past.customers
        for one in of.invoices
        if one.teaches and one.settled_on
    )
    weeks = learn_weeks(settled, settled[0][0], past.snapshot.toordinal(), DEFAULT_RULE)
    assert len(weeks) > 40
    for monday, walked in weeks.items():
        histories: dict[str, list[tuple[int, int]]] = {}
        for day, who, delay in settled:
            if day < monday:
                histories.setdefault(who, []).append((day, delay))
        read = learn_company(histories.values())
        assert walked.stranger.lowest == read.stranger.lowest
        assert walked.stranger.steps == pytest.approx(read.stranger.steps, abs=1e-9)
        assert walked.scatter == read.scatter
        assert walked.kappa == pytest.approx(read.kappa, rel=1e-9)
        assert walked.mean == pytest.approx(read.mean)
        assert (walked.customers, walked.invoices) == (read.customers, read.invoices)


def test_a_delay_beyond_all_reason_counts_as_the_longest() -> None:
    walk = CompanyWalk()
    walk.add("A", 5_000)
    assert walk.learned() == learn_company([[(1, 5_000)]])


def test_the_first_ordinal_was_a_monday() -> None:
    for day in range(14):
        found = date.fromordinal(monday_of(START.toordinal() + day))
        assert found.weekday() == 0
        assert 0 <= (START - found).days + day < 7


# --- the replay --------------------------------------------------------------------------------


@pytest.mark.parametrize("notice", [None, Step(after=5, tone=Tone.NOTICE)])
@pytest.mark.parametrize("seed", range(3))
def test_skipping_mornings_on_which_nothing_can_change_misses_nothing(
    seed: int, notice: Step | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    past = made(seed, customers=10, each=22, parts=True)
    past = replace(past, due_calendar=BusinessCalendar())
    tried = trial(USUAL, spacing=7)
    policy = replace(tried.book.policies["tried"], notice=notice)
    tried = replace(
        tried,
        book=replace(tried.book, policies={"tried": policy}),
        working=BusinessCalendar(),
    )
    skipping = backtest(past, tried)
    monkeypatch.setattr("amiable.engine.backtest.CustomerReplay", EveryMorning)
    assert backtest(past, tried) == skipping
    assert skipping.policy.reminders > 0
    assert (skipping.notices > 0) == (notice is not None)


def test_the_order_of_customers_and_invoices_does_not_matter() -> None:
    past = made(5)
    turned = replace(
        past,
        customers=tuple(
            replace(one, invoices=one.invoices[::-1]) for one in reversed(past.customers)
        ),
    )
    assert backtest(turned, trial(USUAL)) == backtest(past, trial(USUAL))


def test_an_invoice_whose_ladder_is_over_does_not_silence_the_others() -> None:
    past = made(6)
    first = past.customers[0]
    never = past_invoice(first.customer.key, "never", START + timedelta(days=150), None)
    with_it = changed(past, invoices=(*first.invoices, never))
    before, after = backtest(past, trial(USUAL)), backtest(with_it, trial(USUAL))
    assert after.handed_over == before.handed_over + 1
    assert after.policy.reminders == before.policy.reminders + 3


def test_what_is_open_at_the_end_is_reminded_up_to_it_and_no_further() -> None:
    past = made(7)
    due_on = past.snapshot - timedelta(days=31)
    never = past_invoice(past.customers[0].customer.key, "never", due_on, None)
    with_it = changed(past, invoices=(*past.customers[0].invoices, never))

    def more(days: int) -> int:
        tried = trial(FixedCalendar(days=days))
        return backtest(with_it, tried).policy.reminders - backtest(past, tried).policy.reminders

    assert more(31) == 1
    assert more(32) == 0


def test_nobody_is_reminded_while_a_promise_runs() -> None:
    past = made(8)
    first = past.customers[0]
    due_on = START + timedelta(days=200)
    owed = past_invoice(first.customer.key, "owed", due_on, 45)
    made_on = due_on + timedelta(days=1)
    said = Promise(
        key="p",
        customer=first.customer.key,
        made_on=made_on,
        due_on=due_on + timedelta(days=40),
        amount=eur(100_000),
        invoices=(owed.invoice.key,),
    )
    with_it = changed(past, invoices=(*first.invoices, owed), promises=(said,))
    without = changed(past, invoices=(*first.invoices, owed))
    early = trial(FixedCalendar(days=3))
    assert (
        backtest(without, early).policy.reminders - backtest(with_it, early).policy.reminders == 2
    )


# --- what is compared --------------------------------------------------------------------------


def test_an_invoice_contested_while_late_is_left_out_and_is_not_chased() -> None:
    past = made(9)
    first = past.customers[0]
    owed = past_invoice(first.customer.key, "owed", START + timedelta(days=200), 40, teaches=False)
    case = Dispute(
        key="d", customer=first.customer.key, invoice=owed.invoice.key,
        opened_on=owed.invoice.issued_on, closed_on=owed.settled_on,
    )  # fmt: skip
    report = backtest(
        changed(past, invoices=(*first.invoices, owed), disputes=(case,)), trial(USUAL)
    )
    plain = backtest(past, trial(USUAL))
    assert report.left_out[Left.DISPUTED] == 1
    assert report.policy.reminders == plain.policy.reminders
    assert report.calendar == plain.calendar


def test_a_dispute_of_a_part_or_over_before_the_due_date_leaves_nothing_out() -> None:
    past = made(9)
    first = past.customers[0]
    one = next(one for one in first.invoices if one.settled_on and one.invoice.due_on.year == 2024)
    key, who = one.invoice.key, first.customer.key
    opened = one.invoice.issued_on
    part = Dispute(key="d", customer=who, invoice=key, opened_on=opened, amount=eur(1))
    over = Dispute(key="e", customer=who, invoice=key, opened_on=opened, closed_on=opened)
    report = backtest(changed(past, disputes=(part, over)), trial(USUAL))
    assert Left.DISPUTED not in report.left_out


def test_an_opening_balance_is_replayed_but_not_compared() -> None:
    past = made(10)
    first = past.customers[0]
    odd = past_invoice(first.customer.key, "odd", START + timedelta(days=200), 20, teaches=False)
    odd = replace(odd, invoice=replace(odd.invoice, kind=InvoiceKind.OPENING))
    report = backtest(changed(past, invoices=(*first.invoices, odd)), trial(USUAL))
    assert report.left_out[Left.NO_INVOICE] == 1
    assert report.invoices == backtest(past, trial(USUAL)).invoices


def test_what_was_lost_is_bad_and_no_reminder_of_it_was_needless() -> None:
    past = made(11)
    first = past.customers[0]
    plain = backtest(past, trial(USUAL))
    lost = past_invoice(
        first.customer.key, "lost", START + timedelta(days=200), 9, teaches=False, lost=True
    )
    report = backtest(changed(past, invoices=(*first.invoices, lost)), trial(USUAL))
    assert report.bad.invoices == plain.bad.invoices + 1
    assert report.calendar.needless == plain.calendar.needless
    assert report.calendar.reminders == plain.calendar.reminders + 2


def test_reminders_that_weekends_alone_cause_are_counted() -> None:
    past = made(12)
    rolled = backtest(replace(past, due_calendar=BusinessCalendar()), trial(USUAL))
    assert rolled.rolls
    assert 0 < rolled.rolled < rolled.calendar.reminders
    assert backtest(past, trial(USUAL)).rolled == 0


def test_two_currencies_are_counted_together_and_never_summed() -> None:
    past = made(13)
    first = past.customers[0]
    dollars = past_invoice(
        first.customer.key, "usd", START + timedelta(days=200), 20, currency="USD"
    )
    report = backtest(changed(past, invoices=(*first.invoices, dollars)), trial(USUAL))
    assert [one.currency for one in report.amounts] == ["EUR", "USD"]
    assert report.amounts[1].minor == 100_000


def test_segments_share_out_all_that_is_compared() -> None:
    report = backtest(made(14), trial(USUAL))
    assert sum(one.invoices for one in report.segments) == report.invoices
    assert sum(one.calendar for one in report.segments) == report.calendar.reminders
    assert sum(one.policy for one in report.segments) == report.policy.reminders
    assert sum(one.abnormal for one in report.segments) == report.abnormal.invoices
    assert len({one.segment for one in report.segments}) == len(report.segments) <= len(Segment)


def test_the_ten_slowest_and_the_ten_most_spared_come_in_order() -> None:
    report = backtest(made(15, customers=15), trial(USUAL))
    lags = [one.lag for one in report.slowest]
    spared = [one.spared for one in report.most_spared]
    assert len(lags) == 10
    assert lags == sorted(lags, reverse=True)
    assert spared == sorted(spared, reverse=True)
    assert min(spared) > 0


def test_the_same_question_has_the_same_answer() -> None:
    assert backtest(made(16), trial(USUAL)) == backtest(made(16), trial(USUAL))


def test_customers_who_are_all_alike_are_told_so() -> None:
    report = backtest(made(17, customers=25, apart=False), trial(USUAL))
    assert report.habit_share < 0.2
    assert report.verdict is BacktestVerdict.ALIKE


def test_a_calendar_of_ones_own_is_compared_with() -> None:
    report = backtest(made(18), trial(USUAL, calendar=(5, 45)))
    assert report.calendar_days == (5, 45)
    assert report.until == report.snapshot - timedelta(days=45)


# --- refusing and stopping ---------------------------------------------------------------------


def test_fewer_than_200_settled_invoices_are_refused() -> None:
    with pytest.raises(BacktestRefused) as refused:
        backtest(made(1, customers=12, each=10), trial(USUAL))
    assert refused.value.ground is RefusalGround.FEW_SETTLED
    assert refused.value.settled < 200


def test_fewer_than_ten_customers_with_five_are_refused() -> None:
    with pytest.raises(BacktestRefused) as refused:
        backtest(made(1, customers=9, each=40), trial(USUAL))
    assert refused.value.ground is RefusalGround.FEW_CUSTOMERS
    assert refused.value.customers == 9


def test_one_settlement_long_before_all_others_does_not_use_up_the_burn_in() -> None:
    past = made(5)
    since = backtest(past, trial(USUAL)).since
    first = past.customers[0]
    lone = past_invoice(first.customer.key, "LONE", date(1996, 3, 1), 4)
    assert backtest(changed(past, invoices=(lone, *first.invoices)), trial(USUAL)).since == since


def test_a_payment_after_a_long_pause_does_not_make_a_past_of_its_own() -> None:
    past = made(5)
    first, end = past.customers[0], past.snapshot + timedelta(days=500)
    lone = past_invoice(first.customer.key, "LONE", end, 0)
    longer = replace(changed(past, invoices=(*first.invoices, lone)), snapshot=end)
    assert backtest(longer, trial(USUAL)).since < past.snapshot


def test_an_empty_ledger_is_refused() -> None:
    with pytest.raises(BacktestRefused) as refused:
        backtest(Past(customers=(), snapshot=START), trial(USUAL))
    assert refused.value.settled == 0


def test_a_ledger_where_nothing_fell_due_in_time_is_refused() -> None:
    customers = tuple(
        PastCustomer(
            customer=Customer(key=f"C{place}", name=""),
            invoices=tuple(
                past_invoice(f"C{place}", str(number), START, number) for number in range(20)
            ),
        )
        for place in range(12)
    )
    with pytest.raises(BacktestRefused) as refused:
        backtest(Past(customers=customers, snapshot=START + timedelta(days=40)), trial(USUAL))
    assert refused.value.ground is RefusalGround.NOTHING_DUE


def test_whatever_progress_raises_stops_it() -> None:
    def stop(_done: int, _total: int) -> None:
        raise BacktestStopped

    with pytest.raises(BacktestStopped):
        backtest(made(1), trial(USUAL), progress=stop)


# --- a past out of a ledger --------------------------------------------------------------------


def _tied(invoice: str, credit: str, minor: int, on: date) -> Allocation:
    return Allocation(
        invoice=invoice, credit=credit, amount=eur(minor), allocated_on=on,
        basis=AllocationBasis.REFERENCE,
    )  # fmt: skip


def _credit(key: str, on: date, minor: int, kind: CreditKind = CreditKind.PAYMENT) -> Credit:
    return Credit(key=key, customer="C", number="", received_on=on, amount=eur(minor), kind=kind)


def test_a_ledger_becomes_a_past_with_its_parts_its_losses_and_what_waited() -> None:
    days = [START + timedelta(days=number) for number in range(90)]
    paid, lost, open_ = (
        past_invoice("C", number, days[40], None).invoice for number in ("1", "2", "3")
    )
    ledger = Ledger(
        invoices=(paid, lost, open_),
        credits=(
            _credit("a", days[45], 30_000),
            _credit("b", days[60], 70_000),
            _credit("c", days[70], 100_000, CreditKind.WRITE_OFF),
            _credit("d", days[20], 5_000, CreditKind.DEPOSIT),
        ),
        allocations=(
            _tied(paid.key, "a", 30_000, days[45]),
            _tied(paid.key, "b", 70_000, days[60]),
            _tied(lost.key, "c", 100_000, days[70]),
        ),
    )
    past = past_of(Customer(key="C", name=""), ledger, days[89])
    one, two, three = past.invoices
    assert (one.settled_on, one.teaches, one.parts) == (days[60], True, ((days[45], 30_000),))
    assert (two.lost, two.teaches) == (True, False)
    assert (three.settled_on, three.lost) == (None, False)
    assert [waiting.credit.key for waiting in past.credits] == ["d"]
    earlier = past_of(Customer(key="C", name=""), ledger, days[50])
    assert earlier.invoices[0].settled_on is None
    assert earlier.invoices[0].parts == ((days[45], 30_000),)
