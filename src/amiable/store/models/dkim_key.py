"""DKIM key: signs the e-mails of a company (RFC 6376)."""

from django.db import models

from amiable.store.scope import CompanyRow


class DkimKey(CompanyRow):
    """The public half stands in the DNS at ``<selector>._domainkey.<domain>``."""

    domain = models.CharField(max_length=253)
    selector = models.CharField(max_length=63)
    sealed_key = models.TextField()
    active = models.BooleanField(default=False)
    made_at = models.DateTimeField()

    class Meta(CompanyRow.Meta):
        """One a company."""

        constraints = [models.UniqueConstraint(fields=["company"], name="dkim_key_company")]
