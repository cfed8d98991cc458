"""Saved view: filters, order and columns of a list, under a name."""

from django.conf import settings
from django.db import models

from amiable.store.scope import CompanyRow


class SavedView(CompanyRow):
    """``query`` is the list's own query string; ``shared``: colleagues see it too."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    page = models.CharField(max_length=20)
    name = models.CharField(max_length=80)
    query = models.TextField(blank=True, default="")
    shared = models.BooleanField(default=False)

    class Meta(CompanyRow.Meta):
        """A name serves once a person and list."""

        constraints = [
            models.UniqueConstraint(
                fields=["company", "user", "page", "name"], name="saved_view_name"
            )
        ]
