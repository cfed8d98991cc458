"""Forecast: what was expected of the weeks to come on one day, and what came of it."""

from django.db import models

from amiable.store.models.columns import currency_column, text_column
from amiable.store.scope import CompanyRow


class ForecastRun(CompanyRow):
    """All forecasts of one day. ``past``: made afterwards, with what was known on that morning.

    ``together``: the engine's togetherness of one customer's payments. ``totals``:
    ``{scenario: {slice: {currency: {open, netted, beyond, uncounted: {why: minor}}}}}``;
    ``largest``: ``{currency: [[invoice, ...] of each week]}`` of the habits as they are.
    """

    made_on = models.DateField()
    counted_at = models.DateTimeField()
    past = models.BooleanField(default=False)
    together = models.FloatField(default=0)
    totals = models.JSONField(default=dict)
    largest = models.JSONField(default=dict)

    class Meta(CompanyRow.Meta):
        """One a day."""

        constraints = [
            models.UniqueConstraint(fields=["company", "made_on"], name="forecast_run_made_on")
        ]


class ForecastLine(CompanyRow):
    """The receipts of ``[starts_on, ends_on)``, a week or (``daily``) a day, in minor units.

    ``slice``: "" for all, else a segment or a collector. ``said`` and ``planned`` are parts of
    ``expected``. ``variance`` is that of invoices and customers. ``received``: what then came of
    the invoices open that day; null while the week is not over.
    """

    run = models.ForeignKey(ForecastRun, models.CASCADE, related_name="+", db_index=False)
    scenario = models.CharField(max_length=20)
    slice = text_column(60)
    currency = currency_column()
    starts_on = models.DateField()
    ends_on = models.DateField()
    daily = models.BooleanField(default=False)
    low_minor = models.BigIntegerField()
    expected_minor = models.BigIntegerField()
    high_minor = models.BigIntegerField()
    said_minor = models.BigIntegerField(default=0)
    planned_minor = models.BigIntegerField(default=0)
    variance = models.FloatField(default=0)
    received_minor = models.BigIntegerField(null=True)

    class Meta(CompanyRow.Meta):
        """One a run, scenario, slice, currency and stretch of days."""

        constraints = [
            models.UniqueConstraint(
                fields=["run", "scenario", "slice", "currency", "daily", "starts_on"],
                name="forecast_line_period",
            )
        ]
        indexes = [
            models.Index(
                fields=["company", "ends_on"],
                name="forecast_line_awaited",
                condition=models.Q(received_minor=None),
            )
        ]
