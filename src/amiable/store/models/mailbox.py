"""Mailbox: where the answers to a company's messages come in, read by IMAP or handed in."""

from django.db import models

from amiable.store.models.columns import choice_column, one_of, text_column
from amiable.store.models.mail_server import MailSecurity
from amiable.store.scope import CompanyRow


class Mailbox(CompanyRow):
    """``uid_validity`` and ``last_uid``: how far ``folder`` was read (RFC 3501 section 2.3.1.1).

    ``host`` empty: nothing is read by IMAP, another system hands mails in at the address that ends
    in ``web_key``. ``address`` takes answers to plus-addresses; empty when the mailbox cannot.
    ``read_from``: mails that arrived before that day are left alone. ``marks_read``: a mail taken
    in is marked as read there. ``postpones_absent``: an out-of-office answer with a day of return
    postpones the reminders until then. The last look into it: when, ``result`` (a short name of
    what happened) and the server's ``answer``; ``failing_since``: it has not worked since then.
    """

    host = text_column(253)
    port = models.PositiveIntegerField(default=993)
    security = choice_column(MailSecurity.TLS)
    user = text_column(254)
    sealed_password = models.TextField(blank=True, default="")
    folder = models.CharField(max_length=200, default="INBOX")
    address = text_column(254)
    read_from = models.DateField(null=True)
    marks_read = models.BooleanField(default=False)
    postpones_absent = models.BooleanField(default=True)
    web_key = models.CharField(max_length=64, null=True, unique=True)
    uid_validity = models.BigIntegerField(null=True)
    last_uid = models.BigIntegerField(default=0)
    active = models.BooleanField(default=True)
    polled_at = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)
    result = text_column(20)
    answer = text_column(1000)

    class Meta(CompanyRow.Meta):
        """One a company."""

        constraints = [
            models.UniqueConstraint(fields=["company"], name="mailbox_company"),
            one_of("security", MailSecurity, "mailbox"),
        ]
