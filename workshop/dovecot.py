"""A throw-away Dovecot for tests and measurements: a real IMAP server on free loopback ports.

Nothing is set up beforehand: its configuration, mails and sockets lie in a temporary folder, all
its services run as one user without rights (whoever starts it; for root, an unprivileged user of
the machine), without chroot, and all of it is gone afterwards, also when the program that asked
for the server is killed. Mails are delivered as a mail server does: by writing them into a Maildir.

    with throwaway_dovecot() as server:
        server.deliver(b"From: ...")
        ...                              # 127.0.0.1:server.port, server.user, server.password
"""

import grp
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from workshop.postgres import WATCHER, RunAs, everybody_may_enter, free_port, give, server_user

NOT_FOUND = "no Dovecot was found on this machine (Debian: apt-get install dovecot-imapd)"
START_SECONDS = 15
UNPRIVILEGED = ("dovenull", "nobody")
"""Who runs the server when root asks for it, in order of preference."""

CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
instance_name = {name}
protocols = imap
listen = 127.0.0.1
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 0
first_valid_gid = 0
mail_location = maildir:{folder}/mail/%u
mail_uid = {uid}
mail_gid = {gid}
ssl = {ssl}
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = {secure_only}
auth_mechanisms = plain login
auth_failure_delay = 0
mail_max_userip_connections = 100
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {folder}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
service imap {{
  client_limit = 1
}}
"""


class DovecotDidNotStart(RuntimeError):
    """Dovecot is installed but could not be started; the text holds what it said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A running server: ``port`` speaks STARTTLS (or nothing), ``tls_port`` TLS from the start.

    ``authority`` is the PEM file of the certificate it shows, for "localhost" and 127.0.0.1.
    """

    folder: Path
    port: int
    tls_port: int
    user: str
    password: str
    authority: Path
    run_as: RunAs = field(default_factory=RunAs)
    numbers: Iterator[int] = field(default_factory=count)

    def inbox(self, folder: str = "INBOX") -> Path:
        """The Maildir of a folder."""
        root = self.folder / "mail" / self.user
        return root if folder == "INBOX" else root / f".{folder}"

    def deliver(self, mail: bytes, folder: str = "INBOX") -> Path:
        """Deliver a mail, as the mail server beside it would: written aside, then moved in."""
        place = self.inbox(folder)
        for part in (place, place / "tmp", place / "new", place / "cur"):
            if not part.exists():
                part.mkdir()
                give(part, self.run_as)
        name = f"{time.time():.6f}.{next(self.numbers)}.test"
        (place / "tmp" / name).write_bytes(mail)
        give(place / "tmp" / name, self.run_as)
        return (place / "tmp" / name).rename(place / "new" / name)

    def seen(self, folder: str = "INBOX") -> list[bool]:
        """Whether each mail of a folder bears the mark that somebody read it."""
        place = self.inbox(folder)
        names = [one.name for part in ("new", "cur") for one in (place / part).glob("*")]
        return ["S" in name.rpartition(":2,")[2] if ":2," in name else False for name in names]

    def empty(self) -> None:
        """Take away every mail and every folder."""
        for place in self.inbox().iterdir():
            if place.is_dir():
                shutil.rmtree(place)
            else:
                place.unlink()

    def forget_uids(self, folder: str = "INBOX") -> None:
        """Lose the list of UIDs, as when a folder is restored: UIDVALIDITY changes."""
        # Dovecot makes a UIDVALIDITY of the time in seconds: the next is another one.
        time.sleep(1.1)
        for pattern in ("dovecot-uid*", "dovecot.index*"):
            for one in self.inbox(folder).glob(pattern):
                one.unlink()

    def said(self) -> str:
        """The server's own log."""
        log = self.folder / "log"
        return log.read_text(errors="replace") if log.exists() else ""


def find_dovecot() -> str | None:
    """The server's program, or None."""
    return shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin:/usr/local/sbin")


@contextmanager
def throwaway_dovecot(*, ssl: bool = True, secure_only: bool = False) -> Iterator[Server]:
    """A server of one user, "anne"; stopped and taken away afterwards. Raises DovecotDidNotStart.

    ``secure_only``: it takes no password in the clear.
    """
    program = find_dovecot()
    if program is None:
        raise DovecotDidNotStart(NOT_FOUND)
    run_as = server_user(UNPRIVILEGED)
    if run_as is None:
        raise DovecotDidNotStart(f"Root may not run it, and there is no user {UNPRIVILEGED}.")
    places = [Path(place).resolve() for place in (tempfile.gettempdir(), "/tmp", "/var/tmp")]
    place = next((one for one in places if everybody_may_enter(one)), places[0])
    folder = Path(tempfile.mkdtemp(prefix="amiable-imap-", dir=place))
    try:
        server = _make(folder, run_as, ssl=ssl, secure_only=secure_only)
        command = [program, "-F", "-c", str(folder / "dovecot.conf")]
        running = subprocess.Popen(
            ["/bin/sh", "-c", WATCHER, "watcher", str(folder), *command],
            **run_as,
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for the tests; the server stops when they are done
        )
        try:
            _wait(server, running)
            yield server
        finally:
            running.communicate()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _make(folder: Path, run_as: RunAs, *, ssl: bool, secure_only: bool) -> Server:
    user = pwd.getpwuid(run_as.get("user", os.geteuid()))
    group = run_as.get("group", os.getegid())
    port, tls_port = free_port(), free_port()
    values = {
        "folder": folder,
        "name": folder.name,
        "user": user.pw_name,
        "group": grp.getgrgid(group).gr_name,
        "uid": user.pw_uid,
        "gid": group,
        "ssl": "yes" if ssl else "no",
        "secure_only": "yes" if secure_only else "no",
        "port": port,
        "tls_port": tls_port,
    }
    (folder / "users").write_text("anne:{PLAIN}right:::::\n")
    (folder / "mail" / "anne").mkdir(parents=True)
    (folder / "dovecot.conf").write_text(CONFIGURATION.format(**values))
    _certificate(folder)
    for made in (folder, *folder.rglob("*")):
        give(made, run_as)
    return Server(
        folder=folder,
        port=port,
        tls_port=tls_port,
        user="anne",
        password="right",
        authority=folder / "cert.pem",
        run_as=run_as,
    )


def _certificate(folder: Path) -> None:
    """A certificate of its own making for localhost."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )


def _wait(server: Server, running: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and running.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", server.port), 1) as line:
            line.settimeout(5)
            if line.recv(100).startswith(b"* OK"):
                return
        time.sleep(0.05)
    raise DovecotDidNotStart(f"Dovecot does not answer:\n{server.said()}")
