"""A report of a policy tried on the past, with every kind of value in it."""

from dataclasses import replace
from datetime import date
from typing import Any

from amiable.engine.backtest_report import (
    BacktestReport,
    Detection,
    Gain,
    Left,
    Needless,
    Prediction,
    SegmentResult,
    SlowInvoice,
    SparedCustomer,
    Volume,
)
from amiable.engine.money import Money
from amiable.engine.parties import Segment

SINCE = date(2012, 7, 2)
SLOWEST = (
    SlowInvoice(
        customer="A", name="A SARL", number="F-1", due_on=date(2013, 3, 1),
        amount=Money(minor=123_456, currency="EUR"), settled_on=date(2013, 4, 20),
        lost=False, late=50, first_on=date(2013, 3, 25), lag=23,
    ),
    SlowInvoice(
        customer="B", name="", number="F-2", due_on=date(2013, 5, 1),
        amount=Money(minor=90_000, currency="EUR"), settled_on=None, lost=True, late=200,
        first_on=None, lag=17,
    ),
)  # fmt: skip


def a_report(**changes: Any) -> BacktestReport:
    """The figures of a public ledger of 1,834 due invoices; some changed."""
    made = BacktestReport(
        since=SINCE,
        until=date(2013, 12, 1),
        snapshot=date(2013, 12, 31),
        rolls=False,
        customers=100,
        invoices=1_834,
        unpaid=688,
        amounts=(Money(minor=10_998_100, currency="EUR"), Money(minor=5_000, currency="USD")),
        left_out={Left.EARLY: 412, Left.RECENT: 31, Left.DISPUTED: 7, Left.UNASKED: 0},
        calendar_days=(1, 8, 15, 30),
        policies=("standard",),
        calendar=Volume(reminders=1_076, messages=980, needless=Needless(soon=400, usual=290)),
        policy=Volume(reminders=430, messages=401, needless=Needless(soon=125, usual=100)),
        rolled=61,
        notices=0,
        handed_over=4,
        abnormal=Detection(
            invoices=123, reminded=123, lag_median=5, lag_mean=6.4, lag_p90=14,
            gain=Gain(mean=1.1, low=0.1, high=2.2),
        ),
        bad=Detection(
            invoices=198, reminded=182, lag_median=12, lag_mean=9.8, lag_p90=17,
            gain=Gain(mean=-1.8, low=-2.5, high=-0.6),
        ),
        bad_from=12,
        matched_day=9,
        matched_reminders=441,
        habit_share=0.64,
        prediction=Prediction(invoices=1_813, mae_due=7.8, mae_habit=6.15, bias=1.07, p80=0.855),
        slowest=SLOWEST,
        most_spared=(
            SparedCustomer(customer="A", name="A SARL", n=40, usual=10, calendar=38, policy=4),
        ),
        segments=(
            SegmentResult(
                segment=Segment.REGULAR, customers=60, invoices=1_200, calendar=500, policy=150,
                needless_calendar=400, needless_policy=90, abnormal=70, abnormal_reminded=70,
                lag_mean=5.5,
            ),
            SegmentResult(
                segment=Segment.NEW, customers=2, invoices=4, calendar=1, policy=1,
                needless_calendar=1, needless_policy=1, abnormal=0, abnormal_reminded=0,
                lag_mean=None,
            ),
        ),
    )  # fmt: skip
    return replace(made, **changes)
