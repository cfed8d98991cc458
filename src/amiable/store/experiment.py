"""Experiments in the database: which are under way, who was drawn for what."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import Case, Count, Max, Q, QuerySet, When

from amiable.engine.experiment import Drawn, Factor, Trial
from amiable.store.models import Experiment, ExperimentAssignment, OutboxRow, PlanEntry
from amiable.store.models.experiment import ExperimentState
from amiable.store.outbox import OPEN_STATES

_UNDER_WAY = Q(state=ExperimentState.RUNNING) | Q(learns=True)


def trial_of(row: Experiment) -> Trial:
    """The engine's value of a row."""
    return Trial(
        key=row.pk,
        policy=row.policy,
        step=row.step,
        factor=Factor(row.factor),
        arms=tuple(row.arms),
        seed=row.seed,
    )


def under_way(company: int) -> list[Experiment]:
    """The experiments that change reminders now: few, one a step of a policy at most."""
    return list(Experiment.objects.of(company).filter(_UNDER_WAY).order_by("pk"))


def experiments_of(company: int) -> list[tuple[Experiment, int]]:
    """All there ever were, the newest first, each with how many customers were drawn for it."""
    rows = Experiment.objects.of(company).annotate(
        drawn=Count("assignments", filter=Q(assignments__learned=False))
    )
    return [(row, row.drawn) for row in rows.order_by("-pk")]


def experiment_row(company: int, pk: int) -> Experiment | None:
    """One, by primary key."""
    return Experiment.objects.of(company).filter(pk=pk).first()


def drawn_of(company: int, pks: Sequence[int]) -> dict[int, tuple[int, int, int]]:
    """Of customers in an experiment under way: (experiment, arm, assignment), by customer."""
    rows = ExperimentAssignment.objects.of(company).filter(
        Q(experiment__state=ExperimentState.RUNNING) | Q(experiment__learns=True),
        customer_id__among=pks,
    )
    runs = Case(When(experiment__state=ExperimentState.RUNNING, then=1), default=0)
    ordered = rows.annotate(runs=runs).order_by("runs", "-pk")  # the last one stays: what runs
    found = ordered.values_list("customer_id", "experiment_id", "arm", "pk")
    return {customer: (experiment, arm, pk) for customer, experiment, arm, pk in found}


def drawn_value(trial: Trial, arm: int, pk: int) -> Drawn:
    """The engine's value of an assignment."""
    return Drawn(trial=trial, arm=arm, key=pk)


def next_places(experiment: Experiment) -> dict[str, int]:
    """The next free place of each segment that has any taken; who was erased leaves a gap."""
    rows = assignments(experiment).filter(learned=False).values("segment").order_by()
    return {row["segment"]: row["last"] + 1 for row in rows.annotate(last=Max("position"))}


def next_learned(experiment: Experiment) -> int:
    """The next free place of those drawn by what was learned."""
    last = assignments(experiment).filter(learned=True).aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1


def count_drawn(experiment: Experiment) -> int:
    """How many were drawn, those drawn by what was learned left out."""
    return assignments(experiment).filter(learned=False).count()


def assignments(experiment: Experiment) -> QuerySet[ExperimentAssignment]:
    """Everybody drawn, in the order they were."""
    rows = ExperimentAssignment.objects.of(experiment.company_id).filter(experiment=experiment)
    return rows.order_by("pk")


def count_arms(experiment: Experiment) -> dict[tuple[str, int], int]:
    """How many were drawn by (segment, arm), those drawn by what was learned left out."""
    rows = assignments(experiment).filter(learned=False).values("segment", "arm").order_by()
    return {(row["segment"], row["arm"]): row["n"] for row in rows.annotate(n=Count("pk"))}


def add_assignments(rows: Iterable[ExperimentAssignment], company: int) -> None:
    """Write who was drawn; call under `lock_company`."""
    ExperimentAssignment.objects.of(company).bulk_create(rows)


def steps_approved(company: int, pks: Sequence[int]) -> set[tuple[int, str, int]]:
    """(customer, cycle, step) of the messages to some customers that are approved already."""
    rows = OutboxRow.objects.of(company).filter(customer_id__among=pks, state__in=OPEN_STATES)
    return set(rows.values_list("customer_id", "cycle", "step"))


def about_to_get(company: int, policy: str, step: int) -> list[int]:
    """The customers whose reminder of today is a step of a policy."""
    rows = PlanEntry.objects.of(company).filter(
        ended_on=None, kind="remind", policy=policy, step=step
    )
    return list(rows.order_by("customer_id").values_list("customer_id", flat=True))


def full_since(company: int, until: date) -> list[Experiment]:
    """The running experiments that drew their last customer up to a day."""
    rows = Experiment.objects.of(company).filter(state=ExperimentState.RUNNING)
    return list(rows.filter(full_on__lte=until).order_by("pk"))


def page_of_assignments(
    experiment: Experiment, only: Sequence[int] | None, *, after: int, size: int
) -> list[ExperimentAssignment]:
    """Some of those drawn, with their customers, those after a primary key; of the customers of
    some collectors only, if given."""
    rows = assignments(experiment).filter(pk__gt=after).select_related("customer")
    if only is not None:
        rows = rows.filter(customer__collector_id__in=only)
    return list(rows[:size])
