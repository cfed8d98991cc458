"""Experiment: arms of a step that are compared, and who was drawn for which."""

from enum import StrEnum

from django.db import models

from amiable.engine.experiment import Factor
from amiable.engine.experiment_result import Finding
from amiable.engine.experiment_size import Yardstick
from amiable.engine.parties import Segment
from amiable.store.models.columns import choice_column, one_of, text_column
from amiable.store.scope import CompanyRow


class ExperimentState(StrEnum):
    """RUNNING until the verdict (drawing, then following); a person may have STOPPED it before."""

    RUNNING = "running"
    ENDED = "ended"
    STOPPED = "stopped"


class Experiment(CompanyRow):
    """What is compared: see `engine.experiment.Trial`.

    ``difference`` is the one worth knowing, in days or as a share, ``noise`` what the size was
    planned with (of ``noise_customers``; 0: the worst that can be), ``size`` the customers
    planned. ``full_on``: when the last one was drawn. ``finding`` and ``best`` are the verdict:
    written once. ``learns``: since then new customers are drawn by what is known.
    """

    name = text_column(120)
    policy = text_column(60)
    step = models.SmallIntegerField()
    factor = choice_column()
    arms = models.JSONField()
    measure = choice_column()
    difference = models.FloatField()
    noise = models.FloatField()
    noise_customers = models.IntegerField()
    size = models.IntegerField()
    seed = text_column(64)
    state = choice_column(ExperimentState.RUNNING)
    started_on = models.DateField()
    started_by = text_column(200)
    full_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    ended_by = text_column(200)
    finding = choice_column(null=True)
    best = models.SmallIntegerField(null=True)
    learns = models.BooleanField(default=False)

    class Meta(CompanyRow.Meta):
        """One at a time for a step of a policy."""

        constraints = [
            models.UniqueConstraint(
                fields=["company", "policy", "step"],
                condition=models.Q(state="running") | models.Q(learns=True),
                name="experiment_one_a_step",
            ),
            one_of("factor", Factor, "experiment"),
            one_of("measure", Yardstick, "experiment"),
            one_of("state", ExperimentState, "experiment"),
            one_of("finding", Finding, "experiment"),
        ]


class ExperimentAssignment(CompanyRow):
    """One customer, drawn once: number ``position`` of its segment, or of those ``learned``.

    ``invoices``: what it was about to be reminded of, as [key, days late, days its habit expects
    from then on (null: nothing to compare with)].
    ``gained``, ``answered`` and ``deviates`` are written with the verdict.
    """

    experiment = models.ForeignKey(Experiment, models.CASCADE, related_name="assignments")
    customer = models.ForeignKey("store.Customer", models.CASCADE, related_name="+")
    arm = models.SmallIntegerField()
    segment = choice_column()
    position = models.IntegerField()
    learned = models.BooleanField(default=False)
    assigned_on = models.DateField()
    invoices = models.JSONField(default=list)
    gained = models.FloatField(null=True)
    answered = models.BooleanField(null=True)
    deviates = models.BooleanField(null=True)

    class Meta(CompanyRow.Meta):
        """Drawn once; two who draw at the same time cannot take the same place."""

        constraints = [
            models.UniqueConstraint(
                fields=["experiment", "customer"], name="experiment_customer_once"
            ),
            models.UniqueConstraint(
                fields=["experiment", "segment", "position"],
                condition=models.Q(learned=False),
                name="experiment_place_once",
            ),
            models.UniqueConstraint(
                fields=["experiment", "position"],
                condition=models.Q(learned=True),
                name="experiment_learned_once",
            ),
            one_of("segment", Segment, "experiment_assignment"),
        ]
