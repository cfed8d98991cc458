"""Views: keep a list's filters, order and columns under a name; rename, share, delete it."""

from datetime import datetime

from amiable.desk.access import Actor, OtherCompany
from amiable.desk.audit import recorded, subject
from amiable.store.lists import views as store
from amiable.store.models import SavedView


class NameTaken(ValueError):
    """The person already has a view of that list under this name."""


def save_view(
    actor: Actor, page: str, *, name: str, query: str, shared: bool, at: datetime
) -> SavedView:
    """Keep a view for oneself, or for colleagues too. Raises NameTaken."""
    user = _user_of(actor)
    with recorded(actor, "view_saved", at=at, name=name) as entry:
        if store.name_taken(actor.company.pk, user, page, name):
            raise NameTaken(name)
        row = store.add_view(actor.company.pk, user, page, name=name, query=query, shared=shared)
        entry.subject = subject(row)
    return row


def rename_view(actor: Actor, pk: int, *, name: str, shared: bool, at: datetime) -> SavedView:
    """Another name for one's own view, or another circle. Raises NameTaken, OtherCompany."""
    row = _own(actor, pk)
    with recorded(actor, "view_renamed", at=at, before=row.name, name=name) as entry:
        changed = row.name.casefold() != name.casefold()
        if changed and store.name_taken(actor.company.pk, row.user_id, row.page, name):
            raise NameTaken(name)
        row.name, row.shared = name, shared
        row.save(update_fields=["name", "shared"])
        entry.subject = subject(row)
    return row


def delete_view(actor: Actor, pk: int, at: datetime) -> SavedView:
    """Forget one's own view. Raises OtherCompany."""
    row = _own(actor, pk)
    with recorded(actor, "view_deleted", at=at, name=row.name) as entry:
        entry.subject = subject(row)
        row.delete()
    return row


def _own(actor: Actor, pk: int) -> SavedView:
    row = store.own_view(actor.company.pk, _user_of(actor), pk)
    if row is None:
        raise OtherCompany(actor.company, "view")
    return row


def _user_of(actor: Actor) -> int:
    """Views belong to persons; a program has none."""
    if actor.user is None:
        raise OtherCompany(actor.company, "view")
    return actor.user.pk
