"""Gateways: the services that carry a company's messages of one channel."""

from amiable.engine.parties import Channel
from amiable.store.models import Gateway


def gateway_of(company: int, channel: Channel) -> Gateway | None:
    """The service a company uses for a channel, if it has one."""
    return Gateway.objects.of(company).filter(channel=channel.value).first()


def gateway_by_report_key(report_key: str) -> Gateway | None:
    """The gateway whose reports come to an address, with its company.

    Across companies: whoever calls names none, but this key, which nobody else knows.
    """
    rows = Gateway.everywhere.filter(report_key=report_key).select_related("company")
    found: Gateway | None = rows.first()
    return found
