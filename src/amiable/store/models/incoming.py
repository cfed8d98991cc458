"""Incoming message: what came back, by whatever way, as it came."""

from enum import StrEnum

from django.db import models

from amiable.store.models.columns import choice_column, key_column, one_of, text_column
from amiable.store.scope import CompanyRow


class IncomingSource(StrEnum):
    """How it came in."""

    MAILBOX = "mailbox"
    WEBHOOK = "webhook"
    PORTAL = "portal"
    SMS = "sms"


class IncomingKind(StrEnum):
    """What it is."""

    ANSWER = "answer"  # a person wrote
    BOUNCE = "bounce"  # a message of ours was not delivered
    ABSENT = "absent"  # an out-of-office answer
    AUTOMATIC = "automatic"  # any other machine: an acknowledgement, a receipt


class Incoming(CompanyRow):
    """One message. ``key`` is unique, so that the same mail is taken in once.

    ``text`` is all of it, ``answer`` what its writer added (no quotes, no signature). ``outbox``:
    our message it answers; ``reply``: the fact it became, which pauses the ladder. ``facts``: what
    its headers or the portal's form said. ``suggestions``: what it seems to mean, each with a
    code, facts and reasons; ``decided``: by code, what a person made of each.
    """

    conversation = models.ForeignKey("store.Conversation", models.CASCADE, related_name="incoming")
    customer = models.ForeignKey(
        "store.Customer", models.CASCADE, null=True, related_name="incoming", db_index=False
    )
    contact = models.ForeignKey("store.Contact", models.SET_NULL, null=True, related_name="+")
    outbox = models.ForeignKey(
        "store.OutboxRow", models.SET_NULL, null=True, related_name="answers"
    )
    reply = models.ForeignKey("store.Reply", models.SET_NULL, null=True, related_name="+")
    key = key_column()
    source = choice_column()
    kind = choice_column(IncomingKind.ANSWER)
    message_id = text_column(300)
    in_reply_to = text_column(300)
    references = models.JSONField(default=list)
    sender_name = text_column()
    sender = text_column(254)
    subject = text_column(500)
    text = models.TextField(blank=True, default="")
    answer = models.TextField(blank=True, default="")
    received_at = models.DateTimeField()
    received_on = models.DateField()
    facts = models.JSONField(default=dict)
    suggestions = models.JSONField(default=list)
    decided = models.JSONField(default=dict)

    class Meta(CompanyRow.Meta):
        """Once."""

        constraints = [
            models.UniqueConstraint(fields=["company", "key"], name="incoming_key"),
            one_of("source", IncomingSource, "incoming"),
            one_of("kind", IncomingKind, "incoming"),
        ]
        indexes = [
            models.Index(fields=["company", "message_id"], name="incoming_message"),
            models.Index(fields=["customer", "company", "id"], name="incoming_customer"),
        ]


class IncomingFile(CompanyRow):
    """A file that came with a message; ``content`` null when it was too large to be kept."""

    incoming = models.ForeignKey(Incoming, models.CASCADE, related_name="files")
    name = models.CharField(max_length=200)
    media_type = text_column(100)
    size = models.BigIntegerField()
    content = models.BinaryField(null=True)
