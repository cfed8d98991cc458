"""A real SMTP server (aiosmtpd) on a free loopback port, in a thread."""

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Inbox:
    """The far end of the mail channel: keeps what a real SMTP server accepted."""

    def __init__(self) -> None:
        self.mails: list[bytes] = []
        self.envelopes: list[tuple[str | None, tuple[str, ...]]] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        self.mails.append(envelope.content)
        self.envelopes.append((envelope.mail_from, tuple(envelope.rcpt_tos)))
        return "250 kept"


class FreePortController(Controller):
    """A controller that lets the system choose the port, which aiosmtpd's own cannot."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


def serving(inbox: object, **options: object) -> FreePortController:
    """Return a controller, not yet started."""
    return FreePortController(inbox, hostname="127.0.0.1", port=0, **options)
