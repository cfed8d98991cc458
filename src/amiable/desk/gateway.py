"""Gateway: the service that carries a company's messages of a channel: chosen, tried, forgotten."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from secrets import token_urlsafe

from django.conf import settings

from amiable.channels.message import ChannelClosed
from amiable.desk.access import Actor
from amiable.desk.audit import recorded, subject
from amiable.engine.parties import Channel
from amiable.store.gateway import gateway_of
from amiable.store.models import Gateway
from amiable.store.sealed import SealBroken, seal, unseal


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayForm:
    """What a person says of a service. ``secrets``: those that were typed; one left empty keeps
    what is stored, as long as the service stays the same."""

    kind: str
    settings: Mapping[str, str]
    secrets: Mapping[str, str] = field(repr=False)


def save_gateway(actor: Actor, channel: Channel, said: GatewayForm, *, at: datetime) -> Gateway:
    """Use a service for a channel from now on; what was tested of another is forgotten."""
    row = gateway_of(actor.company.pk, channel)
    if row is None:
        row = Gateway(company=actor.company, channel=channel.value, report_key=token_urlsafe(32))
    kept = _kept_secrets(row) if row.kind == said.kind else {}
    row.kind, row.settings = said.kind, dict(said.settings)
    typed = {name: value for name, value in said.secrets.items() if value}
    row.sealed_secrets = seal(json.dumps(kept | typed))
    row.active = True
    row.tested_at, row.result, row.answer = None, "", ""
    with recorded(actor, "gateway_saved", at=at, channel=channel.value, kind=said.kind) as entry:
        row.save()
        entry.subject = subject(row)
    return row


def _kept_secrets(row: Gateway) -> dict[str, str]:
    """What is stored and can still be opened; what cannot must be typed anew."""
    try:
        return secrets_of(row)
    except ChannelClosed:
        return {}


def forget_gateway(actor: Actor, channel: Channel, *, at: datetime) -> None:
    """Do without the service of a channel, its secrets included."""
    row = gateway_of(actor.company.pk, channel)
    if row is not None:
        with recorded(actor, "gateway_forgotten", at=at, channel=channel.value, kind=row.kind):
            row.delete()


def secrets_of(row: Gateway) -> dict[str, str]:
    """A gateway's secrets by name. Raises ChannelClosed when their seal is broken."""
    try:
        opened = unseal(row.sealed_secrets)
    except SealBroken as error:
        raise ChannelClosed(
            "the stored secrets cannot be opened (the secret key changed): enter them again",
            "seal",
        ) from error
    return dict(json.loads(opened)) if opened else {}


def note_test(row: Gateway, result: str, answer: str, *, at: datetime) -> None:
    """Keep what came of a test: a short name for it, and the service's own words."""
    row.tested_at, row.result, row.answer = at, result[:20], answer[:1000]
    row.save(update_fields=["tested_at", "result", "answer"])


def report_address(row: Gateway) -> str:
    """Where the service reports: deliveries, answers. Whoever knows it may report."""
    return f"{settings.URL}/gateways/{row.report_key}/{row.channel}/"
