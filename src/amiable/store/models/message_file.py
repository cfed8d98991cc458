"""Message file: what is attached to a message of the outbox."""

from django.db import models

from amiable.store.models.columns import text_column
from amiable.store.scope import CompanyRow


class MessageFile(CompanyRow):
    """The very bytes that leave with the message."""

    message = models.ForeignKey("store.OutboxRow", models.CASCADE, related_name="files")
    name = models.CharField(max_length=200)
    media_type = text_column(100)
    content = models.BinaryField()
