"""Policy version: a policy as it was published; never edited."""

from django.db import models

from amiable.store.scope import CompanyRow


class PolicyVersion(CompanyRow):
    """``toml`` is the whole policy; the highest version of a name is the one in force."""

    name = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    toml = models.TextField()
    published_at = models.DateTimeField()

    class Meta(CompanyRow.Meta):
        """A version is published once."""

        constraints = [
            models.UniqueConstraint(fields=["company", "name", "version"], name="policy_version")
        ]
