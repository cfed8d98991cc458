"""Mail check: what the DNS said of a company's domain when it was last looked at."""

from django.db import models

from amiable.store.scope import CompanyRow


class MailCheck(CompanyRow):
    """``findings``: what was found, as `amiable.desk.dns_check` keeps it; for one domain, and one
    way out (``place``): another makes it out of date."""

    domain = models.CharField(max_length=253)
    place = models.CharField(max_length=300)
    checked_at = models.DateTimeField()
    findings = models.JSONField(default=list)

    class Meta(CompanyRow.Meta):
        """One a company."""

        constraints = [models.UniqueConstraint(fields=["company"], name="mail_check_company")]
