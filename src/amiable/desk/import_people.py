"""Import of people: customers and contacts that a source names, found again or created."""

from collections.abc import Iterable, Sequence
from typing import Any

from amiable.desk.due import apply_terms
from amiable.sources.reading import CustomerFacts, CustomerRecord
from amiable.sources.table.names import normalised_name
from amiable.store.customer import (
    add_contacts,
    add_customers,
    all_names,
    change_customers,
    customers_by_key,
    merged_away,
)
from amiable.store.import_run import remember_changes
from amiable.store.merge import take_note
from amiable.store.models import Company, Customer, ImportRun


class _Names:
    """Finds customers by name, for sources that have no codes."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self._by_name: dict[str, int] | None = None

    def found(self, records: Iterable[CustomerRecord]) -> dict[str, int]:
        """The customers with another key but the same name, by the record's key."""
        named = ((record.key, self._named(record)) for record in records)
        return {key: pk for key, pk in named if pk is not None}

    def _named(self, record: CustomerRecord) -> int | None:
        name = normalised_name(record.name)
        if not name or record.key != name:
            return None
        if self._by_name is None:
            self._by_name = {}
            doubles = set()
            for pk, stored in all_names(self.company.pk):
                key = normalised_name(stored)
                if key in self._by_name:
                    doubles.add(key)
                self._by_name[key] = pk
            for key in doubles:
                del self._by_name[key]
        return self._by_name.get(name)


class KnownCustomers:
    """Which customers of a source a company has already; writes nothing."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self._names = _Names(company)
        self._merged = merged_away(company.pk)

    def of(self, records: Sequence[CustomerRecord]) -> dict[str, int]:
        """The stored customer of each record that has one, by the record's key."""
        rows = customers_by_key(self.company.pk, [record.key for record in records])
        new = [record for record in records if record.key not in rows]
        known = {key: row.pk for key, row in rows.items()} | self._names.found(new)
        return {key: self._merged.get(pk, pk) for key, pk in known.items()}


class Directory:
    """Finds the stored customer of each source record; creates those that are new.

    ``names`` maps source keys to primary keys; ``changed`` are customers whose record changed.
    """

    def __init__(self, company: Company, run: ImportRun) -> None:
        self.company, self.run = company, run
        self.names: dict[str, int] = {}
        self.changed: set[int] = set()
        self.created = self.contacts = self.corrected = 0
        self._names = _Names(company)
        self._merged = merged_away(company.pk)
        self._gone: dict[str, int] = {}

    def place(self, chunk: Sequence[CustomerFacts]) -> list[int]:
        """The customer (primary key) of each record of a chunk, in order."""
        records = [facts.customer for facts in chunk]
        rows = customers_by_key(self.company.pk, [record.key for record in records])
        new = [record for record in records if record.key not in rows]
        found = self._names.found(new)
        unknown = [record for record in new if record.key not in found]
        columns = [{"key": record.key, **_said(record)} for record in unknown]
        created = add_customers(self.company, self.run.pk, columns)
        self.created += len(created)
        self._correct(rows, records)
        placed = {key: row.pk for key, row in rows.items()} | found | created
        self._gone |= {key: pk for key, pk in placed.items() if pk in self._merged}
        placed = {key: self._merged.get(pk, pk) for key, pk in placed.items()}
        self.names |= placed
        self._place_contacts(chunk, placed)
        return [placed[record.key] for record in records]

    def remember(self, chunk: Sequence[CustomerFacts]) -> None:
        """What came in under the name of a customer merged away goes back if that is undone."""
        for facts in chunk:
            gone = self._gone.get(facts.customer.key)
            if gone is not None:
                keys = {
                    "invoice": [item.key for item in facts.invoices],
                    "credit": [item.key for item in facts.credits],
                    "contact": [item.key for item in facts.contacts],
                    "dispute": [item.key for item in facts.disputes],
                }
                take_note(self.company.pk, gone, self._merged[gone], keys)

    def _correct(self, rows: dict[str, Customer], records: Sequence[CustomerRecord]) -> None:
        """Write what the source says otherwise of customers that exist.

        What a person decided stays, and so does all that is known of one merged into another.
        """
        changes: list[tuple[Customer, dict[str, Any]]] = []
        for record in records:
            row = rows.get(record.key)
            if row is None or row.merged_into_id is not None:
                continue
            by_hand = row.by_hand.split()
            other = {
                name: value
                for name, value in _said(record).items()
                if getattr(row, name) != value and name not in by_hand
            }
            if other:
                changes.append((row, other))
        before = (
            (row.pk, {name: _plain(getattr(row, name)) for name in other}) for row, other in changes
        )
        remember_changes(self.run, "customer", before)
        change_customers(changes)
        self.changed |= {row.pk for row, _ in changes}
        self.corrected += len(changes)
        termed = [row for row, other in changes if "terms" in other]
        if termed:
            self.corrected += apply_terms(self.company, self.run, termed)

    def _place_contacts(self, chunk: Sequence[CustomerFacts], placed: dict[str, int]) -> None:
        wanted = [
            (placed[facts.customer.key], contact) for facts in chunk for contact in facts.contacts
        ]
        touched = add_contacts(self.company.pk, self.run.pk, wanted)
        self.contacts += len(touched)
        self.changed |= set(touched)


def _said(record: CustomerRecord) -> dict[str, Any]:
    """What a record says of a customer, as columns; what it leaves open is left out."""
    said: dict[str, Any] = {
        "name": record.name[:300],
        "kind": record.kind.value if record.kind else "",
        "siren": record.siren[:14],
        "country": record.country,
        "language": record.language.value if record.language else "",
        "terms": record.terms[:100],
        "segment": record.segment.value if record.segment else "",
    }
    said = {name: value for name, value in said.items() if value}
    if record.autopay is not None:
        said["autopay"] = record.autopay
    if record.insolvent_on is not None:
        said["insolvent_on"] = record.insolvent_on
    return said


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
