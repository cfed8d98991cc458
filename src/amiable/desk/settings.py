"""Settings: a company's identity, its hours and how long personal data are kept."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction

from amiable.desk.access import Actor
from amiable.desk.audit import recorded
from amiable.desk.calendar import regions
from amiable.desk.habit import roll_delays
from amiable.store.company import has_money, lock_company
from amiable.store.customer import touch_all
from amiable.store.models import Company
from amiable.store.release import withdraw_automatic

IDENTITY = (
    "name", "siren", "vat", "address", "country", "email", "phone", "sender", "legal",
    "iban", "bic",
    "language", "currency", "timezone",
)  # fmt: skip
HOURS = ("opens_at", "closes_at", "region", "closed", "automatic_from")
PACE = ("per_minute",)
OPENS = ("tracks_opens",)
PORTAL = ("portal_open", "portal_days")
RETENTION = ("retention_months",)
FIELDS = (*IDENTITY, *HOURS, *PACE, *OPENS, *PORTAL, *RETENTION)
"""Every setting of a company that is a field of its own, in the order of the pages."""

_PLANNED = frozenset({"country", "region", "closed"})  # the plan asks for working days


class SettingsMoved(Exception):
    """Somebody changed these settings meanwhile."""


class CurrencyLocked(Exception):
    """The currency cannot change any more: there are amounts in it."""


def seen_settings(company: Company, names: Sequence[str]) -> str:
    """What some settings are, in a few signs: to notice that somebody changed them."""
    values = "\n".join(f"{name}={getattr(company, name)}" for name in names)
    return sha256(values.encode()).hexdigest()[:16]


def currency_is_locked(company: Company) -> bool:
    """Whether there are amounts in the company's currency."""
    return has_money(company.pk)


def change_settings(
    actor: Actor, names: Sequence[str], values: Mapping[str, Any], *, seen: str, at: datetime
) -> bool:
    """Change some of a company's settings. False: nothing differs.

    ``seen`` is what they were when the person opened them. Raises SettingsMoved, CurrencyLocked.
    """
    company = actor.company
    with transaction.atomic():
        lock_company(company)
        if seen_settings(company, names) != seen:
            raise SettingsMoved
        before = {name: getattr(company, name) for name in names}
        new = {name: value for name, value in values.items() if value != before[name]}
        if not new:
            return False
        if "currency" in new and has_money(company.pk):
            raise CurrencyLocked
        changes = {name: [_plain(before[name]), _plain(value)] for name, value in new.items()}
        with recorded(actor, "settings_changed", at=at, changes=changes):
            _write(company, new)
        if "iban" in new:
            with recorded(actor, "bank_account_changed", at=at, iban=new["iban"]):
                pass  # whoever pays will pay elsewhere: a deed to be found by itself
    return True


def _plain(value: Any) -> Any:
    """A value as JSON holds it."""
    return value if isinstance(value, int | str | list | None) else str(value)


def _write(company: Company, new: Mapping[str, Any]) -> None:
    if "country" in new and company.region not in regions(new["country"]):
        new = {**new, "region": ""}  # Alsace is in no other country
    moved = "country" in new and bool(company.rolls)
    if moved:
        roll_delays(company, rolls=False)
    for name, value in new.items():
        setattr(company, name, value)
    company.save(update_fields=list(new))
    if moved:
        roll_delays(company, rolls=True)
    if "automatic_from" in new:
        withdraw_automatic(company.pk)  # what waits is released anew, for the new hour
    if _PLANNED & new.keys():
        touch_all(company.pk)
