"""API tokens in the database, and the answers kept for writes that may be repeated."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q

from amiable.store.models import ApiToken, KeptAnswer, User

_USED_EVERY = timedelta(minutes=1)


def token_of(digest: str) -> ApiToken | None:
    """The token of a digest, whatever its state, with its company."""
    # The one look across companies: the token decides which company a request is about.
    rows = ApiToken.everywhere.filter(digest=digest)
    found: ApiToken | None = rows.select_related("company").first()
    return found


def list_tokens(company: int) -> list[ApiToken]:
    """All tokens of a company, newest first."""
    return list(ApiToken.objects.of(company).select_related("created_by").order_by("-pk"))


def token_row(company: int, pk: int) -> ApiToken | None:
    """A token of a company."""
    return ApiToken.objects.of(company).filter(pk=pk).first()


def add_token(
    company: int,
    *,
    name: str,
    prefix: str,
    digest: str,
    scopes: Sequence[str],
    by: User | None,
    at: datetime,
    expires_at: datetime | None,
) -> ApiToken:
    """A new token."""
    return ApiToken.objects.of(company).create(
        company_id=company,
        name=name,
        prefix=prefix,
        digest=digest,
        scopes=list(scopes),
        created_by=by,
        created_at=at,
        expires_at=expires_at,
    )


def mark_used(token: ApiToken, at: datetime) -> None:
    """Remember that a token was used, once a minute at most: reading must not become writing."""
    if token.used_at is None or at - token.used_at >= _USED_EVERY:
        rows = ApiToken.objects.of(token.company_id).filter(pk=token.pk)
        rows.filter(Q(used_at=None) | Q(used_at=token.used_at)).update(used_at=at)


def kept_answer(token: ApiToken, key: str) -> KeptAnswer | None:
    """What is known of an idempotency key."""
    return KeptAnswer.objects.of(token.company_id).filter(token=token, key=key).first()


def claim_key(token: ApiToken, key: str, fingerprint: str, at: datetime) -> KeptAnswer | None:
    """Take an idempotency key for a request that begins; None when another was faster."""
    try:
        with transaction.atomic():
            return KeptAnswer.objects.of(token.company_id).create(
                company_id=token.company_id, token=token, key=key, fingerprint=fingerprint, at=at
            )
    except IntegrityError:
        return None


def take_over(kept: KeptAnswer, at: datetime) -> bool:
    """Take the key of a request that began and never ended; only one takes it."""
    rows = KeptAnswer.objects.of(kept.company_id).filter(pk=kept.pk, status=None, at=kept.at)
    taken = rows.update(at=at)
    kept.at = at
    return bool(taken)


def keep_answer(kept: KeptAnswer, status: int, body: str) -> bool:
    """Keep the answer of a request; False when its key was taken over meanwhile."""
    rows = KeptAnswer.objects.of(kept.company_id).filter(pk=kept.pk, status=None, at=kept.at)
    return bool(rows.update(status=status, body=body))


def give_key_back(kept: KeptAnswer) -> None:
    """The request did nothing: its key may be used again."""
    KeptAnswer.objects.of(kept.company_id).filter(pk=kept.pk, status=None, at=kept.at).delete()


def forget_answers(before: datetime) -> int:
    """Delete the answers kept since a time or longer; how many."""
    # Keeping the table short concerns every company alike.
    rows = KeptAnswer.everywhere.filter(at__lte=before)
    return int(rows.delete()[0]) if rows.exists() else 0
