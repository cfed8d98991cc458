"""Policies tried on the past, in the scene: two reports to read and to compare."""

from datetime import datetime

from amiable.desk.access import Actor
from amiable.desk.backtest_run import Candidate, ask_backtest, candidate_of_version
from amiable.desk.backtest_work import backtest_due
from amiable.store.policy import newest_version


def try_on_the_past(actor: Actor, at: datetime) -> None:
    """The policy most customers have, then what is in force, as a worker does it."""
    row = newest_version(actor.company.pk, actor.company.policy)
    assert row is not None
    for candidate in (candidate_of_version(row), Candidate()):
        ask_backtest(actor, candidate, (1, 8, 15, 30), today=at.date(), at=at)
        backtest_due(lambda: at, lambda: False)
