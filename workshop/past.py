"""What proves itself, in the scene: two policies tried on the past, an experiment, effects."""

from datetime import datetime

from amiable.desk.access import Actor
from amiable.desk.backtest_run import Candidate, ask_backtest, candidate_of_version
from amiable.desk.backtest_work import backtest_due
from amiable.desk.effect_count import judge_reminders
from amiable.desk.experiment import Wish, start, stop
from amiable.engine.experiment import Factor
from amiable.engine.experiment_size import Yardstick
from amiable.store.policy import newest_version


def try_on_the_past(actor: Actor, at: datetime) -> None:
    """The policy most customers have, then what is in force, as a worker does it."""
    row = newest_version(actor.company.pk, actor.company.policy)
    assert row is not None
    for candidate in (candidate_of_version(row), Candidate()):
        ask_backtest(actor, candidate, (1, 8, 15, 30), today=at.date(), at=at)
        backtest_due(lambda: at, lambda: False)


def compare_hours(actor: Actor, at: datetime) -> None:
    """An experiment was begun and stopped: under way it would keep messages back until its hours.
    And what has left so far was judged."""
    wish = Wish(
        name="Matin ou après-midi",
        policy=actor.company.policy,
        step=1,
        factor=Factor.HOUR,
        arms=("9", "14"),
        measure=Yardstick.DAYS,
        difference=4,
    )
    row = start(actor, wish, today=at.date(), at=at)
    stop(actor, row, today=at.date(), at=at)
    judge_reminders(actor.company, at.date())
