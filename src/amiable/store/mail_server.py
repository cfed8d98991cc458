"""Mail servers: a company's row."""

from amiable.store.models import MailServer


def mail_server_of(company: int) -> MailServer | None:
    """The company's own mail server, if it has one."""
    return MailServer.objects.of(company).first()
