"""Who calls: a bearer token says which program, for which company, and what it may do there."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.http import HttpRequest
from ninja.security import HttpBearer

from amiable.api.problems import Problem, language_of
from amiable.api.rate import count_refused, count_token
from amiable.desk.access import Actor, customer_for
from amiable.desk.calendar import day_of
from amiable.desk.plan import redraw
from amiable.desk.token import Scope, TokenRefused, actor_of, open_with
from amiable.engine.parties import Language
from amiable.store.models import ApiToken, Company, Customer


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request by a program: ``today`` is the day in the company's time zone, ``at`` now."""

    actor: Actor
    token: ApiToken
    today: date
    at: datetime
    language: Language

    @property
    def company(self) -> Company:
        """The company of the token."""
        return self.actor.company

    def customer(self, pk: int) -> Customer:
        """A customer of the company. Raises OtherCompany."""
        return customer_for(self.actor, pk)

    def redraw(self, *customers: int) -> None:
        """Decide some customers anew: what was done shows in the plan at once."""
        redraw(self.company, customers, self.today)


class Bearer(HttpBearer):
    """``Authorization: Bearer ami_...`` with a token that has one scope."""

    openapi_description = "A token of the desk, made under Settings, API and webhooks."

    def __init__(self, scope: Scope) -> None:
        super().__init__()
        self.scope = scope

    def __call__(self, request: HttpRequest) -> Any:
        """The call; who brings no token at all is counted like who brings a wrong one."""
        call = super().__call__(request)
        if call is None:
            count_refused(request, datetime.now(UTC).timestamp())
        return call

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """The call, or a problem that says what is missing."""
        known = getattr(request, "auth", None)  # a write with a key was let in before: `api.once`
        call = known if isinstance(known, Call) else _call(request, token)
        if self.scope.value not in call.token.scopes:
            raise Problem("scope_missing", scope=self.scope.value, missing=self.scope.value)
        return call


def call_of(request: HttpRequest) -> Call:
    """The call of a request that was let in."""
    call = getattr(request, "auth", None)
    assert isinstance(call, Call), "the operation was declared without its scope"
    return call


def _call(request: HttpRequest, text: str) -> Call:
    at = datetime.now(UTC)
    try:
        token = open_with(text, at=at)
    except TokenRefused as refused:
        count_refused(request, at.timestamp())
        headers = {
            "WWW-Authenticate": 'Bearer realm="amiable", error="invalid_token",'
            f' error_description="{refused.code}"'
        }
        raise Problem("unauthenticated", headers=headers) from refused
    count_token(request, token.digest, at.timestamp())
    company = token.company
    return Call(
        actor=actor_of(token),
        token=token,
        today=day_of(company, at),
        at=at,
        language=language_of(request, Language(company.language)),
    )
