"""Experiments: what is tried, how far it is, and what it found."""

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Router
from pydantic import Field

from amiable.api.auth import call_of
from amiable.api.doors import reads
from amiable.api.effects import RateOut, rate_out
from amiable.api.values import Id, Record
from amiable.desk.experiment import Reading, experiment_for, read, state_of
from amiable.engine.effect import Interval
from amiable.engine.experiment import Factor
from amiable.engine.experiment_result import ArmResult, Difference, Finding
from amiable.engine.experiment_size import Yardstick
from amiable.store.experiment import experiments_of
from amiable.store.models import Experiment

router = Router(tags=["experiments"])


class ExperimentOut(Record):
    """One step of a policy, done in several ways. `state`: running (customers are drawn),
    following (all are drawn), ended (judged), learning (the better arm is given more often) or
    stopped (without a verdict). `finding` and `best` are null before the verdict."""

    id: int
    name: str
    policy: str
    step: int
    factor: Factor
    arms: list[str]
    measure: Annotated[Yardstick, Field(description="What the verdict goes by")]
    difference: Annotated[float, Field(description="Worth finding: days, or a share of answers")]
    state: str
    started_on: date
    ended_on: date | None
    size: Annotated[int, Field(description="Customers it takes")]
    drawn: int
    finding: Finding | None
    best: str | None


class ExperimentsOut(Record):
    """All of them."""

    items: list[ExperimentOut]


class MeanOut(Record):
    """Days gained against the customers' habits, between `low` and `high` 95 times in 100."""

    value: float
    low: float
    high: float
    customers: int


class DifferenceOut(Record):
    """An arm's value less the first arm's, and where it lies."""

    value: float
    low: float
    high: float


class ArmOut(Record):
    """What is known of an arm; null where too few customers were followed. `deviations`: of how
    many customers what left was not what was drawn."""

    arm: str
    customers: int
    deviations: int
    days: MeanOut | None
    answers: RateOut
    days_more: DifferenceOut | None
    answers_more: DifferenceOut | None


class ReadingOut(ExperimentOut):
    """An experiment as it stands. While `judged` is false the figures are early: looking at them
    decides nothing. `verdict_on`: the day of the verdict, known or at the present pace."""

    followed: int
    judged: bool
    full_by: date | None
    verdict_on: date | None
    results: list[ArmOut]


@reads(router, "/experiments", ExperimentsOut, "List experiments")
def list_experiments(request: HttpRequest) -> ExperimentsOut:
    """Every experiment there ever was, the newest first."""
    rows = experiments_of(call_of(request).company.pk)
    return ExperimentsOut(items=[ExperimentOut(**_fields(row, drawn)) for row, drawn in rows])


@reads(router, "/experiments/{id}", ReadingOut, "Read an experiment")
def get_experiment(request: HttpRequest, id: Path[Id]) -> ReadingOut:
    """One experiment with its figures."""
    call = call_of(request)
    found = read(call.company, experiment_for(call.actor, id), call.today)
    return _reading(found)


def _fields(row: Experiment, drawn: int) -> dict[str, Any]:
    return {
        "id": row.pk, "name": row.name, "policy": row.policy, "step": row.step,
        "factor": row.factor, "arms": row.arms, "measure": row.measure,
        "difference": row.difference, "state": state_of(row), "started_on": row.started_on,
        "ended_on": row.ended_on, "size": row.size, "drawn": drawn, "finding": row.finding,
        "best": None if row.best is None else row.arms[row.best],
    }  # fmt: skip


def _reading(found: Reading) -> ReadingOut:
    return ReadingOut(
        **_fields(found.row, found.drawn),
        followed=found.followed,
        judged=found.judged,
        full_by=found.full_by,
        verdict_on=found.verdict_on,
        results=[_arm(found.row.arms[one.arm], one) for one in found.arms],
    )


def _arm(name: str, one: ArmResult) -> ArmOut:
    return ArmOut(
        arm=name,
        customers=one.customers,
        deviations=one.deviations,
        days=_mean(one.days),
        answers=rate_out(one.answers),
        days_more=_difference(one.days_more),
        answers_more=_difference(one.answers_more),
    )


def _mean(one: Interval | None) -> MeanOut | None:
    if one is None:
        return None
    return MeanOut(value=one.mean, low=one.low, high=one.high, customers=one.customers)


def _difference(one: Difference | None) -> DifferenceOut | None:
    return None if one is None else DifferenceOut(value=one.value, low=one.low, high=one.high)
