"""Security: how a connection to a mail server is protected."""

from enum import StrEnum


class Security(StrEnum):
    """Ports by custom: for sending 587 STARTTLS, 465 TLS, 25 none; for reading 993 TLS, 143
    STARTTLS or none."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"
