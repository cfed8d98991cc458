"""Merge: two customers turned out to be one; what it takes to part them again."""

from django.db import models

from amiable.store.scope import CompanyRow


class Merge(CompanyRow):
    """``moved``: table -> primary keys of the rows that went from ``gone`` to ``kept``."""

    kept = models.ForeignKey("store.Customer", models.CASCADE, related_name="merges")
    gone = models.ForeignKey("store.Customer", models.CASCADE, related_name="+")
    moved = models.JSONField(default=dict)
    merged_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
