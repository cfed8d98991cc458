"""Company logo: shown to customers on the portal, on letters and on statements."""

from django.db import models

from amiable.store.scope import CompanyRow


class CompanyLogo(CompanyRow):
    """A PNG or JPEG, checked and drawn anew when it was handed in."""

    media_type = models.CharField(max_length=40)
    content = models.BinaryField()

    class Meta(CompanyRow.Meta):
        """One a company."""

        constraints = [models.UniqueConstraint(fields=["company"], name="company_logo_company")]
