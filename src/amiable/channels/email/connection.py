"""Reaching an SMTP server: dialling, TLS and login, with a remedy in every refusal."""

import smtplib
import socket
import ssl
from base64 import b64encode
from dataclasses import dataclass, field

from amiable.channels.message import ChannelClosed
from amiable.channels.security import Security, Trouble, tls_failure, unknown_host

_LONGEST_WORDS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpSettings:
    """Where mail is handed over, and how.

    Timeouts in seconds. ``timeout`` bounds every step but the last; ``answer_timeout`` bounds
    the wait for the answer after the mail's last byte, long because servers filter mail then
    and giving up leaves it unknown whether the mail left (RFC 5321 section 4.5.3.2.6 asks for
    10 minutes). ``ca_file`` is a PEM file of authorities to trust instead of the system's.
    """

    host: str
    port: int = 587
    security: Security = Security.STARTTLS
    username: str = ""
    password: str = field(default="", repr=False)
    timeout: float = 30.0
    answer_timeout: float = 600.0
    local_hostname: str = ""
    verify_certificates: bool = True
    ca_file: str = ""
    messages_per_connection: int = 100

    def __post_init__(self) -> None:
        if not self.host or not 0 < self.port < 65536:
            raise ValueError("SMTP: give the server's name and a port from 1 to 65535")
        if not (self.local_hostname.isascii() and self.local_hostname.isprintable()):
            raise ValueError("SMTP: the local host name must be plain ASCII")
        if self.timeout <= 0 or self.answer_timeout <= 0 or self.messages_per_connection < 1:
            raise ValueError("SMTP: timeouts and messages per connection must be above zero")

    @property
    def place(self) -> str:
        """The server as a person names it: host and port."""
        return f"{self.host}:{self.port}"


class Unreachable(Exception):
    """The server cannot be reached or used for now; trying again later makes sense."""


def connect(settings: SmtpSettings) -> smtplib.SMTP:
    """Return a connection ready for a first mail.

    Raises ChannelClosed for what only a person can mend (unknown host, TLS, login) and
    Unreachable for what may pass (refused connection, timeout, "try later").
    """
    try:
        server = _dial(settings)
        try:
            _enter(server, settings)
        except BaseException:
            server.close()
            raise
    except (socket.gaierror, UnicodeError) as error:
        raise unknown_host(settings.host) from error
    except ssl.SSLError as error:
        raise tls_failure(
            settings.place,
            error,
            trust=", or give the authority's PEM file in the settings",
            ports="tls is often port 465, starttls port 587",
        ) from error
    except smtplib.SMTPResponseException as error:
        detail = f"{settings.place} answered: {words(error.smtp_code, error.smtp_error)}"
        if 500 <= error.smtp_code <= 599:
            raise ChannelClosed(f"{detail}; ask who runs the server", Trouble.REFUSED) from error
        raise Unreachable(detail) from error
    except OSError as error:  # every other smtplib error is one too
        raise Unreachable(f"{settings.place} cannot be reached: {error}") from error
    # Small commands must not wait for the acknowledgement of the bytes before them.
    connected(server).setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return server


def words(code: int, said: bytes | str) -> str:
    """Return a server's reply as one line of text."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    printable = "".join(char if char.isprintable() else " " for char in text)
    return f"{code} {' '.join(printable.split())}"[:_LONGEST_WORDS].strip()


def connected(server: smtplib.SMTP) -> socket.socket:
    """Return the connection's socket; raises SMTPServerDisconnected when it is closed."""
    if server.sock is None:
        raise smtplib.SMTPServerDisconnected("the connection is closed")
    return server.sock


def _dial(settings: SmtpSettings) -> smtplib.SMTP:
    name = settings.local_hostname or _own_name()
    if settings.security is Security.TLS:
        return smtplib.SMTP_SSL(
            settings.host,
            settings.port,
            local_hostname=name,
            timeout=settings.timeout,
            context=_context(settings),
        )
    return smtplib.SMTP(settings.host, settings.port, local_hostname=name, timeout=settings.timeout)


def _own_name() -> str:
    """Return what to call ourselves, without asking the network (which can take seconds)."""
    name = socket.gethostname()
    return name if "." in name and name.isascii() else "[127.0.0.1]"


def _context(settings: SmtpSettings) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=settings.ca_file or None)
    except OSError as error:
        raise ChannelClosed(
            f"the file of trusted authorities {settings.ca_file!r} cannot be used ({error}); "
            "give a PEM file"
        ) from error
    if not settings.verify_certificates:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _enter(server: smtplib.SMTP, settings: SmtpSettings) -> None:
    server.ehlo_or_helo_if_needed()
    if settings.security is Security.STARTTLS:
        if not server.has_extn("starttls"):
            raise ChannelClosed(
                f"{settings.place} does not offer STARTTLS, and nothing is sent in the clear; "
                "set the security to tls (often port 465), or to none for a server you trust",
                Trouble.NO_STARTTLS,
            )
        server.starttls(context=_context(settings))
        server.ehlo_or_helo_if_needed()
    if settings.username:
        _log_in(server, settings)


def _log_in(server: smtplib.SMTP, settings: SmtpSettings) -> None:
    """Log in with UTF-8 (RFC 4616), which smtplib's own login cannot do."""
    offered = server.esmtp_features.get("auth", "").upper().split()
    name, password = settings.username, settings.password
    if "PLAIN" in offered:
        code, said = server.docmd("AUTH", f"PLAIN {_b64(f'{chr(0)}{name}{chr(0)}{password}')}")
    elif "LOGIN" in offered:
        code, said = server.docmd("AUTH", f"LOGIN {_b64(name)}")
        if code == 334:
            code, said = server.docmd(_b64(password))
    else:
        raise ChannelClosed(
            f"{settings.place} offers no login by PLAIN or LOGIN; check the port and the "
            "security, or leave the user name empty if the server needs none",
            Trouble.NO_LOGIN,
        )
    if code in {235, 503}:  # 503: already known, as some relays answer
        return
    answer = _scrubbed(words(code, said), settings)
    if 400 <= code <= 499:
        raise Unreachable(f"{settings.place} cannot check the login for now: {answer}")
    raise ChannelClosed(
        f"{settings.place} refused the login of {name!r}: {answer}; check the user name and the "
        "password (many providers want an application password)",
        Trouble.LOGIN,
    )


def _scrubbed(text: str, settings: SmtpSettings) -> str:
    """Take the password out of a server's words, should it repeat what it was told."""
    name, password = settings.username, settings.password
    for secret in (_b64(f"\0{name}\0{password}"), _b64(password), password):
        text = text.replace(secret, "***") if secret else text
    return text


def _b64(text: str) -> str:
    return b64encode(text.encode("utf-8")).decode("ascii")
