"""A real Kannel on free loopback ports: bearerbox, smsbox and the fake SMS centre of its makers."""

import re
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import unquote_to_bytes

from amiable.channels.text_conformance import ArrivedText
from workshop.kannel import NOT_FOUND, find_kannel

_PATIENCE = 20.0
_GOT = re.compile(rb"DEBUG: Got message \d+: <(.*)>$", re.MULTILINE)
_PART = re.compile(rb"(\S+) (\S+) (?:udh (\S+) )?(text|data|ucs-2) (.*)", re.DOTALL)


def free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


@dataclass
class Kannel:
    """A running one. ``address``: where messages are handed in."""

    folder: Path
    address: str
    admin: int
    centre: subprocess.Popen[bytes]
    children: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def arrived(self) -> list[ArrivedText]:
        """What reached the SMS centre, oldest first, put together again from its parts."""
        made: list[ArrivedText] = []
        for raw in self._lines():
            found = _PART.fullmatch(raw)
            assert found, raw
            _, to, header, kind, body = found.groups()
            text, number = _text(kind, body), unquote_to_bytes(header or b"")
            if number and number[5] > 1:
                made[-1] = replace(made[-1], text=made[-1].text + text, parts=made[-1].parts + 1)
            else:
                made.append(ArrivedText(to=to.decode(), text=text))
        return made

    def _lines(self) -> list[bytes]:
        """The messages as the fake centre shows them: a line break in one shows as another."""
        lines: list[bytes] = []
        for found in _GOT.finditer((self.folder / "centre.log").read_bytes()):
            if _PART.fullmatch(found[1]) is None and lines:
                lines[-1] += b"\n" + found[1]
            else:
                lines.append(found[1])
        return lines

    def answer(self, sender: str, to: str, text: str) -> None:
        """A telephone sends a text message, which reaches Kannel by the SMS centre."""
        self.say(f"{sender} {to} text {text}")

    def say(self, line: str) -> None:
        """One line to the fake SMS centre, which reads no second one before it has sent it."""
        assert self.centre.stdin is not None
        log = self.folder / "centre.log"
        before = log.read_bytes().count(b"sent message")
        self.centre.stdin.write(line.encode() + b"\n")
        self.centre.stdin.flush()
        _wait_until(lambda: log.read_bytes().count(b"sent message") > before)

    def status(self) -> str:
        url = f"http://127.0.0.1:{self.admin}/status.txt?password=admin"
        with urllib.request.urlopen(url, timeout=5) as answer:
            return str(answer.read().decode())


def _text(kind: bytes, body: bytes) -> str:
    """A part as it came: plain, or its bytes in the manner of addresses."""
    if kind == b"ucs-2":
        return unquote_to_bytes(body.replace(b"+", b" ")).decode("utf-16-be")
    if kind == b"data":
        raw = unquote_to_bytes(body.replace(b"+", b" "))
        return raw.decode("utf-16-be") if b"\0" in raw else raw.decode("utf-8")
    return body.decode()


CORE = """
group = core
admin-port = {admin}
admin-password = admin
admin-deny-ip = "*.*.*.*"
admin-allow-ip = "127.0.0.1"
smsbox-port = {boxes}
smsbox-interface = "127.0.0.1"
log-file = "{folder}/bearerbox.log"
log-level = 0
box-deny-ip = "*.*.*.*"
box-allow-ip = "127.0.0.1"
dlr-storage = internal
sms-resend-retry = 1
sms-resend-freq = 1

group = smsc
smsc = fake
smsc-id = FAKE
port = {centre}
connect-allow-ip = 127.0.0.1

group = smsbox
bearerbox-host = 127.0.0.1
bearerbox-port = {boxes}
sendsms-port = {sendsms}
sendsms-interface = "127.0.0.1"
global-sender = 12345
log-file = "{folder}/smsbox.log"
log-level = 0
http-timeout = 5
http-request-retry = 2

group = sendsms-user
username = amiable
password = "kannel-pass"
max-messages = 10
concatenation = true
user-allow-ip = "127.0.0.1"

group = sms-service
keyword = default
catch-all = true
max-messages = 0
get-url = "{answers}"
"""


@contextmanager
def running_kannel(folder: Path, answers: str = "http://127.0.0.1:9/") -> Iterator[Kannel]:
    """A Kannel with its configuration in a folder; ``answers``: what it calls for a message in."""
    found = find_kannel()
    assert found is not None, NOT_FOUND
    admin, boxes, centre, sendsms = free_ports(4)
    conf = folder / "kannel.conf"
    conf.write_text(
        CORE.format(
            admin=admin, boxes=boxes, centre=centre, sendsms=sendsms, folder=folder, answers=answers
        )
    )
    children: list[subprocess.Popen[bytes]] = []

    def start(*command: str, log: str, talks: bool = False) -> subprocess.Popen[bytes]:
        with (folder / log).open("wb") as out:
            child = subprocess.Popen(
                command,
                cwd=folder,
                stdin=subprocess.PIPE if talks else subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        children.append(child)
        return child

    try:
        start(found["bearerbox"], "-v", "4", str(conf), log="bearerbox.out")
        _wait_for_port(boxes)
        _wait_for_port(centre)
        fake = start(
            found["fakesmsc"], "-H", "127.0.0.1", "-r", str(centre),
            "-m", "100000", "-i", "0.02", "-v", "0",
            log="centre.log", talks=True,
        )  # fmt: skip
        start(found["smsbox"], "-v", "4", str(conf), log="smsbox.out")
        _wait_for_port(sendsms)
        made = Kannel(folder, f"http://127.0.0.1:{sendsms}", admin, fake, children)
        _wait_until(lambda: "online" in made.status())
        yield made
    finally:
        for child in reversed(children):
            if child.stdin is not None:
                child.stdin.close()
            child.terminate()
        for child in reversed(children):
            try:
                child.wait(timeout=5)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


def _wait_for_port(port: int) -> None:
    def answers() -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    _wait_until(answers)


def _wait_until(holds: object) -> None:
    assert callable(holds)
    end = time.monotonic() + _PATIENCE
    while not holds():
        assert time.monotonic() < end, "Kannel did not come up"
        time.sleep(0.05)
