"""Portal link: lets one contact into the statement of its house, without a password."""

from django.db import models

from amiable.store.scope import CompanyRow


class PortalLink(CompanyRow):
    """``key`` is random; the address carries it signed. It opens until ``expires_at``, unless
    revoked."""

    customer = models.ForeignKey("store.Customer", models.CASCADE, related_name="portal_links")
    contact = models.ForeignKey("store.Contact", models.CASCADE, related_name="portal_links")
    key = models.CharField(max_length=43, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    uses = models.PositiveIntegerField(default=0)
