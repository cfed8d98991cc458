"""Understood: what a reading holds, as plain values that a page shows before anything is kept."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from amiable.desk.import_people import KnownCustomers
from amiable.desk.import_reading import ImportReport
from amiable.desk.join import join
from amiable.desk.open_source import OpenReading
from amiable.sources.reading import CustomerFacts, Reading, Refusal, Totals
from amiable.sources.table import Sketch, TableReading, sketch
from amiable.store.ledger import load_ledgers
from amiable.store.models import Company

_CHUNK = 500
_SHOWN = 5  # refused lines of a kind
_LARGEST = 10  # balances
_LISTED = 50  # customers whose balance differs


@dataclass(slots=True)
class _Found:
    """Counts over the facts of a reading, and what of them is new to the company."""

    company: Company
    customers: KnownCustomers
    counts: Counter[str] = field(default_factory=Counter)
    new: Counter[str] = field(default_factory=Counter)
    first: date | None = None
    last: date | None = None

    def see(self, chunk: list[CustomerFacts]) -> None:
        """Count some customers' facts and hold them against what is stored."""
        known = self.customers.of([facts.customer for facts in chunk])
        ledgers = load_ledgers(self.company.pk, sorted(set(known.values())))
        for facts in chunk:
            self.counts.update(
                customers=1,
                invoices=len(facts.invoices),
                credits=len(facts.credits),
                contacts=len(facts.contacts),
                disputes=len(facts.disputes),
            )
            self._date(facts)
            pk = known.get(facts.customer.key)
            if pk is None:
                self.new.update(
                    customers=1, invoices=len(facts.invoices), credits=len(facts.credits)
                )
                continue
            joined = join(ledgers[pk], facts.invoices, facts.credits, ())
            self.new.update(
                invoices=len(joined.invoices),
                credits=len(joined.credits),
                changed=len(joined.changed_invoices) + len(joined.changed_credits),
            )

    def _date(self, facts: CustomerFacts) -> None:
        days = [item.issued_on for item in facts.invoices]
        days += [item.received_on for item in facts.credits]
        if days:
            first, last = min(days), max(days)
            self.first = min(self.first or first, first)
            self.last = max(self.last or last, last)


def understand(company: Company, reading: OpenReading, path: Path) -> dict[str, Any]:
    """Read everything, write nothing: what a person needs to know to say yes.

    ``path`` is the file of a table, whose columns are shown.
    """
    found = _Found(company, KnownCustomers(company))
    facts = reading.facts()
    while chunk := list(islice(facts, _CHUNK)):
        found.see(chunk)
    record = told_of(reading) | {
        "counts": dict(found.counts),
        "new": dict(found.new),
        "period": [day.isoformat() for day in (found.first, found.last) if day],
    }
    if isinstance(reading, TableReading):
        record["table"] = table_record(sketch(path, mapping=reading.mapping))
    return record


def told_of(reading: Reading) -> dict[str, Any]:
    """What a reading that has run tells of itself: form, control totals, refusals."""
    return {
        "format": reading.understood.format,
        "files": list(reading.understood.files),
        "details": [list(pair) for pair in reading.understood.details],
        "totals": _totals(reading.totals),
        "refusals": _grouped(reading.refusals),
        "warnings": _grouped(reading.warnings),
    }


def table_record(drawn: Sketch | None) -> dict[str, Any] | None:
    """The columns of a table, for a person to say what they hold."""
    if drawn is None:
        return None
    meaning = {header: name.value for name, header in drawn.mapping.fields.items()}
    return {
        "columns": [
            {"header": header, "field": meaning.get(header, ""), "examples": list(examples)}
            for header, examples in zip(drawn.headers, drawn.examples, strict=True)
            if header
        ],
        **{name: value or "" for name, value in drawn.mapping.as_dict().items()
           if name != "fields"},
    }  # fmt: skip


def _totals(totals: Totals) -> dict[str, Any]:
    """Control totals; sums by currency, which are never added up."""
    open_by = Counter[str]()
    for (_, currency), minor in totals.balances.items():
        open_by[currency] += minor
    largest = sorted(totals.balances.items(), key=lambda item: -abs(item[1]))[:_LARGEST]
    names = ("lines", "file_debit", "file_credit", "debit", "credit", "refused")
    return {
        **{name: getattr(totals, name) for name in names},
        "open": dict(open_by),
        "largest": [
            [key, totals.names.get(key, ""), currency, minor]
            for (key, currency), minor in largest
            if minor
        ],
    }


def refusal_record(refusal: Refusal) -> dict[str, Any]:
    """A refusal as plain values."""
    names = ("file", "line", "column", "value", "code", "facts", "minor")
    return {name: getattr(refusal, name) for name in names}


def refusal_records(refusals: Iterable[Refusal]) -> Iterator[dict[str, Any]]:
    """Refusals as plain values."""
    return map(refusal_record, refusals)


def _grouped(refusals: Iterable[Refusal]) -> list[dict[str, Any]]:
    """Refusals by cause, the most frequent first, each with its first lines."""
    groups: dict[str, dict[str, Any]] = {}
    for one in refusals:
        group = groups.setdefault(one.code, {"code": one.code, "n": 0, "minor": 0, "first": []})
        group["n"] += 1
        group["minor"] += one.minor
        if len(group["first"]) < _SHOWN:
            group["first"].append(refusal_record(one))
    return sorted(groups.values(), key=lambda group: -int(group["n"]))


def result_record(report: ImportReport) -> dict[str, Any]:
    """What an import did."""
    names = ("customers", "contacts", "invoices", "credits", "disputes", "changed")
    listed = report.mismatches[:_LISTED]
    return {
        "counts": {name: getattr(report, name) for name in names},
        "nothing_new": report.nothing_new,
        "balanced": bool(report.totals.balances),
        "mismatches": len(report.mismatches),
        "differing": [[one.customer, one.currency, one.in_file, one.stored] for one in listed],
    }
