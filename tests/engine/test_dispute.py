"""Disputes hold an amount, from a day to before another."""

import pytest

from amiable.engine.dispute import Dispute, disputed_amount
from tests.engine.entries import day, euros


def dispute(minor: int | None = None, opened: int = 10, closed: int | None = None) -> Dispute:
    return Dispute(
        key="d",
        customer="c",
        invoice="i",
        opened_on=day(opened),
        amount=None if minor is None else euros(minor),
        closed_on=None if closed is None else day(closed),
    )


@pytest.mark.parametrize(
    ("on", "closed", "is_open"),
    [(9, None, False), (10, None, True), (999, None, True), (19, 20, True), (20, 20, False)],
)
def test_a_dispute_is_open_until_the_day_it_is_closed(on, closed, is_open):
    assert dispute(closed=closed).is_open(day(on)) is is_open


@pytest.mark.parametrize(
    ("disputes", "held"),
    [
        ([], 0),
        ([dispute(400)], 400),
        ([dispute(400), dispute(300)], 700),
        ([dispute(400), dispute(700)], 1_000),
        ([dispute(None)], 1_000),
        ([dispute(5_000)], 1_000),
    ],
)
def test_disputes_hold_no_more_than_what_is_left(disputes, held):
    assert disputed_amount(euros(1_000), disputes) == euros(held)
