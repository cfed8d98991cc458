"""Note: what somebody wrote down about a customer, or what came of a call."""

from enum import StrEnum

from django.conf import settings
from django.db import models

from amiable.store.models.columns import choice_column, key_column, one_of
from amiable.store.scope import CompanyRow


class CallOutcome(StrEnum):
    """What came of a call."""

    SPOKE = "spoke"
    VOICEMAIL = "voicemail"
    NO_ANSWER = "no_answer"
    WRONG_NUMBER = "wrong_number"
    PROMISE = "promise"
    DISPUTE = "dispute"
    COPY = "copy"  # asks for a copy of an invoice


class Note(CompanyRow):
    """``outcome`` null: a plain note; otherwise the result of a call."""

    customer = models.ForeignKey("store.Customer", models.CASCADE, related_name="notes")
    key = key_column()
    written_on = models.DateField()
    written_at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    outcome = choice_column(null=True)
    text = models.TextField(blank=True, default="")

    class Meta(CompanyRow.Meta):
        """One row a note."""

        constraints = [
            models.UniqueConstraint(fields=["company", "key"], name="note_key"),
            one_of("outcome", CallOutcome, "note"),
        ]
