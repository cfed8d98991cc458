"""Allocation: part of a credit pays part of an invoice."""

from django.db import models

from amiable.engine.ledger import AllocationBasis
from amiable.store.models.columns import above_zero, choice_column, one_of
from amiable.store.scope import CompanyRow


class Allocation(CompanyRow):
    """Made by the matching, anew whenever the customer's facts change, or by a person for good."""

    customer = models.ForeignKey("store.Customer", models.CASCADE, related_name="+", db_index=False)
    invoice = models.ForeignKey("store.Invoice", models.CASCADE, related_name="allocations")
    credit = models.ForeignKey("store.Credit", models.CASCADE, related_name="allocations")
    amount_minor = models.BigIntegerField()
    allocated_on = models.DateField()
    basis = choice_column()

    class Meta(CompanyRow.Meta):
        """Amounts above zero, in the currency of both sides."""

        constraints = [
            one_of("basis", AllocationBasis, "allocation"),
            above_zero("amount_minor", "allocation"),
        ]
        indexes = [
            models.Index(fields=["customer", "company"], name="allocation_customer"),
            # Guesses to be confirmed, and what people decided: few among a million.
            *(
                models.Index(
                    fields=["company", "credit"],
                    name=f"allocation_{basis}",
                    condition=models.Q(basis=basis),
                )
                for basis in ("presumed", "person")
            ),
        ]
