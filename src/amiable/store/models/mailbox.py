"""Mailbox: where the answers to a company's messages come in, read by IMAP."""

from django.db import models

from amiable.store.models.columns import choice_column, one_of, text_column
from amiable.store.models.mail_server import MailSecurity
from amiable.store.scope import CompanyRow


class Mailbox(CompanyRow):
    """``uid_validity`` and ``last_uid``: how far ``folder`` was read (RFC 3501 section 2.3.1.1).

    ``address`` takes answers to plus-addresses; empty when the mailbox cannot. The last look into
    it: when, ``result`` (a short name of what happened) and the server's ``answer``.
    """

    host = models.CharField(max_length=253)
    port = models.PositiveIntegerField()
    security = choice_column(MailSecurity.TLS)
    user = text_column(254)
    sealed_password = models.TextField(blank=True, default="")
    folder = models.CharField(max_length=200, default="INBOX")
    address = text_column(254)
    uid_validity = models.BigIntegerField(null=True)
    last_uid = models.BigIntegerField(default=0)
    active = models.BooleanField(default=True)
    polled_at = models.DateTimeField(null=True)
    result = text_column(20)
    answer = text_column(1000)

    class Meta(CompanyRow.Meta):
        """One a company."""

        constraints = [
            models.UniqueConstraint(fields=["company"], name="mailbox_company"),
            one_of("security", MailSecurity, "mailbox"),
        ]
