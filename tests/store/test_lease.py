"""Leases: one worker at a time, and messages at a pace over all of them."""

from contextlib import suppress
from datetime import timedelta
from itertools import pairwise

import pytest

from amiable.store.lease import give_back, leased, take, take_turn
from amiable.store.models import Lease
from tests.desk.books import TODAY, at, new_company

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOW = at(TODAY)
LASTS = timedelta(minutes=5)


def test_one_worker_at_a_time() -> None:
    company = new_company().pk
    assert take(company, "plan", "one", at=NOW, lasts=LASTS)
    assert not take(company, "plan", "two", at=NOW, lasts=LASTS)
    assert take(company, "mailbox", "two", at=NOW, lasts=LASTS), "other work is free"
    give_back(company, "plan", "two")
    assert not take(company, "plan", "two", at=NOW, lasts=LASTS), "it was not two's to give back"
    give_back(company, "plan", "one")
    assert take(company, "plan", "two", at=NOW, lasts=LASTS)


def test_a_dead_workers_lease_is_taken_over_in_time() -> None:
    company = new_company().pk
    take(company, "plan", "one", at=NOW, lasts=LASTS)
    assert take(company, "plan", "one", at=NOW + LASTS / 2, lasts=LASTS), "prolonged"
    assert not take(company, "plan", "two", at=NOW + LASTS, lasts=LASTS)
    assert take(company, "plan", "two", at=NOW + LASTS * 1.5, lasts=LASTS)


def test_companies_do_not_wait_for_each_other() -> None:
    assert take(new_company().pk, "plan", "one", at=NOW, lasts=LASTS)
    assert take(new_company("other").pk, "plan", "two", at=NOW, lasts=LASTS)


def test_a_lease_is_given_back_when_the_work_fails() -> None:
    company = new_company().pk
    with suppress(ValueError), leased(company, "plan", "one", at=NOW, lasts=LASTS) as mine:
        assert mine
        raise ValueError("trouble")
    assert Lease.objects.of(company).get().holder == ""


def test_messages_leave_one_by_one_however_many_ask() -> None:
    company, every = new_company().pk, timedelta(seconds=2)
    left, now = [], NOW
    for _ in range(600):  # a worker asks each tenth of a second, for a minute
        if not take_turn(company, at=now, every=every):
            left.append(now)
        now += timedelta(milliseconds=100)
    assert len(left) == 30
    assert {two - one for one, two in pairwise(left)} == {every}


def test_who_must_wait_is_told_how_long() -> None:
    company, every = new_company().pk, timedelta(seconds=2)
    assert take_turn(company, at=NOW, every=every) == timedelta(0)
    assert take_turn(company, at=NOW + every / 4, every=every) == every * 0.75
    assert take_turn(company, at=NOW - timedelta(days=1), every=every) == every, "a clock set back"
