"""Import: bring what a reader read into one company, all or nothing, and never twice."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice

from django.db import transaction

from amiable.desk.calendar import due_calendar
from amiable.desk.derive import derive
from amiable.desk.import_news import tell_of_import
from amiable.desk.import_people import Directory
from amiable.desk.join import Joined, join
from amiable.desk.opening import drop_superseded_openings, is_past, known_years
from amiable.engine.days import BusinessCalendar
from amiable.engine.habit import rolls_due_dates
from amiable.engine.ledger import MONEY_RECEIVED
from amiable.sources.reading import CustomerFacts, Reading, Refusal, Totals, Understood
from amiable.store import dispute as disputes
from amiable.store.company import lock_company, mark_imported
from amiable.store.credit import credit_rows
from amiable.store.customer import keys_of, touch
from amiable.store.import_run import (
    close_run,
    open_run,
    remember_changes,
    remember_deleted,
)
from amiable.store.ledger import (
    add_credits,
    add_invoices,
    balances_of,
    change_credits,
    change_invoices,
    load_ledgers,
    name_aliases,
)
from amiable.store.models import Company, ImportRun
from amiable.store.settlement import Derived, save_derived

__all__ = ["ImportReport", "Mismatch", "import_reading", "known_years"]

_CHUNK = 500  # customers matched and written together


@dataclass(frozen=True, slots=True, kw_only=True)
class Mismatch:
    """A customer whose balance differs from the file's, in minor units of a currency."""

    customer: str
    currency: str
    in_file: int
    stored: int


@dataclass(slots=True, kw_only=True)
class ImportReport:
    """What an import did; ``mismatches`` is empty when every control total agrees."""

    run: int
    understood: Understood
    totals: Totals
    refusals: list[Refusal]
    warnings: list[Refusal]
    customers: int = 0
    contacts: int = 0
    invoices: int = 0
    credits: int = 0
    changed: int = 0
    disputes: int = 0
    mismatches: list[Mismatch] = field(default_factory=list)

    @property
    def nothing_new(self) -> bool:
        """Whether everything was known already."""
        counts = (self.customers, self.contacts, self.invoices, self.credits, self.changed)
        return not any((*counts, self.disputes))


def import_reading(company: Company, reading: Reading, *, on: date, at: datetime) -> ImportReport:
    """Read everything and store what is new, in one transaction: an error leaves no trace.

    Facts already stored are left; a matching code or a better due date corrects its invoice.
    """
    with transaction.atomic():
        lock_company(company)
        run = open_run(
            company.pk,
            reading.understood.format,
            reading.understood.files,
            on,
            company.imported_on,
        )
        report = ImportReport(
            run=run.pk,
            understood=reading.understood,
            totals=reading.totals,
            refusals=[],
            warnings=[],
        )
        importer = _Importer(company, run, report)
        facts = reading.facts()
        chunk = list(islice(facts, _CHUNK))  # a reading knows its years from here on
        importer.carried = drop_superseded_openings(company, run, reading)
        while chunk:
            importer.take(chunk)
            chunk = list(islice(facts, _CHUNK))
        importer.close(reading)
        if report.invoices or report.credits or reading.totals.balances:
            mark_imported(company, on)
        close_run(run, _summary(report, reading), at)
        tell_of_import(company, run, on=on, at=at)
    return report


class _Importer:
    """Takes facts by the chunk; keeps the report."""

    def __init__(self, company: Company, run: ImportRun, report: ImportReport) -> None:
        self.company, self.run, self.report = company, run, report
        self.calendar: BusinessCalendar | None = due_calendar(company)
        self.directory = Directory(company, run)
        self.carried: dict[tuple[int, str], int] = {}

    def take(self, chunk: list[CustomerFacts]) -> None:
        """Store what is new in some customers' facts and match them anew."""
        if self.company.rolls is None:
            self._look_at_weekends(chunk)
        pks = self.directory.place(chunk)
        ledgers = load_ledgers(self.company.pk, sorted(set(pks)))
        told: dict[int, list[CustomerFacts]] = {}
        for pk, facts in zip(pks, chunk, strict=True):
            told.setdefault(pk, []).append(facts)  # two records may be of one customer
        joined = [
            join(
                ledgers[pk],
                [item for facts in each for item in facts.invoices],
                [item for facts in each for item in facts.credits],
                [item for facts in each for item in facts.disputes],
            )
            for pk, each in told.items()
        ]
        touched = [one for one in joined if one.touches]
        self._write(touched)
        contested = self._write_disputes(joined)
        self.directory.remember(chunk)
        again = {one.stored.customer: one for one in joined if one.touches}
        again |= {one.stored.customer: one for one in joined if one.stored.customer in contested}
        save_derived(self.company.pk, list(self._derived(list(again.values()))))
        moved = [one.stored.customer for one in (*touched, *again.values())]
        touch(self.company.pk, {*moved, *self.directory.changed})

    def _look_at_weekends(self, chunk: list[CustomerFacts]) -> None:
        """The first payments tell whether anybody pays at weekends, hence how delays count."""
        paid_on = [
            credit.received_on
            for facts in chunk
            for credit in facts.credits
            if credit.kind in MONEY_RECEIVED
        ]
        if paid_on:
            self.company.rolls = rolls_due_dates(paid_on)
            self.company.save(update_fields=["rolls"])
            self.calendar = due_calendar(self.company)

    def _derived(self, joined: list[Joined]) -> Iterator[Derived]:
        pks = [one.stored.customer for one in joined]
        contested = disputes.contested_invoices(self.company.pk, pks)
        for one in joined:
            one.stored.ledger = one.ledger()
            yield derive(one.stored, self.calendar, contested.get(one.stored.customer, ()))

    def _write(self, joined: list[Joined]) -> None:
        new_invoices = [(one.stored, item) for one in joined for item in one.invoices]
        new_credits = [(one.stored, item) for one in joined for item in one.credits]
        add_invoices(self.company.pk, self.run.pk, new_invoices)
        add_credits(self.company.pk, self.run.pk, new_credits)
        self.report.invoices += len(new_invoices)
        self.report.credits += len(new_credits)
        self._change(joined)
        self._drop(joined)

    def _change(self, joined: list[Joined]) -> None:
        """Write corrections, keeping the values before."""
        invoices = [
            (one.stored.invoice_ids[after.key], before, after)
            for one in joined
            for before, after in one.changed_invoices
        ]
        remember_changes(
            self.run,
            "invoice",
            (
                (
                    pk,
                    {
                        "due_on": before.due_on.isoformat(),
                        "due_basis": before.due_basis.value,
                        "lettering": before.lettering,
                    },
                )
                for pk, before, _ in invoices
            ),
        )
        change_invoices((pk, after) for pk, _, after in invoices)
        credits = [
            (one.stored.credit_ids[after.key], before, after)
            for one in joined
            for before, after in one.changed_credits
        ]
        remember_changes(
            self.run, "credit", ((pk, {"lettering": old.lettering}) for pk, old, _ in credits)
        )
        change_credits((pk, after) for pk, _, after in credits)
        aliases = [
            (one.stored.invoice_ids[key], alias) for one in joined for key, alias in one.aliases
        ]
        remember_changes(self.run, "invoice", ((pk, {"alias": ""}) for pk, _ in aliases))
        name_aliases(aliases)
        self.report.changed += len(invoices) + len(credits)

    def _drop(self, joined: list[Joined]) -> None:
        keys = {credit.key: one.stored for one in joined for credit in one.dropped}
        if not keys:
            return
        rows = credit_rows(self.company.pk, list(keys))
        remember_deleted(self.run, "credit", rows)
        for row in rows:
            keys[row.key].credit_ids.pop(row.key, None)
            row.delete()
        self.report.changed += len(rows)

    def _write_disputes(self, joined: list[Joined]) -> set[int]:
        added = disputes.add_disputes(
            self.company.pk,
            self.run.pk,
            [(one.stored.customer, item) for one in joined for item in one.disputes],
        )
        self.report.disputes += len(added)
        return added

    def close(self, reading: Reading) -> None:
        """What is known once everything is read: refusals, warnings, control totals."""
        self.report.totals = reading.totals
        self.report.refusals, self.report.warnings = reading.refusals, reading.warnings
        self.report.customers = self.directory.created
        self.report.contacts = self.directory.contacts
        self.report.changed += self.directory.corrected
        self.report.mismatches = self._control(reading)

    def _control(self, reading: Reading) -> list[Mismatch]:
        """Customers whose balance is not the file's (they also have other sources).

        An accounting export of past years is held against what the year after it carried over,
        where that was all that was known of it.
        """
        brought: dict[str, int] = getattr(reading, "brought", {})
        names = self.directory.names
        in_file: dict[tuple[int, str], tuple[str, int]] = {}
        for (key, currency), minor in reading.totals.balances.items():
            place = (names[key], currency)
            before = in_file.get(place, ("", 0))[1]  # two names of a file may be one customer
            in_file[place] = (key, before + minor + brought.get(key, 0))
        if not is_past(self.company, reading):
            known = balances_of(self.company.pk, sorted({pk for pk, _ in in_file}))
        elif self.carried:
            known = self.carried
            absent = keys_of(self.company.pk, sorted({pk for pk, _ in known.keys() - in_file}))
            in_file |= {place: (absent[place[0]], 0) for place in known.keys() - in_file}
        else:
            return []
        return [
            Mismatch(customer=key, currency=place[1], in_file=minor, stored=kept)
            for place, (key, minor) in in_file.items()
            if (kept := known.get(place, 0)) != minor
        ]


def _summary(report: ImportReport, reading: Reading) -> dict[str, object]:
    """What is kept of an import to be shown later."""
    years = getattr(reading, "fiscal_years", ())
    names = ("customers", "contacts", "invoices", "credits", "changed", "disputes")
    return {
        "counts": {name: getattr(report, name) for name in names},
        "lines": reading.totals.lines,
        "debit": reading.totals.debit,
        "credit": reading.totals.credit,
        "refused": reading.totals.refused,
        "refusals": len(reading.refusals),
        "years": [[start.isoformat(), end.isoformat()] for start, end in years],
        "mismatches": len(report.mismatches),
    }
