"""Policy version: a policy as it was published; never edited."""

from django.db import models

from amiable.store.models.columns import text_column
from amiable.store.scope import CompanyRow


class PolicyVersion(CompanyRow):
    """``toml`` is the whole policy; the highest version of a name is the one in force.

    ``comment`` says what changed and why; ``author`` is who published it, as called then.
    """

    name = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    toml = models.TextField()
    published_at = models.DateTimeField()
    comment = text_column(500)
    author = text_column(200)

    class Meta(CompanyRow.Meta):
        """A version is published once."""

        constraints = [
            models.UniqueConstraint(fields=["company", "name", "version"], name="policy_version")
        ]
