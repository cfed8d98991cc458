"""Invoice: whatever raises what a customer owes."""

from django.db import models

from amiable.engine.ledger import DueBasis, InvoiceKind
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
from amiable.store.spelling import Bytewise


class Invoice(CompanyRow):
    """A fact of the ledger, with three derived columns kept by the matching.

    ``settled_on`` is the day its balance reached zero (null: open). ``paid_on`` is the day money
    brought what was left to 1 % or less, and ``delay`` its distance from the rolled due date:
    both null when the invoice must not teach a habit (disputed, credited, doubtful match).
    ``alias`` is its key in the accounting export, when another list brought it in first.
    """

    customer = models.ForeignKey(
        "store.Customer", models.CASCADE, related_name="invoices", db_index=False
    )
    key = key_column()
    alias = models.CharField(max_length=300, blank=True, default="", db_default="")
    number = text_column(100)
    kind = choice_column(InvoiceKind.INVOICE)
    issued_on = models.DateField()
    due_on = models.DateField()
    due_basis = choice_column(DueBasis.STATED)
    amount_minor = models.BigIntegerField()
    currency = currency_column()
    label = text_column(300)
    lettering = text_column()
    settled_on = DayField(null=True)
    paid_on = DayField(null=True)
    delay = models.SmallIntegerField(null=True)
    import_run = models.ForeignKey(
        "store.ImportRun", null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta(CompanyRow.Meta):
        """The covering index serves the habits; the partial one the open items."""

        constraints = [
            models.UniqueConstraint(fields=["company", "key"], name="invoice_key"),
            one_of("kind", InvoiceKind, "invoice"),
            one_of("due_basis", DueBasis, "invoice"),
            above_zero("amount_minor", "invoice"),
        ]
        indexes = [
            models.Index(fields=["customer", "company"], name="invoice_customer"),
            models.Index(
                fields=["company", "customer", "paid_on", "delay"],
                name="invoice_habit",
                condition=models.Q(delay__isnull=False),
            ),
            models.Index(
                fields=["company", "customer"],
                name="invoice_open",
                condition=models.Q(settled_on__isnull=True),
            ),
            models.Index(fields=["company", "settled_on"], name="invoice_settled"),
            models.Index(fields=["company", "due_on", "id"], name="invoice_due"),
            models.Index(
                fields=["company", "due_on", "id"],
                name="invoice_open_due",
                condition=models.Q(settled_on__isnull=True),
            ),
            models.Index(fields=["company", "issued_on", "id"], name="invoice_issued"),
            models.Index(fields=["company", "amount_minor", "id"], name="invoice_amount"),
            models.Index("company", Bytewise("number"), "id", name="invoice_number"),
            models.Index(fields=["company", "kind"], name="invoice_kind"),
            models.Index(fields=["company", "currency"], name="invoice_currency"),
        ]

    def __str__(self) -> str:
        return self.number or self.key
