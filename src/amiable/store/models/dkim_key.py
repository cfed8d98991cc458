"""DKIM key: signs the e-mails of a company (RFC 6376)."""

from django.db import models

from amiable.store.scope import CompanyRow


class DkimKey(CompanyRow):
    """The public half stands in the DNS at ``<selector>._domainkey.<domain>``.

    ``sealed_key`` (PEM) can be opened with the site's secret key only. The one that is ``active``
    signs; the other waits to take its place once its record stands in the DNS.
    """

    domain = models.CharField(max_length=253)
    selector = models.CharField(max_length=63)
    sealed_key = models.TextField()
    active = models.BooleanField(default=False)
    made_at = models.DateTimeField()

    class Meta(CompanyRow.Meta):
        """Two a company: one that signs, one that waits."""

        constraints = [models.UniqueConstraint(fields=["company", "active"], name="dkim_key_turn")]
