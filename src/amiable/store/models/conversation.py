"""Conversation: what a customer and the company wrote to each other about one thing."""

from enum import StrEnum

from django.conf import settings
from django.db import models

from amiable.store.models.columns import choice_column, one_of, text_column
from amiable.store.scope import CompanyRow


class ConversationState(StrEnum):
    """Whose turn it is."""

    NEW = "new"  # nobody has looked at it
    OURS = "ours"  # waiting for us
    THEIRS = "theirs"  # waiting for them
    DONE = "done"


class Conversation(CompanyRow):
    """``customer`` null: nobody knows yet who writes. ``last_at``: its newest message."""

    customer = models.ForeignKey(
        "store.Customer", models.CASCADE, null=True, related_name="conversations", db_index=False
    )
    subject = text_column(500)
    state = choice_column(ConversationState.NEW)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    opened_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta(CompanyRow.Meta):
        """Listed by state, newest first."""

        constraints = [one_of("state", ConversationState, "conversation")]
        indexes = [
            models.Index(fields=["company", "state", "last_at", "id"], name="conversation_state"),
            models.Index(fields=["customer", "company"], name="conversation_customer"),
        ]
