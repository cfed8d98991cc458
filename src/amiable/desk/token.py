"""Tokens: a program's key to one company, with what it may do there."""

import hmac
from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from secrets import token_urlsafe

from amiable.desk.access import Actor, OtherCompany, own
from amiable.desk.audit import recorded, subject
from amiable.store.api_token import add_token, mark_used, token_of, token_row
from amiable.store.models import ApiToken
from amiable.store.models.audit_entry import Door
from amiable.store.models.membership import Role

_BEGIN = "ami_"
_SHOWN = 12  # characters a person may see afterwards, to tell tokens apart


class Scope(StrEnum):
    """What a token may do."""

    READ = "read"
    CUSTOMERS = "write:customers"
    LEDGER = "write:ledger"
    PLAN = "write:plan"


SCOPES = {
    Scope.READ: "See everything of the company: customers, contacts, invoices, payments, habits,"
    " the plan, reminders with their text, the timeline, imports.",
    Scope.CUSTOMERS: "Create and change customers and contacts.",
    Scope.LEDGER: "Post invoices, payments and credit notes; bring files in; undo an import.",
    Scope.PLAN: "Approve, take back, skip and postpone reminders; holds, promises, disputes, notes"
    " and replies.",
}
"""Every scope, documented in docs/api.md."""


class TokenRefused(Exception):
    """A token opens nothing; ``code``: unknown, expired or revoked."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def create_token(
    actor: Actor,
    *,
    name: str,
    scopes: Collection[Scope],
    at: datetime,
    expires_at: datetime | None = None,
) -> tuple[ApiToken, str]:
    """A token and its text, shown this once: only its digest is kept."""
    text = _BEGIN + token_urlsafe(32)
    given = [scope.value for scope in Scope if scope in scopes]
    with recorded(actor, "token_created", at=at, name=name, scopes=", ".join(given)) as entry:
        row = add_token(
            actor.company.pk,
            name=name,
            prefix=text[:_SHOWN],
            digest=digest_of(text),
            scopes=given,
            by=actor.user,
            at=at,
            expires_at=expires_at,
        )
        entry.subject = subject(row)
    return row, text


def revoke_token(actor: Actor, pk: int, *, at: datetime) -> ApiToken:
    """From now on a token opens nothing. Raises OtherCompany."""
    row = token_row(actor.company.pk, pk)
    if row is None:
        raise OtherCompany(actor.company, "token")
    own(actor.company, row)
    if row.revoked_at is None:
        with recorded(actor, "token_revoked", at=at, name=row.name) as entry:
            row.revoked_at = at
            row.save(update_fields=["revoked_at"])
            entry.subject = subject(row)
    return row


def state_of(token: ApiToken, at: datetime) -> str:
    """Whether a token opens anything at an instant: ``active``, ``expired`` or ``revoked``."""
    if token.revoked_at is not None:
        return "revoked"
    if token.expires_at is not None and token.expires_at <= at:
        return "expired"
    return "active"


def open_with(text: str, *, at: datetime) -> ApiToken:
    """The token of a text, in force. Raises TokenRefused."""
    digest = digest_of(text)
    row = token_of(digest)
    if row is None or not hmac.compare_digest(row.digest, digest):
        raise TokenRefused("unknown")
    state = state_of(row, at)
    if state != "active":
        raise TokenRefused(state)
    mark_used(row, at)
    return row


def actor_of(token: ApiToken) -> Actor:
    """Who acts when a program does: nobody in person, under the token's name."""
    return Actor(company=token.company, role=Role.ADMINISTRATOR, name=token.name, door=Door.API)


def digest_of(text: str) -> str:
    """What is kept of a token: its SHA-256. It is long and random, so no salt is needed."""
    return sha256(text.encode("utf-8", "replace")).hexdigest()
