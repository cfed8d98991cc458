"""Invoice file: the invoice itself, as its customer got it."""

from django.db import models

from amiable.store.models.columns import text_column
from amiable.store.scope import CompanyRow


class InvoiceFile(CompanyRow):
    """A PDF; the newest of an invoice is the one that is shown."""

    invoice = models.ForeignKey("store.Invoice", models.CASCADE, related_name="files")
    name = models.CharField(max_length=200)
    media_type = text_column(100)
    content = models.BinaryField()
    added_at = models.DateTimeField()
