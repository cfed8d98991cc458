"""Company habit: what all customers teach about one, weighed once a week."""

from django.db import models

from amiable.store.scope import CompanyRow


class CompanyHabit(CompanyRow):
    """``rolls``: due dates roll to business days. ``shapes``: the engine's CompanyHabit as JSON."""

    weighed_on = models.DateField()
    rolls = models.BooleanField()
    invoices = models.BigIntegerField()
    shapes = models.JSONField()

    class Meta(CompanyRow.Meta):
        """One row a company: the newest."""

        constraints = [models.UniqueConstraint(fields=["company"], name="company_habit_company")]
