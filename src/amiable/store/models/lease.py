"""Lease: which worker does a company's work of one kind just now."""

from django.db import models

from amiable.store.scope import CompanyRow


class Lease(CompanyRow):
    """``holder`` has ``work`` until an instant; then, or when given back, another may take it."""

    work = models.CharField(max_length=40)
    holder = models.CharField(max_length=64, blank=True, default="")
    until = models.DateTimeField(null=True)

    class Meta(CompanyRow.Meta):
        """One a company and kind of work."""

        constraints = [models.UniqueConstraint(fields=["company", "work"], name="lease_work")]
