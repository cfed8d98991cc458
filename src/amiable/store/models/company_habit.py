"""Company habit: what all customers teach about one, weighed once a week."""

from django.db import models

from amiable.store.scope import CompanyRow


class CompanyHabit(CompanyRow):
    """``shapes``: the engine's CompanyHabit as JSON; ``invoices``: how many it was learned from."""

    weighed_on = models.DateField()
    invoices = models.BigIntegerField()
    shapes = models.JSONField()

    class Meta(CompanyRow.Meta):
        """One row a company: the newest."""

        constraints = [models.UniqueConstraint(fields=["company"], name="company_habit_company")]
