"""Customer: a debtor of one company."""

from django.db import models

from amiable.engine.parties import Channel, CustomerKind, Language, Segment
from amiable.store.models.columns import choice_column, key_column, one_of, text_column
from amiable.store.scope import CompanyRow


class Customer(CompanyRow):
    """``version`` rises with every fact that may change a decision: the plan compares it.

    ``terms`` are the payment terms in words ("30 jours fin de mois"), empty when unknown.
    """

    key = key_column()
    name = models.CharField(max_length=300)
    kind = choice_column(CustomerKind.BUSINESS)
    country = models.CharField(max_length=2, default="FR")
    language = choice_column(Language.FR)
    preferred_channel = choice_column(null=True)
    terms = text_column(100)
    segment = choice_column(null=True)
    policy = text_column(60)
    siren = text_column(14)
    autopay = models.BooleanField(default=False)
    do_not_contact = models.BooleanField(default=False)
    insolvent_on = models.DateField(null=True)
    version = models.BigIntegerField(default=1)
    import_run = models.ForeignKey(
        "store.ImportRun", null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta(CompanyRow.Meta):
        """One row a customer and company."""

        constraints = [
            models.UniqueConstraint(fields=["company", "key"], name="customer_key"),
            one_of("kind", CustomerKind, "customer"),
            one_of("language", Language, "customer"),
            one_of("preferred_channel", Channel, "customer"),
            one_of("segment", Segment, "customer"),
        ]

    def __str__(self) -> str:
        return self.name
