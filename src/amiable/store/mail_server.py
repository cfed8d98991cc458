"""Mail servers: a company's row."""

from amiable.store.models import MailServer


def mail_server_of(company: int) -> MailServer | None:
    """The company's own mail server, if it has one."""
    return MailServer.objects.of(company).first()


def any_mail_server() -> bool:
    """Whether any company of this installation has a mail server."""
    # Across companies: a stranger who asks for a new password names none.
    return bool(MailServer.everywhere.exists())
