"""Outbox row: nothing leaves the house that is not first a row here, with a unique key."""

from enum import StrEnum

from django.conf import settings
from django.db import models

from amiable.engine.parties import Channel
from amiable.engine.timeline import ContactPurpose
from amiable.store.models.columns import choice_column, key_column, one_of, text_column
from amiable.store.scope import CompanyRow


class OutboxState(StrEnum):
    """Where a message stands. Only APPROVED rows may be claimed; a claim is one UPDATE."""

    APPROVED = "approved"
    CLAIMED = "claimed"
    SENT = "sent"
    REFUSED = "refused"
    FAILED = "failed"
    AMBIGUOUS = "ambiguous"
    CANCELLED = "cancelled"


class OutboxRow(CompanyRow):
    """One message. (company, customer, cycle, step) is unique: a step of a cycle leaves once.

    ``invoices`` are the keys whose reminder count it raises, ``listed`` those it shows;
    ``edited``: a person changed the words; ``automatic``: the policy let it go by itself.
    ``reference``: the counterpart's own name for it; ``parts`` and ``cost_minor`` of an SMS.
    ``not_before``: it waits until then, null: it need not. ``page``: a letter as it is printed,
    see `amiable.words.letter`. ``settled_by``: who said what became of it when nobody else knew.
    ``cancelled_at``: the last gate found it was no longer due, as ``detail`` says.
    ``experiment_arm``: the draw of an experiment that made it the way it is.
    """

    customer = models.ForeignKey(
        "store.Customer", models.CASCADE, related_name="outbox", db_index=False
    )
    cycle = key_column()
    step = models.SmallIntegerField()
    purpose = choice_column(ContactPurpose.REMINDER)
    state = choice_column(OutboxState.APPROVED)
    channel = choice_column()
    tone = text_column(20)
    recipient = text_column(500)
    subject = text_column(500)
    text = models.TextField(blank=True, default="")
    html = models.TextField(blank=True, default="")
    page = models.JSONField(null=True)
    message_id = text_column(200)
    in_reply_to = text_column(300)
    invoices = models.JSONField(default=list)
    listed = models.JSONField(default=list)
    amounts = models.JSONField(default=dict)
    approved_on = models.DateField()
    approved_at = models.DateTimeField()
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    edited = models.BooleanField(default=False, db_default=False)
    not_before = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField(null=True)
    claim = text_column(40)
    attempts = models.SmallIntegerField(default=0)
    sent_on = models.DateField(null=True)
    sent_at = models.DateTimeField(null=True)
    detail = text_column(1000)
    contact = models.ForeignKey("store.Contact", models.SET_NULL, null=True, related_name="+")
    conversation = models.ForeignKey(
        "store.Conversation", models.SET_NULL, null=True, related_name="outgoing"
    )
    batch = models.ForeignKey(
        "store.LetterBatch", models.SET_NULL, null=True, related_name="messages"
    )
    experiment_arm = models.ForeignKey(
        "store.ExperimentAssignment",
        models.SET_NULL,
        null=True,
        related_name="messages",
        db_index=False,
    )
    automatic = models.BooleanField(default=False, db_default=False)
    reference = text_column(200)
    parts = models.SmallIntegerField(null=True)
    cost_minor = models.IntegerField(null=True)
    delivered_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta(CompanyRow.Meta):
        """Exactly once."""

        constraints = [
            models.UniqueConstraint(
                fields=["company", "customer", "cycle", "step"], name="outbox_once"
            ),
            one_of("purpose", ContactPurpose, "outbox"),
            one_of("state", OutboxState, "outbox"),
            one_of("channel", Channel, "outbox"),
        ]
        indexes = [
            models.Index(fields=["customer", "company"], name="outbox_customer"),
            models.Index(fields=["company", "state", "id"], name="outbox_state"),
            models.Index(
                # all that tells which reminders are to be judged, so that the rows stay unread
                fields=["company", "sent_on", "purpose", "state", "customer"],
                name="outbox_sent",
                condition=models.Q(sent_on__isnull=False),
            ),
            models.Index(fields=["company", "message_id"], name="outbox_message"),
            models.Index(fields=["company", "reference"], name="outbox_reference"),
            models.Index(
                fields=["company", "cancelled_at"],
                name="outbox_cancelled",
                condition=models.Q(cancelled_at__isnull=False),
            ),
            models.Index(
                fields=["experiment_arm"],
                name="outbox_experiment",
                condition=models.Q(experiment_arm__isnull=False),
            ),
        ]
