"""Import run: files brought in at once, what they held, and what it takes to undo them."""

from django.db import models

from amiable.store.models.columns import text_column
from amiable.store.scope import CompanyRow


class ImportRun(CompanyRow):
    """``summary`` keeps counts, control totals, refusals and warnings as they were shown."""

    format = text_column(40)
    files = models.JSONField(default=list)
    imported_on = models.DateField()
    previous_on = models.DateField(null=True)
    finished_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    summary = models.JSONField(default=dict)


class ImportChange(CompanyRow):
    """A row that an import changed (not created), with its values before."""

    import_run = models.ForeignKey(ImportRun, models.CASCADE, related_name="changes")
    table = models.CharField(max_length=40)
    row = models.BigIntegerField()
    before = models.JSONField()
