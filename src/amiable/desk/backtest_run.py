"""Backtest runs: a person has a policy tried on the past, cancels it, throws the report away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from amiable.desk.access import Actor, OtherCompany
from amiable.desk.audit import recorded, subject
from amiable.engine.policy import Policy
from amiable.engine.policy_toml import policy_from_toml, policy_to_toml
from amiable.store.backtest_run import add_run, cancel_run, delete_run, open_run, run_row
from amiable.store.company import lock_company
from amiable.store.models import BacktestRun, Company, PolicyVersion
from amiable.store.policy import newest_versions

DEAD_AFTER = timedelta(seconds=60)
"""A worker without a sign of life for so long is gone."""


class BacktestBusy(Exception):
    """Another run of the company is under way: ``run``."""

    def __init__(self, run: BacktestRun) -> None:
        super().__init__(f"run {run.pk} is under way")
        self.run = run


class BacktestMoved(Exception):
    """The run is not what it was any more: somebody else, or the worker, was quicker."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """What to try; ``version`` None: a draft that was not published. Without a name: the policies
    in force, each on the customers that have it."""

    name: str = ""
    version: int | None = None
    toml: str = ""


def candidate_of_version(row: PolicyVersion) -> Candidate:
    """A published version."""
    return Candidate(name=row.name, version=row.version, toml=row.toml)


def candidate_of_draft(policy: Policy) -> Candidate:
    """A policy that somebody builds. Raises PolicyRefused when it has errors."""
    toml = policy_to_toml(policy)
    return Candidate(name=policy_from_toml(toml).name, version=None, toml=toml)


def candidate_of_run(run: BacktestRun) -> Candidate:
    """What was tried before."""
    return Candidate(name=run.policy, version=run.version, toml=run.toml)


def backtest_for(actor: Actor, pk: int) -> BacktestRun:
    """A run of the actor's company. Raises OtherCompany."""
    found = run_row(actor.company.pk, pk)
    if found is None:
        raise OtherCompany(actor.company, "backtest")
    return found


def note_taken(actor: Actor, run: BacktestRun, kind: str, *, at: datetime) -> None:
    """Write down who takes a report away, as which kind of file."""
    policy = _names(actor.company, run.policy)
    with recorded(actor, "backtest.exported", at=at, policy=policy, kind=kind) as entry:
        entry.subject = subject(run)


def _names(company: Company, policy: str) -> str:
    """The name of what is tried, for the log; where it is what is in force, all names."""
    return policy or ", ".join(row.name for row in newest_versions(company.pk))


def ask_backtest(
    actor: Actor, candidate: Candidate, calendar: Sequence[int], *, today: date, at: datetime
) -> BacktestRun:
    """Have a policy tried on the past as the ledger stands ``today``, against ``calendar``.

    Raises BacktestBusy while another is under way.
    """
    company = actor.company
    with transaction.atomic():
        lock_company(company)
        if running := open_run(company.pk):
            raise BacktestBusy(running)
        with recorded(
            actor, "backtest.asked", at=at, policy=_names(company, candidate.name)
        ) as entry:
            run = add_run(
                company,
                asked_by=actor.user,
                author=actor.name,
                asked_at=at,
                asked_on=today,
                policy=candidate.name,
                version=candidate.version,
                toml=candidate.toml,
                calendar=list(calendar),
            )
            entry.subject = subject(run)
    return run


def cancel_backtest(actor: Actor, run: BacktestRun, *, at: datetime) -> None:
    """Stop it. Raises BacktestMoved when it is over already."""
    with recorded(
        actor, "backtest.cancelled", at=at, policy=_names(actor.company, run.policy)
    ) as entry:
        entry.subject = subject(run)
        if not cancel_run(run, at):
            raise BacktestMoved


def delete_backtest(actor: Actor, run: BacktestRun, *, at: datetime) -> None:
    """Throw a run away. Raises BacktestMoved while it is under way, or when it is gone."""
    with recorded(
        actor, "backtest.deleted", at=at, policy=_names(actor.company, run.policy)
    ) as entry:
        entry.subject = subject(run)
        if not delete_run(run):
            raise BacktestMoved
