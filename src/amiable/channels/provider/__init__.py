"""Provider: mail handed to an e-mail service by its HTTP interface, and what the service reports.

Anymail knows how each service wants a message and how it words its events. It speaks in Django's
mail objects, which is why this room uses its classes; nothing here asks Django for anything else,
and no setting of the installation is read: each company's keys are given with each connection.
"""

from amiable.channels.message import Sender
from amiable.channels.provider.report import (
    MailReport,
    MailState,
    ReportRefused,
    ReportUnreadable,
    key_fits,
    read_reports,
)
from amiable.channels.provider.service import SERVICES, ProviderDoor, Service


def open_provider(kind: str, door: ProviderDoor) -> Sender:
    """A channel to a service. Raises ChannelClosed when it cannot be used as it is set up."""
    # Anymail and its HTTP library take a quarter of a second to load: only who needs them waits.
    from amiable.channels.provider import sender  # noqa: PLC0415

    return sender.open_provider(kind, door)


__all__ = [
    "SERVICES",
    "MailReport",
    "MailState",
    "ProviderDoor",
    "ReportRefused",
    "ReportUnreadable",
    "Service",
    "key_fits",
    "open_provider",
    "read_reports",
]
