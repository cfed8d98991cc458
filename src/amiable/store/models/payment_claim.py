"""Payment claim: the customer says it has paid; the money has not been seen yet."""

from django.db import models

from amiable.store.models.columns import key_column, text_column
from amiable.store.scope import CompanyRow


class PaymentClaim(CompanyRow):
    """``amount_minor`` null: all of ``invoices`` (keys; empty: everything late).

    ``closed_on``: the money was found, or a person gave up waiting for it (``found`` tells which).
    """

    customer = models.ForeignKey("store.Customer", models.CASCADE, related_name="payment_claims")
    key = key_column()
    said_on = models.DateField()
    paid_on = models.DateField(null=True)
    reference = text_column(140)
    amount_minor = models.BigIntegerField(null=True)
    currency = text_column(3)
    invoices = models.JSONField(default=list)
    incoming = models.ForeignKey("store.Incoming", models.SET_NULL, null=True, related_name="+")
    closed_on = models.DateField(null=True)
    found = models.BooleanField(null=True)

    class Meta(CompanyRow.Meta):
        """One row a claim."""

        constraints = [models.UniqueConstraint(fields=["company", "key"], name="payment_claim_key")]
