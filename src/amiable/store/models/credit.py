"""Credit: whatever lowers what a customer owes."""

from django.db import models

from amiable.engine.ledger import CreditKind
from amiable.store.models.columns import (
    DayField,
    above_zero,
    choice_column,
    currency_column,
    key_column,
    one_of,
    text_column,
)
from amiable.store.scope import CompanyRow


class Credit(CompanyRow):
    """A fact of the ledger. ``settled_on``: the day all of it was tied to invoices (derived)."""

    customer = models.ForeignKey(
        "store.Customer", models.CASCADE, related_name="credits", db_index=False
    )
    key = key_column()
    number = text_column(100)
    kind = choice_column(CreditKind.PAYMENT)
    received_on = models.DateField()
    amount_minor = models.BigIntegerField()
    currency = currency_column()
    label = text_column(300)
    lettering = text_column()
    settled_on = DayField(null=True)
    import_run = models.ForeignKey(
        "store.ImportRun", null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta(CompanyRow.Meta):
        """The partial index serves the open credits."""

        constraints = [
            models.UniqueConstraint(fields=["company", "key"], name="credit_key"),
            one_of("kind", CreditKind, "credit"),
            above_zero("amount_minor", "credit"),
        ]
        indexes = [
            models.Index(fields=["customer", "company"], name="credit_customer"),
            models.Index(
                fields=["company", "customer"],
                name="credit_open",
                condition=models.Q(settled_on__isnull=True),
            ),
            models.Index(fields=["company", "settled_on"], name="credit_settled"),
        ]

    def __str__(self) -> str:
        return self.number or self.key
