"""Norms: what others take to pay, dated and labelled; a company may put its own in their place."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from amiable.desk.access import Actor
from amiable.desk.audit import recorded
from amiable.law.norms import Norm, norms
from amiable.store.company import lock_company
from amiable.store.models import Company

OWN = "own"
"""What `Norm.sure` says of a figure the company set itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NormLine:
    """``norm`` as the company uses it; ``published``: the figure its own replaced, if any."""

    norm: Norm
    published: Norm | None

    @property
    def is_own(self) -> bool:
        """Whether the company put its own figure in."""
        return self.published is not None


class NormUnknown(LookupError):
    """There is no norm of that name."""


def norms_of(company: Company) -> list[NormLine]:
    """All norms, the company's own figures in the place of those it replaced."""
    own = company.norms or {}
    return [
        NormLine(norm=_own(norm, own[name]), published=norm)
        if name in own
        else NormLine(norm=norm, published=None)
        for name, norm in norms().items()
    ]


def _own(norm: Norm, kept: dict[str, str]) -> Norm:
    days = float(kept["days"])
    as_of = date.fromisoformat(kept["as_of"])
    return replace(norm, low=days, high=days, as_of=as_of, source=kept["source"], sure=OWN)


def set_norm(
    actor: Actor, name: str, days: Decimal, as_of: date, source: str, *, at: datetime
) -> bool:
    """Put the company's own figure in the place of a norm. False: it is there already.

    Raises NormUnknown.
    """
    kept = {"days": str(days), "as_of": as_of.isoformat(), "source": source}
    return _write(actor, name, kept, at)


def give_norm_back(actor: Actor, name: str, *, at: datetime) -> bool:
    """Use the published figure again. False: it was in use. Raises NormUnknown."""
    return _write(actor, name, None, at)


def _write(actor: Actor, name: str, kept: dict[str, str] | None, at: datetime) -> bool:
    if name not in norms():
        raise NormUnknown(name)
    company = actor.company
    with transaction.atomic():
        lock_company(company)
        own = dict(company.norms or {})
        before = own.pop(name, None)
        if before == kept:
            return False
        if kept is not None:
            own[name] = kept
        days, source = (kept["days"], kept["source"]) if kept else ("", "")
        code = "norm_set" if kept else "norm_given_back"
        with recorded(actor, code, at=at, norm=name, days=days, source=source, before=before):
            company.norms = own or None
            company.save(update_fields=["norms"])
    return True
