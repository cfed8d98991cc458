"""Day figures: what the desk shows on top, counted once a day and whenever the ledger changes."""

from django.db import models

from amiable.store.scope import CompanyRow


class DayFigures(CompanyRow):
    """Amounts are ``{currency: minor units}``. ``dso`` in days; null when nothing was sold.

    ``expected``: receipts the habits announce for the next seven days. ``avoided`` of
    ``calendar``: reminders a fixed calendar would have sent this month, and how many of them
    the habit spared.
    """

    on = models.DateField()
    overdue = models.JSONField(default=dict)
    outstanding = models.JSONField(default=dict)
    expected = models.JSONField(default=dict)
    dso = models.IntegerField(null=True)
    avoided = models.IntegerField(default=0)
    calendar = models.IntegerField(default=0)
    counted_at = models.DateTimeField()

    class Meta(CompanyRow.Meta):
        """One row a day."""

        constraints = [models.UniqueConstraint(fields=["company", "on"], name="day_figures_on")]
