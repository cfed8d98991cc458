"""An SMTP server that misbehaves as told, on a real socket.

Each step (GREETING, EHLO, STARTTLS, AUTH, PASSWORD, MAIL, RCPT, DATA, BODY, DOT, RSET, QUIT)
answers from a script: a reply line, ``DROP`` (close the connection) or ``HANG`` (say nothing).
A script gives a list per step, one item for each time the step comes up; then the usual reply
is given.
"""

import socket
import ssl
import threading
from contextlib import suppress
from typing import BinaryIO, Self

DROP = "drop"
HANG = "hang"

_USUAL = {
    "GREETING": "220 scripted",
    "EHLO": "250 scripted",
    "HELO": "250 scripted",
    "STARTTLS": "220 go",
    "AUTH": "235 welcome",
    "PASSWORD": "235 welcome",
    "MAIL": "250 sender ok",
    "RCPT": "250 recipient ok",
    "DATA": "354 go",
    "BODY": "",
    "DOT": "250 queued as 42",
    "RSET": "250 flushed",
    "QUIT": "221 bye",
}


class _Ended(Exception):
    """The script closed the connection."""


class ScriptedServer:
    """Serves connections one after the other in a thread, and notes what it was told."""

    def __init__(
        self,
        script: dict[str, list[str]] | None = None,
        *,
        tls: ssl.SSLContext | None = None,
        tls_on_connect: bool = False,
    ) -> None:
        self.commands: list[str] = []
        self.mails: list[bytes] = []
        self.connections = 0
        self._script = {step: list(replies) for step, replies in (script or {}).items()}
        self._tls = tls
        self._tls_on_connect = tls_on_connect
        self._over = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(0.05)
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(timeout=5)
        self._listener.close()
        assert not self._thread.is_alive()

    def script(self, step: str, *replies: str) -> None:
        self._script[step] = list(replies)

    def verbs(self) -> list[str]:
        return [command.split(" ", 1)[0] for command in self.commands]

    def _serve(self) -> None:
        while not self._over.is_set():
            try:
                line, _ = self._listener.accept()
            except TimeoutError:
                continue
            self.connections += 1
            with suppress(_Ended, OSError):
                self._converse(line)

    def _converse(self, line: socket.socket) -> None:
        line.settimeout(3)
        try:
            if self._tls_on_connect:
                line = self._wrapped(line)
            file = line.makefile("rb")
            try:
                self._reply(line, "GREETING")
                while command := file.readline().decode(errors="replace").strip():
                    self.commands.append(command)
                    line, file = self._obey(line, file, command)
            finally:
                file.close()
        finally:
            line.close()

    def _wrapped(self, line: socket.socket) -> socket.socket:
        assert self._tls is not None
        return self._tls.wrap_socket(line, server_side=True)

    def _obey(
        self, line: socket.socket, file: BinaryIO, command: str
    ) -> tuple[socket.socket, BinaryIO]:
        step = command.split(" ", 1)[0].upper()
        code = self._reply(line, step)
        if step == "QUIT":
            raise _Ended
        if step == "STARTTLS" and code.startswith("220"):
            file.close()
            line = self._wrapped(line)
            file = line.makefile("rb")
        if code.startswith("334"):
            self.commands.append(file.readline().decode(errors="replace").strip())
            self._reply(line, "PASSWORD")
        if step == "DATA" and code.startswith("354"):
            self._take_mail(line, file)
        return line, file

    def _take_mail(self, line: socket.socket, file: BinaryIO) -> None:
        self._reply(line, "BODY")
        mail = b""
        while (got := file.readline()) != b".\r\n":
            if not got:
                raise _Ended
            mail += got[1:] if got.startswith(b".") else got
        self.mails.append(mail)
        self._reply(line, "DOT")

    def _reply(self, line: socket.socket, step: str) -> str:
        replies = self._script.get(step)
        reply = replies.pop(0) if replies else _USUAL.get(step, "500 unknown")
        if reply == DROP:
            raise _Ended
        if reply == HANG:
            self._hang(line, step)
            raise _Ended
        if reply:
            line.sendall(reply.replace("\n", "\r\n").encode() + b"\r\n")
        return reply

    def _hang(self, line: socket.socket, step: str) -> None:
        """Say nothing until the other side gives up; during the mail, read nothing either."""
        if step == "BODY":
            self._over.wait(3)
        while line.recv(4096):
            pass
