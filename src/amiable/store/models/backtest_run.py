"""Backtest run: a policy tried on the past of a company, from the question to the report."""

from enum import StrEnum

from django.conf import settings
from django.db import models

from amiable.store.models.columns import choice_column, one_of, text_column
from amiable.store.scope import CompanyRow


class BacktestState(StrEnum):
    """Where a run stands."""

    WAITING = "waiting"  # for a worker
    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"  # the ledger cannot answer; ``facts`` says why
    CANCELLED = "cancelled"  # by a person
    FAILED = "failed"  # something unforeseen; ``facts`` says what to do


class BacktestRun(CompanyRow):
    """A policy (``toml``; ``version`` None: a draft that was not published) against ``calendar``,
    the days after the due date on which one reminds today; as the ledger stood on ``asked_on``.
    Without a name and ``toml``: the policies in force, each on the customers that have it.

    ``report`` is what came out, as `store.backtest_report` writes it; ``facts`` a refusal or a
    failure: its code and facts. One worker at a time has a run: ``holder`` is its name for it
    since ``claimed_at``, for the ``tries``-th time, last alive at ``seen_at``; it has replayed
    ``done`` of ``total`` steps.
    """

    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    author = text_column(200)
    asked_at = models.DateTimeField()
    asked_on = models.DateField()
    policy = models.CharField(max_length=60)
    version = models.PositiveIntegerField(null=True)
    toml = models.TextField()
    calendar = models.JSONField(default=list)
    state = choice_column(BacktestState.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    report = models.JSONField(null=True)
    facts = models.JSONField(default=dict)
    holder = text_column(64)
    claimed_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)

    class Meta(CompanyRow.Meta):
        """One under way at a time in a company; listed newest first."""

        constraints = [
            one_of("state", BacktestState, "backtest_run"),
            models.UniqueConstraint(
                fields=["company"],
                condition=models.Q(state__in=["waiting", "running"]),
                name="backtest_run_alone",
            ),
        ]
        indexes = [
            models.Index(fields=["company", "id"], name="backtest_run_company"),
            models.Index(
                fields=["state"],
                condition=models.Q(state__in=["waiting", "running"]),
                name="backtest_run_to_do",
            ),
        ]
