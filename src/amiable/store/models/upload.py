"""Upload: files handed to the desk to be brought in, from the drop to the result."""

from enum import StrEnum

from django.conf import settings
from django.db import models

from amiable.store.models.columns import choice_column, one_of, text_column
from amiable.store.scope import CompanyRow


class UploadState(StrEnum):
    """Where an upload stands."""

    READING = "reading"  # to be read, or being read, so that a person can look at it
    READY = "ready"  # understood: a person looks at it
    REFUSED = "refused"  # not understood; ``problem`` says why and what to do
    STORING = "storing"  # to be brought in, or being brought in
    PLANNING = "planning"  # brought in or taken back; the day's plan is drawn anew
    UNDOING = "undoing"  # its import is to be taken back, or being taken back
    DONE = "done"
    FAILED = "failed"  # something unforeseen; ``problem`` says what to do
    DROPPED = "dropped"  # a person threw it away


class Upload(CompanyRow):
    """``files``: their names, in ``folder`` under AMIABLE_VAR until they are cleared away.

    ``wishes`` is what a person said of the reading, ``understood`` what was shown to them.
    Without files it only takes an older run back. Work is taken up by one worker at a time:
    ``task`` is its name, since ``claimed_at``, for the ``tries``-th time in this state.
    """

    files = models.JSONField(default=list)
    folder = models.CharField(max_length=40, unique=True, null=True)
    state = choice_column(UploadState.READING)
    understood = models.JSONField(default=dict)
    wishes = models.JSONField(default=dict)
    problem = models.JSONField(default=dict)
    uploaded_at = models.DateTimeField()
    uploaded_on = models.DateField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    run = models.ForeignKey(
        "store.ImportRun", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    task = text_column(64)
    claimed_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta(CompanyRow.Meta):
        """Listed newest first; the few that wait for a worker are found at once."""

        constraints = [one_of("state", UploadState, "upload")]
        indexes = [
            models.Index(fields=["company", "id"], name="upload_company"),
            models.Index(
                fields=["state"],
                condition=models.Q(state__in=["reading", "storing", "planning", "undoing"]),
                name="upload_to_do",
            ),
        ]
