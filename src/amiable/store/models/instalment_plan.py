"""Instalment plan: a debt paid in parts. Each part is a promise of its own."""

from django.db import models

from amiable.store.models.columns import key_column, text_column
from amiable.store.scope import CompanyRow


class InstalmentPlan(CompanyRow):
    """``invoices``: keys of the invoices it covers; its parts are promises that name it.

    ``accepted_at``: when the customer agreed in writing, ``accepted_by`` in whose name, to the
    ``document`` kept here.
    """

    customer = models.ForeignKey("store.Customer", models.CASCADE, related_name="instalment_plans")
    key = key_column()
    agreed_on = models.DateField()
    invoices = models.JSONField(default=list)
    note = text_column(500)
    cancelled_on = models.DateField(null=True)
    accepted_at = models.DateTimeField(null=True)
    accepted_by = text_column(200)
    document = models.BinaryField(null=True)

    class Meta(CompanyRow.Meta):
        """One row a plan."""

        constraints = [
            models.UniqueConstraint(fields=["company", "key"], name="instalment_plan_key")
        ]
