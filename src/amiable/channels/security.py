"""Security: how a connection to a mail server is protected, and what keeps it from being used."""

import ssl
from enum import StrEnum

from amiable.channels.message import ChannelClosed


class Security(StrEnum):
    """Ports by custom: for sending 587 STARTTLS, 465 TLS, 25 none; for reading 993 TLS, 143
    STARTTLS or none."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


class Trouble(StrEnum):
    """What keeps a server from being used, each mended in its own way."""

    NAME = "name"  # no server has this name
    AWAY = "away"  # nobody answers there, for now
    CERTIFICATE = "certificate"
    TLS = "tls"  # the security does not fit the port
    NO_STARTTLS = "no_starttls"
    NO_LOGIN = "no_login"  # no way to log in is offered
    LOGIN = "login"  # user name or password refused
    FOLDER = "folder"  # a mailbox has no such folder
    REFUSED = "refused"  # the server does not want us


def unknown_host(host: str) -> ChannelClosed:
    """What is raised when no server has the name."""
    return ChannelClosed(
        f"the mail server {host!r} was not found; check its name in the settings, and the network",
        Trouble.NAME,
    )


def tls_failure(place: str, error: ssl.SSLError, *, trust: str = "", ports: str) -> ChannelClosed:
    """What is raised when a line cannot be protected.

    ``place``: the server as a person names it; ``trust``: what else helps when a certificate is not
    trusted; ``ports``: which port is often which security.
    """
    if isinstance(error, ssl.SSLCertVerificationError):
        return ChannelClosed(
            f"the certificate of {place} cannot be trusted: {error.verify_message}; "
            f"check the server's name{trust}",
            Trouble.CERTIFICATE,
        )
    return ChannelClosed(
        f"{place} did not agree on TLS ({error.reason or 'connection cut'}); check the port and "
        f"the security: {ports}",
        Trouble.TLS,
    )
