"""Customer: a debtor of one company."""

from django.conf import settings
from django.db import models

from amiable.engine.parties import Channel, CustomerKind, Language, Segment
from amiable.store.models.columns import choice_column, key_column, one_of, text_column
from amiable.store.scope import CompanyRow
from amiable.store.spelling import Bytewise, Plain


class Customer(CompanyRow):
    """``version`` rises with every fact that may change a decision: the plan compares it.

    ``terms`` are the payment terms in words ("30 jours fin de mois"), empty when unknown.
    ``segment`` is a person's choice. Derived, so that lists can be filtered and ordered:
    ``balance_minor`` (what is owed in the company's currency, credits taken off) and
    ``oldest_due_on`` (of the open invoices) with every matching; ``habit_n``, ``habit_usual``
    (days), ``drift_days`` (it pays so many days later than before, beyond what chance would do;
    null: it does not) and ``current_segment`` (the chosen one, else the habit's) whenever habits
    are weighed.
    ``plain``: name, key and SIREN in plain spelling, kept by the database; lists are ordered by
    it and looked through. ``merged_into``: it turned out to be another customer; lists leave it
    out.
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
    collector = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
    )
    by_hand = models.CharField(max_length=300, blank=True, default="", db_default="")
    collector_by_hand = models.BooleanField(default=False, db_default=False)
    balance_minor = models.BigIntegerField(default=0, db_default=0)
    oldest_due_on = models.DateField(null=True)
    habit_n = models.IntegerField(default=0, db_default=0)
    habit_usual = models.SmallIntegerField(null=True)
    drift_days = models.SmallIntegerField(null=True)
    current_segment = choice_column(null=True)
    merged_into = models.ForeignKey(
        "store.Customer", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    plain = models.GeneratedField(
        expression=Plain("name", "key", "siren"),
        output_field=models.CharField(max_length=620),
        db_persist=True,
    )
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
            one_of("current_segment", Segment, "customer"),
        ]
        indexes = [
            models.Index("company", Bytewise("plain"), "id", name="customer_plain"),
            models.Index(fields=["company", "balance_minor", "id"], name="customer_balance"),
            models.Index(fields=["company", "oldest_due_on", "id"], name="customer_oldest"),
            models.Index(fields=["company", "habit_usual", "id"], name="customer_usual"),
            models.Index(
                fields=["company", "drift_days", "id"],
                name="customer_drift",
                condition=models.Q(drift_days__isnull=False),
            ),
            models.Index(
                "company", "collector", Bytewise("plain"), "id", name="customer_collector"
            ),
            models.Index(
                "company", "current_segment", Bytewise("plain"), "id", name="customer_segment"
            ),
        ]

    def __str__(self) -> str:
        return self.name
