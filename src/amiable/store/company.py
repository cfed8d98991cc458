"""Companies: rows to values and back."""

from datetime import date
from functools import lru_cache
from typing import Any

from amiable.engine import parties
from amiable.engine.parties import Language, Segment
from amiable.engine.plan import PolicyBook
from amiable.engine.policy_toml import policy_from_toml
from amiable.store.customer import touch_all
from amiable.store.models import Company, Credit, Invoice
from amiable.store.policy import newest_versions

_PLAIN = "key name siren vat iban bic email phone address sender legal country currency timezone"


class CompanyUnknown(LookupError):
    """No company has this key."""


def load_company(row: Company) -> parties.Company:
    """The engine's value of a row."""
    plain = {name: getattr(row, name) for name in _PLAIN.split()}
    return parties.Company(language=Language(row.language), **plain)


def company_row(key: str) -> Company:
    """The row of a key; raises CompanyUnknown."""
    try:
        return Company.objects.get(key=key)
    except Company.DoesNotExist as error:
        raise CompanyUnknown(key) from error


def lock_company(row: Company) -> None:
    """Let nobody else plan, import or approve for this company until the transaction ends.

    A row lock on PostgreSQL; SQLite has one writer at a time anyway. ``row`` is read anew: what
    it said may have changed while one waited.
    """
    rows = Company.objects.select_for_update(no_key=True)
    row.refresh_from_db(from_queryset=rows)


def list_companies() -> list[Company]:
    """All companies, by name: for the administrator's switcher and the command line only."""
    return list(Company.objects.order_by("name", "pk"))


def save_company(company: parties.Company) -> Company:
    """Create or update the row of a company's key."""
    values: dict[str, Any] = {name: getattr(company, name) for name in _PLAIN.split()}
    values["language"] = company.language.value
    row, _ = Company.objects.update_or_create(key=values.pop("key"), defaults=values)
    return row


def load_policies(row: Company) -> PolicyBook:
    """The policies in force: the highest version of each name."""
    newest = newest_versions(row.pk).values_list("name", "toml")
    policies = {name: _read(toml) for name, toml in newest}
    by_segment = {Segment(key): name for key, name in row.policies_by_segment.items()}
    return PolicyBook(policies=policies, default=row.policy, by_segment=by_segment)


_read = lru_cache(maxsize=1024)(policy_from_toml)  # what is published never changes


def mark_imported(row: Company, on: date) -> None:
    """The ledger was brought up to date; what it was too old for is decided anew."""
    before = row.imported_on
    row.imported_on = on if before is None else max(on, before)
    row.save(update_fields=["imported_on"])
    fresh = (policy.fresh_days for policy in load_policies(row).policies.values())
    if before is None or (on - before).days > min(fresh, default=0):
        touch_all(row.pk)


def has_money(company: int) -> bool:
    """Whether a company has an amount of money at all."""
    return any(model.objects.of(company).exists() for model in (Invoice, Credit))
