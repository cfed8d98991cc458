"""Table mapping: how a company's spreadsheet of a given shape is read."""

from django.db import models

from amiable.store.models.columns import key_column
from amiable.store.scope import CompanyRow


class TableMapping(CompanyRow):
    """Remembered by the signature of the header row."""

    signature = key_column(64)
    mapping = models.JSONField()

    class Meta(CompanyRow.Meta):
        """One mapping a header row."""

        constraints = [
            models.UniqueConstraint(fields=["company", "signature"], name="table_mapping_signature")
        ]
