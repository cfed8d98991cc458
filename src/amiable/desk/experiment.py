"""Experiments: plan one, start it, stop it, read it, take up what it found."""

import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from amiable.desk.access import Actor, OtherCompany
from amiable.desk.audit import recorded, subject
from amiable.desk.experiment_draw import Candidate, known_rates, left_out
from amiable.desk.experiment_end import followed, outcomes, written
from amiable.desk.habit import known_habits
from amiable.desk.plan import DecisionDesk, redraw
from amiable.engine.experiment import (
    Exclusion,
    Factor,
    Flaw,
    Trial,
    asks_for,
    flaws,
    with_arm,
)
from amiable.engine.experiment_bandit import chances
from amiable.engine.experiment_result import (
    ArmResult,
    Finding,
    Outcome,
    Verdict,
    by_segment,
    results,
)
from amiable.engine.experiment_size import (
    HORIZON,
    Past,
    Size,
    Yardstick,
    last_draw,
    planned,
)
from amiable.engine.parties import Segment
from amiable.engine.policy import Policy
from amiable.engine.situation import see
from amiable.store.company import load_policies, lock_company
from amiable.store.customer import touch
from amiable.store.experiment import (
    about_to_get,
    assignments,
    count_arms,
    experiment_row,
    steps_approved,
    trial_of,
    under_way,
)
from amiable.store.experiment_past import answered_of, past_reminders, settled_days
from amiable.store.models import Company, Experiment, ExperimentAssignment
from amiable.store.models.experiment import ExperimentState
from amiable.store.plan import newest_day

YEAR = timedelta(days=365)
QUARTER = timedelta(days=91)
_LOOKED_AT = 2_000  # customers about to get a step, of whom one says who takes part
EARLY = 0.999
"""How sure an interval is before the end: so wide that looking early misleads hardly anybody
(Haybittle, 1971; Peto and others, 1976)."""


class ExperimentRefused(ValueError):
    """The comparison cannot be made: ``flaws`` say why."""

    def __init__(self, found: Sequence[Flaw]) -> None:
        super().__init__(", ".join(flaw.value for flaw in found))
        self.flaws = tuple(found)


class StepTaken(Exception):
    """Another experiment on this step is under way: ``other``."""

    def __init__(self, other: Experiment) -> None:
        super().__init__(other.name)
        self.other = other


class NotRunning(Exception):
    """It is over, or was stopped meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody wants to know: see `engine.experiment.Trial`; ``difference`` in days, or as a
    share of answers (0.1 is ten points)."""

    name: str
    policy: str
    step: int
    factor: Factor
    arms: tuple[str, ...]
    measure: Yardstick
    difference: float


def experiment_for(actor: Actor, pk: int) -> Experiment:
    """An experiment of the actor's company. Raises OtherCompany."""
    row = experiment_row(actor.company.pk, pk)
    if row is None:
        raise OtherCompany(actor.company, "experiment")
    return row


# --- before the start -------------------------------------------------------------------------


def check(company: Company, wish: Wish) -> tuple[Flaw, ...]:
    """Everything that keeps a comparison from being made."""
    policies = load_policies(company).policies
    found = flaws(policies, wish.policy, wish.step, wish.factor, wish.arms)
    if wish.factor is Factor.HOUR and not found and not _all_open(company, wish.arms):
        found = (Flaw.CLOSED,)
    return found


def _all_open(company: Company, arms: Sequence[str]) -> bool:
    return all(company.opens_at.hour <= int(arm) < company.closes_at.hour for arm in arms)


def size_for(company: Company, wish: Wish, today: date) -> Size:
    """How many customers it takes, and until when, by the company's own past.

    Raises ValueError for a difference that is not above zero.
    """
    past = past_of(company, wish.policy, wish.step, today)
    return planned(past, wish.measure, wish.difference, len(wish.arms), today)


def past_of(company: Company, policy: str, step: int, today: date) -> Past:
    """What the company's last year of a step tells: of those followed to the end."""
    pk = company.pk
    seen = past_reminders(pk, policy, step, today - YEAR, today - timedelta(days=HORIZON))
    settled = settled_days(pk, (key for one in seen for key in one.invoices))
    waited = {}
    for one in seen:
        days = [settled[key] for key in one.invoices if key in settled]
        waits = [HORIZON if day is None else min((day - one.on).days, HORIZON) for day in days]
        if waits:
            waited[one.customer] = max(sum(waits) / len(waits), 0.0)
    hits = answered_of(pk, seen)
    recent = past_reminders(pk, policy, step, today - QUARTER, today)
    return Past(
        waited=waited,
        answered={one.customer: hit for one, hit in zip(seen, hits, strict=True)},
        a_week=len(recent) / (QUARTER.days / 7),
    )


# --- deeds ------------------------------------------------------------------------------------


def start(actor: Actor, wish: Wish, *, today: date, at: datetime) -> Experiment:
    """Start an experiment: from now on whoever is about to get the step is drawn.

    Raises ExperimentRefused, StepTaken, ValueError (a difference that is not above zero).
    """
    company = actor.company
    if found := check(company, wish):
        raise ExperimentRefused(found)
    size = size_for(company, wish, today)
    with transaction.atomic():
        lock_company(company)
        _must_be_free(company, wish.policy, wish.step)
        with recorded(
            actor, "experiment_started", at=at, name=wish.name, policy=wish.policy, step=wish.step,
            arms=list(wish.arms), size=size.total,
        ) as entry:  # fmt: skip
            row = Experiment.objects.of(company.pk).create(
                company_id=company.pk,
                name=wish.name,
                policy=wish.policy,
                step=wish.step,
                factor=wish.factor.value,
                arms=list(wish.arms),
                measure=wish.measure.value,
                difference=wish.difference,
                noise=size.noise.value,
                noise_customers=size.noise.customers,
                size=size.total,
                seed=secrets.token_hex(16),
                started_on=today,
                started_by=actor.name,
            )
            entry.subject = subject(row)
            _decide_anew(company, row, today)
    return row


def _decide_anew(company: Company, row: Experiment, today: date) -> None:
    """Those whose reminder of today is the step: at once, where the plan of today is drawn."""
    pks = about_to_get(company.pk, row.policy, row.step)
    touch(company.pk, pks)
    if newest_day(company.pk) == today:
        redraw(company, pks, today)


def _must_be_free(company: Company, policy: str, step: int) -> None:
    for row in under_way(company.pk):
        if (row.policy, row.step) == (policy, step):
            raise StepTaken(row)


def stop(actor: Actor, row: Experiment, *, today: date, at: datetime) -> None:
    """Stop an experiment before its end: no verdict, everybody as the policy says again.

    Raises NotRunning.
    """
    company = actor.company
    with transaction.atomic():
        lock_company(company)
        row.refresh_from_db()
        if row.state != ExperimentState.RUNNING.value:
            raise NotRunning
        with recorded(actor, "experiment_stopped", at=at, name=row.name) as entry:
            entry.subject = subject(row)
            row.state, row.ended_on, row.ended_by = (
                ExperimentState.STOPPED.value, today, actor.name,
            )  # fmt: skip
            row.save(update_fields=["state", "ended_on", "ended_by"])
            _decide_anew(company, row, today)


def learn(actor: Actor, row: Experiment, *, on: bool, today: date, at: datetime) -> None:
    """Let new customers of an experiment that ended be drawn by what is known, or no longer.

    Raises NotRunning before the verdict, StepTaken, ExperimentRefused when the policy has changed
    so that the arms are no arms of it any more.
    """
    company = actor.company
    with transaction.atomic():
        lock_company(company)
        row.refresh_from_db()
        if row.state != ExperimentState.ENDED.value:
            raise NotRunning
        if row.learns == on:
            return
        if on:
            _must_be_free(company, row.policy, row.step)
            _must_fit(company, row)
        code = "experiment_learns" if on else "experiment_learns_no_more"
        with recorded(actor, code, at=at, name=row.name) as entry:
            entry.subject = subject(row)
            row.learns = on
            row.save(update_fields=["learns"])
            _decide_anew(company, row, today)


def _must_fit(company: Company, row: Experiment) -> None:
    policies = load_policies(company).policies
    found = flaws(policies, row.policy, row.step, Factor(row.factor), tuple(row.arms))
    if found := tuple(flaw for flaw in found if flaw is not Flaw.NOT_AS_NOW):
        raise ExperimentRefused(found)


def winner(row: Experiment, company: Company) -> Policy | None:
    """The policy in force with the arm that was found better, as a draft to publish.

    None when no arm was found better, when it is the hour that was tested (no policy sets one), or
    when the policy says so already.
    """
    if row.finding != Finding.BETTER.value or row.best is None:
        return None
    policy = load_policies(company).policies.get(row.policy)
    if policy is None:
        return None
    changed = with_arm(policy, trial_of(row), row.best)
    return None if changed == policy else changed


# --- reading ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """An experiment as it stands. ``followed`` of ``drawn`` customers have been followed to the
    end; ``judged``: the figures are those of the verdict, else they are early and as sure as
    `EARLY`. ``full_by``: when the last customer is drawn, known or at the present pace;
    ``verdict_on``: the day of the verdict. ``chances``: how often each arm is given while it
    learns. ``counts``: by segment, how many each arm has."""

    row: Experiment
    trial: Trial
    drawn: int
    followed: int
    learned: int
    judged: bool
    arms: tuple[ArmResult, ...]
    segments: dict[Segment, tuple[ArmResult, ...]]
    counts: dict[Segment, tuple[int, ...]]
    full_by: date | None
    verdict_on: date | None
    chances: tuple[float, ...]

    @property
    def left(self) -> int:
        """How many customers are still wanted."""
        return max(self.row.size - self.drawn, 0)

    @property
    def deviations(self) -> int:
        """Of how many what left was not what was drawn."""
        return sum(one.deviations for one in self.arms)


def state_of(row: Experiment) -> str:
    """Where an experiment stands: running (it draws), following, ended, learning, stopped."""
    if row.state == ExperimentState.RUNNING.value:
        return "running" if row.full_on is None else "following"
    return "learning" if row.learns else row.state


def verdict_of(row: Experiment) -> Verdict | None:
    """The verdict, once it is given."""
    if row.finding is None or row.best is None:
        return None
    return Verdict(finding=Finding(row.finding), arm=row.best)


def read(company: Company, row: Experiment, today: date) -> Reading:
    """An experiment with its figures. Reading it changes nothing, the verdict least of all."""
    everybody = list(assignments(row))
    drawn = [one for one in everybody if not one.learned]
    found = _found(company, row, drawn, today)
    judged = row.state == ExperimentState.ENDED.value
    sure = None if judged else EARLY
    counts, arms = count_arms(row), len(row.arms)
    full_by, verdict_on = _ahead(company, row, len(drawn), today)
    trial = trial_of(row)
    return Reading(
        row=row,
        trial=trial,
        drawn=len(drawn),
        followed=len(found),
        learned=len(everybody) - len(drawn),
        judged=judged,
        arms=results(found, arms, sure),
        segments=by_segment(found, arms, sure),
        counts={
            segment: tuple(counts.get((segment.value, arm), 0) for arm in range(arms))
            for segment in Segment
            if any(name == segment.value for name, _ in counts)
        },
        full_by=full_by,
        verdict_on=verdict_on,
        chances=chances(trial, known_rates(row, today)) if row.learns else (),
    )


def _found(
    company: Company, row: Experiment, drawn: list[ExperimentAssignment], today: date
) -> list[Outcome]:
    if row.state == ExperimentState.ENDED.value:
        return written(drawn)
    until = row.ended_on or today
    return outcomes(row, followed(drawn, min(until, company.imported_on or until)), company)


def _ahead(
    company: Company, row: Experiment, drawn: int, today: date
) -> tuple[date | None, date | None]:
    """When the last customer is drawn and when the verdict comes, as far as that can be told."""
    if row.state != ExperimentState.RUNNING.value:
        return row.full_on, None
    full_by = row.full_on
    if full_by is None:
        pace = _pace(company, row, drawn, today)
        full_by = last_draw(row.size - drawn, pace, today)
    return full_by, full_by + timedelta(days=HORIZON) if full_by else None


def _pace(company: Company, row: Experiment, drawn: int, today: date) -> float:
    """Customers a week: of the experiment itself once it has run two weeks, else of the past."""
    days = (today - row.started_on).days
    if days >= 14 and drawn:
        return drawn / days * 7
    return past_of(company, row.policy, row.step, today).a_week


def who_takes_part(company: Company, wish: Wish, today: date) -> tuple[int, Counter[Exclusion]]:
    """Of those who are about to get a step today: how many would be drawn, and why not the others.

    Raises nothing; draws nobody.
    """
    trial = Trial(
        key=0, policy=wish.policy, step=wish.step, factor=wish.factor, arms=wish.arms, seed=""
    )
    pks = about_to_get(company.pk, wish.policy, wish.step)[:_LOOKED_AT]
    desk = DecisionDesk(company, today, known_habits(company, today))
    approved = steps_approved(company.pk, pks)
    fit, why = 0, Counter[Exclusion]()
    for one, entry in desk.decide(pks):
        if not asks_for(entry, trial):
            continue
        if one.pk in desk.drawn:
            why[Exclusion.ELSEWHERE] += 1
            continue
        situation = see(one.account, desk.policy_of(one), desk.morning(one.account))
        candidate = Candidate(pk=one.pk, entry=entry, situation=situation)
        excluded = left_out(candidate, trial, approved)
        if excluded is None:
            fit += 1
        else:
            why[excluded] += 1
    return fit, why
