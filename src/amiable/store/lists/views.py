"""Saved views: a list's filters, order and columns under a name."""

from django.db.models import Q

from amiable.store.models import SavedView


def views_of(company: int, user: int, page: str) -> list[SavedView]:
    """One's own views of a list and those that colleagues share, by name."""
    rows = SavedView.objects.of(company).filter(Q(user_id=user) | Q(shared=True), page=page)
    return list(rows.select_related("user").order_by("name", "pk"))


def own_view(company: int, user: int, pk: int) -> SavedView | None:
    """One of a person's own views."""
    return SavedView.objects.of(company).filter(user_id=user, pk=pk).first()


def name_taken(company: int, user: int, page: str, name: str) -> bool:
    """Whether a person has a view of this list under this name."""
    rows = SavedView.objects.of(company).filter(user_id=user, page=page)
    return rows.filter(name__iexact=name).exists()


def add_view(
    company: int, user: int, page: str, *, name: str, query: str, shared: bool
) -> SavedView:
    """Keep a view."""
    return SavedView.objects.of(company).create(
        company_id=company, user_id=user, page=page, name=name, query=query, shared=shared
    )
