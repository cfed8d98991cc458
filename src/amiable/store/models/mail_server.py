"""Mail server: where a company's e-mails are handed in."""

from enum import StrEnum

from django.db import models

from amiable.store.models.columns import choice_column, one_of, text_column
from amiable.store.scope import CompanyRow


class MailSecurity(StrEnum):
    """How the connection is protected."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


class MailServer(CompanyRow):
    """``sealed_password`` can be opened with the site's secret key only.

    The last test: when, ``result`` (a short name of what happened) and the server's ``answer``.
    """

    host = models.CharField(max_length=253)
    port = models.PositiveIntegerField()
    security = choice_column(MailSecurity.STARTTLS)
    user = text_column(254)
    sealed_password = models.TextField(blank=True, default="")
    tested_at = models.DateTimeField(null=True)
    result = text_column(20)
    answer = text_column(1000)

    class Meta(CompanyRow.Meta):
        """One a company."""

        constraints = [
            models.UniqueConstraint(fields=["company"], name="mail_server_company"),
            one_of("security", MailSecurity, "mail_server"),
        ]
