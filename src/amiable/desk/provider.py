"""Provider: the e-mail service that carries a company's mail, if it has one."""

from django.conf import settings

from amiable.channels.message import ChannelClosed, Sender
from amiable.channels.provider import SERVICES, ProviderDoor, open_provider
from amiable.desk.gateway import secrets_of
from amiable.engine.parties import Channel, Language
from amiable.store.gateway import gateway_of
from amiable.store.models import Company, Gateway
from amiable.words import term


def provider_of(company: Company) -> Gateway | None:
    """The service a company's mail goes by; None: it goes another way."""
    row = gateway_of(company.pk, Channel.EMAIL)
    return row if row is not None and row.active else None


def open_mail_provider(row: Gateway) -> Sender:
    """The open channel of a service. Raises ChannelClosed when it cannot work as it is set up."""
    return open_provider(row.kind, door_of(row))


def door_of(row: Gateway) -> ProviderDoor:
    """A service as its channel takes it. Raises ChannelClosed when its seal is broken."""
    return ProviderDoor(
        settings=row.settings,
        secrets=secrets_of(row),
        tracks_opens=row.company.tracks_opens,
        private=settings.WEBHOOK_PRIVATE,
    )


def provider_name(row: Gateway) -> str:
    """The service as people call it."""
    return term(Language(row.company.language), "gateway", row.kind)


def provider_address(row: Gateway) -> str:
    """Where the service reports; whoever knows it may report, unless the service signs."""
    return f"{settings.URL}/gateways/{row.report_key}/{row.kind}/"


def known_secrets(row: Gateway) -> frozenset[str]:
    """Which secrets are stored and can still be opened: these need not be typed again."""
    try:
        return frozenset(name for name, text in secrets_of(row).items() if text)
    except ChannelClosed:
        return frozenset()


def is_believed(row: Gateway) -> bool:
    """Whether the service's reports can be told from anybody's: it signs and its key is known, or
    the address they come to is proof enough."""
    service = SERVICES.get(row.kind)
    if service is None or not service.reports:
        return False
    name = service.signed_with
    return not name or bool(row.settings.get(name)) or name in known_secrets(row)
