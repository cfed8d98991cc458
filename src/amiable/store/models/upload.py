"""Upload: files handed to the desk to be brought in, from the drop to the result."""

from enum import StrEnum

from django.conf import settings
from django.db import models

from amiable.store.models.columns import choice_column, one_of, text_column
from amiable.store.scope import CompanyRow


class UploadState(StrEnum):
    """Where an upload stands."""

    READING = "reading"  # being read for the first time
    READY = "ready"  # understood: a person looks at it
    REFUSED = "refused"  # not understood; ``problem`` says why and what to do
    WAITING = "waiting"  # to be brought in
    STORING = "storing"  # being brought in
    DONE = "done"
    FAILED = "failed"
    DROPPED = "dropped"  # a person threw it away


class Upload(CompanyRow):
    """``done`` of ``total`` steps of the current state; ``understood`` is what was shown."""

    files = models.JSONField(default=list)
    folder = models.CharField(max_length=40, unique=True)
    state = choice_column(UploadState.READING)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    understood = models.JSONField(default=dict)
    mapping = models.JSONField(default=dict)
    problem = models.JSONField(default=dict)
    uploaded_at = models.DateTimeField()
    uploaded_on = models.DateField()
    beat_at = models.DateTimeField(null=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    run = models.ForeignKey(
        "store.ImportRun", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    task = text_column(64)

    class Meta(CompanyRow.Meta):
        """Listed newest first."""

        constraints = [one_of("state", UploadState, "upload")]
        indexes = [models.Index(fields=["company", "id"], name="upload_company")]
