"""Dispute: an amount a customer contests."""

from django.conf import settings
from django.db import models

from amiable.engine.dispute import Ground, Outcome
from amiable.store.models.columns import choice_column, key_column, one_of, text_column
from amiable.store.scope import CompanyRow


class Dispute(CompanyRow):
    """``amount_minor`` null: the whole invoice, named by its key. ``closed_on`` null: open.

    ``ground`` is why, in one word, ``reason`` in the customer's own; ``outcome`` how it ended.
    ``owner``: who looks after it. ``granted_on``: since when a credit note of ``granted_minor``
    (null: of all that is contested) is expected.
    """

    customer = models.ForeignKey(
        "store.Customer", models.CASCADE, related_name="disputes", db_index=False
    )
    key = key_column()
    invoice = key_column()
    opened_on = models.DateField()
    ground = choice_column(null=True)
    reason = text_column(300)
    amount_minor = models.BigIntegerField(null=True)
    currency = text_column(3)
    closed_on = models.DateField(null=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    outcome = choice_column(null=True)
    granted_on = models.DateField(null=True)
    granted_minor = models.BigIntegerField(null=True)
    import_run = models.ForeignKey(
        "store.ImportRun", null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta(CompanyRow.Meta):
        """One row a dispute; the partial index serves the open ones, oldest first."""

        constraints = [
            models.UniqueConstraint(fields=["company", "key"], name="dispute_key"),
            one_of("ground", Ground, "dispute"),
            one_of("outcome", Outcome, "dispute"),
        ]
        indexes = [
            models.Index(fields=["customer", "company"], name="dispute_customer"),
            models.Index(
                fields=["company", "opened_on"],
                name="dispute_open",
                condition=models.Q(closed_on__isnull=True),
            ),
        ]
