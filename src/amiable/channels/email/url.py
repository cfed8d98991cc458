"""The mail server, as a URL."""

from urllib.parse import unquote, urlsplit

from amiable.channels.email.smtp import SmtpSettings
from amiable.channels.message import ChannelClosed
from amiable.channels.security import Security

_SCHEMES = {
    "smtp": (Security.NONE, 25),
    "smtp+starttls": (Security.STARTTLS, 587),
    "smtps": (Security.TLS, 465),
}


def settings_from_url(url: str) -> SmtpSettings:
    """Read ``smtp+starttls://USER:PASSWORD@HOST:587`` (or smtp://, smtps://).

    Raises ChannelClosed for anything else; the sentence never holds the password.
    """
    parts = urlsplit(url)
    if parts.scheme not in _SCHEMES or not parts.hostname:
        raise ChannelClosed(
            "AMIABLE_SMTP must look like smtp+starttls://USER:PASSWORD@HOST:587"
            f" (or smtp://, smtps://), not {parts.scheme}://…"
        )
    security, port = _SCHEMES[parts.scheme]
    return SmtpSettings(
        host=parts.hostname,
        port=parts.port or port,
        security=security,
        username=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )
