"""An SMTP server that takes every mail and remembers how often each came, for a child process."""

from collections import Counter
from email import message_from_bytes
from multiprocessing.connection import Connection

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Sink:
    """Accepts every mail and counts its Message-ID."""

    def __init__(self) -> None:
        self.known: Counter[str] = Counter()

    async def handle_DATA(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Count a mail, and take it."""
        content = envelope.content
        assert isinstance(content, bytes)
        self.known[str(message_from_bytes(content)["Message-ID"])] += 1
        return "250 accepted"


class _FreePort(Controller):
    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


def serve(pipe: Connection) -> None:
    """Serve at a free port, which is told first, until asked to "stop". Asked anything else it
    tells how often each Message-ID came since it was last asked."""
    sink = Sink()
    controller = _FreePort(sink, hostname="127.0.0.1", port=0)
    controller.start()
    pipe.send(controller.port)
    while pipe.recv() != "stop":
        pipe.send(sink.known)
        sink.known = Counter()
    controller.stop()
