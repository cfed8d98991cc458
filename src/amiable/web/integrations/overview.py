"""What other systems may do here, and which of them are told what happens."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.http import HttpResponse

from amiable.desk.access import Power
from amiable.desk.token import state_of
from amiable.store.api_token import list_tokens
from amiable.store.models import ApiToken, Webhook
from amiable.store.webhook import list_webhooks
from amiable.web.visit import Visit, page


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenLine:
    """A token as it is listed; ``state``: active, expired or revoked."""

    token: ApiToken
    state: str
    used_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegrationsPage:
    """Both lists."""

    tokens: list[TokenLine]
    webhooks: list[Webhook]


@page(Power.SETTINGS)
def overview(visit: Visit) -> HttpResponse:
    """Tokens and webhooks."""
    shown = IntegrationsPage(
        tokens=[_line(visit, token) for token in list_tokens(visit.company.pk)],
        webhooks=list_webhooks(visit.company.pk),
    )
    return visit.render("integrations/overview.html", page=shown, current="integrations")


def _line(visit: Visit, token: ApiToken) -> TokenLine:
    return TokenLine(
        token=token, state=state_of(token, visit.at), used_at=here(visit, token.used_at)
    )


def here(visit: Visit, at: datetime | None) -> datetime | None:
    """An instant as clocks show it where the company is."""
    return None if at is None else at.astimezone(ZoneInfo(visit.company.timezone))
