"""Drawing: a customer who is about to get a tested step is given an arm, once, and keeps it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction

from amiable.engine.days import week_start
from amiable.engine.effect import Rate, expected_wait
from amiable.engine.experiment import (
    Drawn,
    Exclusion,
    Trial,
    asks_for,
    drawn_arm,
    why_left_out,
)
from amiable.engine.experiment_bandit import best_arm
from amiable.engine.experiment_size import ANSWER_DAYS, HORIZON
from amiable.engine.parties import Segment
from amiable.engine.plan import PlanEntry
from amiable.engine.situation import Situation
from amiable.engine.verdict import Remind
from amiable.store.company import lock_company
from amiable.store.experiment import (
    add_assignments,
    assignments,
    count_drawn,
    drawn_of,
    drawn_value,
    next_learned,
    next_places,
    steps_approved,
    trial_of,
    under_way,
)
from amiable.store.experiment_past import answered_of, reminded_of
from amiable.store.models import Company, Experiment, ExperimentAssignment
from amiable.store.models.experiment import ExperimentState


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A customer who is about to get the step of a trial, and was not drawn yet."""

    pk: int
    entry: PlanEntry
    situation: Situation


class Draws:
    """The experiments of a company that are under way, and their draws."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.trials: dict[int, Trial] = {row.pk: trial_of(row) for row in under_way(company.pk)}

    def known(self, pks: Sequence[int]) -> dict[int, Drawn]:
        """What some customers were drawn for, by customer."""
        if not self.trials:
            return {}
        return {
            pk: drawn_value(self.trials[experiment], arm, assignment)
            for pk, (experiment, arm, assignment) in drawn_of(self.company.pk, pks).items()
            if experiment in self.trials
        }

    def trial_for(self, entry: PlanEntry) -> Trial | None:
        """The trial that a decision is the step of."""
        return next((one for one in self.trials.values() if asks_for(entry, one)), None)

    def draw(self, candidates: Sequence[Candidate], today: date) -> dict[int, Drawn]:
        """Draw those who may take part, and write it down; by customer.

        Under the company's lock: two who draw at once draw one after the other, and the second
        finds the first one's draws.
        """
        if not candidates:
            return {}
        with transaction.atomic():
            lock_company(self.company)
            approved = steps_approved(self.company.pk, [one.pk for one in candidates])
            known = self.known([one.pk for one in candidates])
            for row in under_way(self.company.pk):
                fit = [
                    one
                    for one in candidates
                    if one.pk not in known and _fits(one, trial_of(row), approved)
                ]
                _assign(row, fit, today)
            return self.known([one.pk for one in candidates])


def _fits(one: Candidate, trial: Trial, approved: set[tuple[int, str, int]]) -> bool:
    """Whether a customer takes part in a trial."""
    if not asks_for(one.entry, trial):
        return False
    return left_out(one, trial, approved) is None


def left_out(one: Candidate, trial: Trial, approved: set[tuple[int, str, int]]) -> Exclusion | None:
    """Why a customer who gets the step takes no part; None: it does."""
    decision = one.entry.verdict.decision
    assert isinstance(decision, Remind)
    if (one.pk, decision.cycle, decision.number) in approved:
        return Exclusion.UNDER_WAY
    if why := why_left_out(one.situation, trial):
        return why
    known = any(expected is not None for _, _, expected in _baseline(one))
    return None if known else Exclusion.NO_BASELINE


def _assign(row: Experiment, fit: Sequence[Candidate], today: date) -> None:
    """Give arms to those who fit, as many as are still wanted."""
    if row.state == ExperimentState.RUNNING.value:
        rows = _in_blocks(row, fit, today)
    else:
        rows = _by_what_is_known(row, fit, today)
    add_assignments(rows, row.company_id)


def _in_blocks(
    row: Experiment, fit: Sequence[Candidate], today: date
) -> list[ExperimentAssignment]:
    if row.full_on is not None:  # drawing is over, even where somebody is gone since
        return []
    places, left = next_places(row), row.size - count_drawn(row)
    trial, made = trial_of(row), []
    for one in fit[: max(left, 0)]:
        segment = _segment(one, today)
        position = places.get(segment.value, 0)
        places[segment.value] = position + 1
        arm = drawn_arm(trial, segment, position)
        made.append(_drawn_row(row, one, today, arm=arm, position=position))
    if made and len(made) == left:
        row.full_on = today
        row.save(update_fields=["full_on"])
    return made


def _by_what_is_known(
    row: Experiment, fit: Sequence[Candidate], today: date
) -> list[ExperimentAssignment]:
    if not fit:
        return []
    trial, rates = trial_of(row), known_rates(row, today)
    start = next_learned(row)
    return [
        _drawn_row(
            row, one, today, arm=best_arm(trial, rates, number), position=number, learned=True
        )
        for number, one in enumerate(fit, start)
    ]


def known_rates(row: Experiment, today: date) -> list[Rate]:
    """How many of each arm answered or paid within a week, of those drawn a week ago or more."""
    seen = list(assignments(row).filter(assigned_on__lte=today - timedelta(days=ANSWER_DAYS)))
    answered = answered_of(row.company_id, list(reminded_of(seen)))
    pairs = list(zip(seen, answered, strict=True))
    return [
        Rate(
            hits=sum(hit for one, hit in pairs if one.arm == arm),
            n=sum(one.arm == arm for one in seen),
        )
        for arm in range(len(row.arms))
    ]


def _drawn_row(
    row: Experiment,
    one: Candidate,
    today: date,
    *,
    arm: int,
    position: int,
    learned: bool = False,
) -> ExperimentAssignment:
    return ExperimentAssignment(
        company_id=row.company_id,
        experiment=row,
        customer_id=one.pk,
        arm=arm,
        segment=_segment(one, today).value,
        position=position,
        learned=learned,
        assigned_on=today,
        invoices=_baseline(one),
    )


def _segment(one: Candidate, today: date) -> Segment:
    account = one.situation.account
    return account.customer.segment or account.habit.segment(week_start(today))


def _baseline(one: Candidate) -> list[list[object]]:
    """The invoices the reminder asks for and what the habit announces, as known before it."""
    decision = one.entry.verdict.decision
    assert isinstance(decision, Remind)
    habit = one.situation.account.habit
    waits = (
        (claim, expected_wait(habit, claim.late, HORIZON))
        for claim in one.situation.claims
        if claim.key in decision.chased
    )
    return [
        [claim.key, claim.late, None if days is None else round(days, 3)] for claim, days in waits
    ]
