"""Services: what well-known mail services ask to stand in the DNS of whoever sends through them.

From their own documentation. ``include``: the domain whose SPF record names their servers;
``selectors``: the names their keys usually have; ``returns``: their messages carry a return address
of the service's own, so that receivers ask for the SPF record of the service and not the sender's.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class MailService:
    """``hosts``: how the names of its mail servers end; ``key``: the name of its adapter here."""

    name: str
    hosts: tuple[str, ...]
    include: str
    selectors: tuple[str, ...] = ()
    returns: bool = False
    key: str = ""


SERVICES = (
    MailService(
        name="Microsoft 365",
        hosts=("smtp.office365.com", "mail.protection.outlook.com"),
        include="spf.protection.outlook.com",
        selectors=("selector1", "selector2"),
    ),
    MailService(
        name="Google Workspace",
        hosts=("smtp.gmail.com", "smtp-relay.gmail.com"),
        include="_spf.google.com",
        selectors=("google",),
    ),
    MailService(
        name="OVHcloud",
        hosts=("mail.ovh.net", "ssl0.ovh.net"),
        include="mx.ovh.com",
    ),
    MailService(
        name="Gandi",
        hosts=("mail.gandi.net",),
        include="_mailcust.gandi.net",
        selectors=("gm1", "gm2", "gm3"),
    ),
    MailService(
        name="Infomaniak",
        hosts=("mail.infomaniak.com",),
        include="spf.infomaniak.ch",
    ),
    MailService(
        name="Brevo",
        hosts=("smtp-relay.brevo.com", "smtp-relay.sendinblue.com"),
        include="spf.brevo.com",
        selectors=("brevo1", "brevo2", "mail"),
        returns=True,
        key="brevo",
    ),
    MailService(
        name="Mailjet",
        hosts=("in-v3.mailjet.com",),
        include="spf.mailjet.com",
        selectors=("mailjet",),
        returns=True,
        key="mailjet",
    ),
    MailService(
        name="Mailgun",
        hosts=("smtp.mailgun.org", "smtp.eu.mailgun.org"),
        include="mailgun.org",
        returns=True,
        key="mailgun",
    ),
    MailService(
        name="Postmark",
        hosts=("smtp.postmarkapp.com",),
        include="spf.mtasv.net",
        returns=True,
        key="postmark",
    ),
    MailService(
        name="SendGrid",
        hosts=("smtp.sendgrid.net",),
        include="sendgrid.net",
        selectors=("s1", "s2"),
        returns=True,
        key="sendgrid",
    ),
    MailService(
        name="Resend",
        hosts=("smtp.resend.com",),
        include="amazonses.com",
        selectors=("resend",),
        returns=True,
        key="resend",
    ),
    MailService(
        name="SparkPost",
        hosts=("smtp.sparkpostmail.com", "smtp.eu.sparkpostmail.com"),
        include="sparkpostmail.com",
        returns=True,
        key="sparkpost",
    ),
    MailService(
        name="Scaleway",
        hosts=("smtp.tem.scaleway.com", "smtp.tem.scw.cloud"),
        include="_spf.tem.scaleway.com",
        key="scaleway",
    ),
    MailService(
        name="Amazon SES",
        hosts=("amazonaws.com",),
        include="amazonses.com",
        returns=True,
        key="amazon_ses",
    ),
)


def service_of_host(host: str) -> MailService | None:
    """The service a mail server belongs to, by its name."""
    host = host.lower().rstrip(".")
    for service in SERVICES:
        if any(host == end or host.endswith(f".{end}") for end in service.hosts):
            return service
    return None


def service_of_key(key: str) -> MailService | None:
    """The service of an adapter."""
    return next((service for service in SERVICES if service.key and service.key == key), None)
