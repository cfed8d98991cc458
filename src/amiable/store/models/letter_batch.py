"""Letter batch: letters printed together, until somebody says they are posted."""

from django.conf import settings
from django.db import models

from amiable.store.models.columns import key_column
from amiable.store.scope import CompanyRow


class LetterBatch(CompanyRow):
    """``content``: the PDF to print, its cover sheet first; empty until it is made. The messages in
    it name their batch. ``odd``: each letter begins on a sheet of its own; ``statements``: the
    statement of account is behind it.

    ``posted_on`` is the day somebody took it to the post, ``posted_at`` when they said so;
    ``cancelled_at``: it was given up, and its letters wait to be printed again.
    """

    key = key_column(40)
    made_on = models.DateField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    count = models.PositiveIntegerField()
    odd = models.BooleanField(default=False, db_default=False)
    statements = models.BooleanField(default=False, db_default=False)
    content = models.BinaryField(default=b"")
    posted_on = models.DateField(null=True)
    posted_at = models.DateTimeField(null=True)
    posted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    cancelled_at = models.DateTimeField(null=True)

    class Meta(CompanyRow.Meta):
        """Listed newest first."""

        constraints = [models.UniqueConstraint(fields=["company", "key"], name="letter_batch_key")]
        indexes = [models.Index(fields=["company", "id"], name="letter_batch_company")]
