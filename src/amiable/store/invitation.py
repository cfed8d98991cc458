"""Invitations in the database."""

from datetime import datetime

from amiable.store.models import Invitation


def open_invitations(company: int, limit: int = 50) -> list[Invitation]:
    """Those neither accepted nor revoked, the newest first; expired ones stand among them."""
    rows = Invitation.objects.of(company).filter(accepted_at=None, revoked_at=None)
    return list(rows.select_related("invited_by").order_by("-pk")[:limit])


def invitation_of(company: int, pk: int) -> Invitation | None:
    """One invitation, locked until the transaction ends."""
    rows = Invitation.objects.of(company).select_for_update()
    return rows.filter(pk=pk).first()


def invitation_by_digest(digest: str, *, lock: bool = False) -> Invitation | None:
    """The invitation of a link, with its company."""
    # Across companies: whoever holds the link is a stranger, the secret alone names the row.
    rows = Invitation.everywhere.filter(digest=digest)
    if lock:
        rows = rows.select_for_update(of=("self",))
    found: Invitation | None = rows.select_related("company", "invited_by").first()
    return found


def revoke_open(company: int, email: str, at: datetime) -> int:
    """Revoke what is open for an address: the newest invitation alone counts."""
    rows = Invitation.objects.of(company).filter(email=email, accepted_at=None, revoked_at=None)
    return rows.update(revoked_at=at)
