"""Payment to thank for: a payment that came in while a policy thanked, and what became of it."""

from enum import StrEnum

from django.db import models

from amiable.store.models.columns import (
    choice_column,
    currency_column,
    key_column,
    one_of,
    text_column,
)
from amiable.store.scope import CompanyRow


class ThanksState(StrEnum):
    """SEEN: nobody has looked yet; READY: a person decides; then WRITTEN or LEFT_OUT."""

    SEEN = "seen"
    READY = "ready"
    WRITTEN = "written"
    LEFT_OUT = "left_out"


class PaymentThanks(CompanyRow):
    """One payment, by its ``key`` in the ledger: it is thanked for once, even if its import is
    undone and made again.

    ``why`` it was left out: `engine.thanks.NoThanks`, or "person". ``message`` may thank for more.
    """

    customer = models.ForeignKey("store.Customer", models.CASCADE, related_name="+")
    key = key_column()
    received_on = models.DateField()
    amount_minor = models.BigIntegerField()
    currency = currency_column()
    state = choice_column(ThanksState.SEEN)
    why = text_column(20)
    message = models.ForeignKey("store.OutboxRow", models.SET_NULL, null=True, related_name="+")

    class Meta(CompanyRow.Meta):
        """The partial index serves what is still to be decided: little, whatever came before."""

        constraints = [
            models.UniqueConstraint(fields=["company", "key"], name="thanks_once"),
            one_of("state", ThanksState, "thanks"),
        ]
        indexes = [
            models.Index(
                fields=["company", "state", "customer"],
                name="thanks_open",
                condition=models.Q(state__in=["seen", "ready"]),
            )
        ]
