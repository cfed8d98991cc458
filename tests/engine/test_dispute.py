"""Disputes hold an amount, from a day to before another."""

from dataclasses import replace

import pytest

from amiable.engine.dispute import (
    CREDIT_DAYS,
    Dispute,
    DisputeState,
    disputed_amount,
    note_that_ends,
)
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


def granted(minor: int | None = None, of: int | None = None, closed: int | None = None) -> Dispute:
    return replace(
        dispute(minor, closed=closed),
        granted_on=day(20),
        granted=None if of is None else euros(of),
    )


@pytest.mark.parametrize(
    ("on", "one", "state"),
    [
        (15, dispute(), DisputeState.OPEN),
        (20, granted(), DisputeState.CREDIT_EXPECTED),
        (20 + CREDIT_DAYS - 1, granted(), DisputeState.CREDIT_EXPECTED),
        (20 + CREDIT_DAYS, granted(), DisputeState.CREDIT_MISSING),
        (30, granted(closed=30), DisputeState.CLOSED),
        (29, granted(closed=30), DisputeState.CREDIT_EXPECTED),
    ],
)
def test_a_credit_note_is_expected_for_thirty_days_then_missing(on, one, state):
    assert one.state(day(on)) is state


@pytest.mark.parametrize(("one", "held"), [(granted(400, 100), 100), (granted(None), 1_000)])
def test_what_was_granted_is_held_until_the_credit_note_comes(one, held):
    assert disputed_amount(euros(1_000), [one]) == euros(held)


@pytest.mark.parametrize(
    ("one", "tied", "untied", "place"),
    [
        (granted(400), 400, [], -1),
        (granted(400), 300, [], None),
        (granted(400, 300), 300, [], -1),
        (granted(400), 0, [100, 400], 1),
        (granted(400), 0, [500], None),
        (granted(None), 1_000, [], None),  # of all: over when nothing of the invoice is left
        (dispute(400), 400, [400], None),  # nobody agreed to one
    ],
)
def test_a_credit_note_is_known_by_its_tie_or_its_very_amount(one, tied, untied, place):
    assert note_that_ends(one, tied, untied) == place
