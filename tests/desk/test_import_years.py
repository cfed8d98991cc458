"""Importing the years of a company: together, one by one, newest first, again, and back."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.db import models

from amiable.demo.fec_file import ENCODING
from amiable.demo.write import DemoFiles, write_demo
from amiable.desk.company import create_company
from amiable.desk.import_reading import ImportReport, import_reading
from amiable.desk.open_source import open_source
from amiable.desk.undo_import import undo_import
from amiable.engine import parties
from amiable.sources.fec import open_fec
from amiable.sources.reading import (
    CustomerFacts,
    CustomerRecord,
    Reading,
    Refusal,
    SourceRefused,
    Totals,
    Understood,
)
from amiable.store.ledger import balances_of
from amiable.store.models import (
    Allocation,
    Company,
    Contact,
    Credit,
    Customer,
    Dispute,
    ImportChange,
    ImportRun,
    Invoice,
)
from tests.sources.fec_files import invoice, opening, payment, write

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
TABLES: tuple[type[models.Model], ...] = (
    Invoice,
    Credit,
    Allocation,
    Customer,
    Contact,
    Dispute,
)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoFiles:
    return write_demo(tmp_path_factory.mktemp("demo"), TODAY)


@pytest.fixture
def company() -> Company:
    return create_company(parties.Company(key="moulin", name="Le Moulin"), at=NOW)


def bring(company: Company, *paths: Path) -> ImportReport:
    """Import some files together."""
    return import_reading(company, open_source(company, paths), on=TODAY, at=NOW)


def stored_balances(company: Company) -> dict[str, int]:
    keys = dict(Customer.objects.of(company.pk).values_list("pk", "key"))
    sums = balances_of(company.pk, sorted(keys))
    return {keys[pk]: minor for (pk, _), minor in sums.items() if minor}


def file_balances(paths: Sequence[Path]) -> dict[str, int]:
    """What customers owe by the files alone, read together."""
    reading = open_fec(paths)
    for _ in reading.facts():
        pass
    return {key: minor for (key, _), minor in reading.totals.balances.items() if minor}


def picture(company: Company) -> dict[str, Counter[str]]:
    """All rows of all tables, without the keys of allocations and the versions of customers."""
    left_out = {Allocation: {"id"}, Customer: {"version"}}
    return {
        model.__name__: Counter(
            repr(row)
            for row in model.everywhere.filter(company_id=company.pk).values_list(
                *(
                    field.attname
                    for field in model._meta.concrete_fields
                    if field.attname not in left_out.get(model, ())
                )
            )
        )
        for model in TABLES
    }


def counts(report: ImportReport) -> dict[str, int]:
    names = ("customers", "contacts", "invoices", "credits", "changed", "disputes")
    return {name: getattr(report, name) for name in names}


def shortened(path: Path, folder: Path, last: date) -> Path:
    """The export of the same year made on the evening of ``last``."""
    head, *rows = path.read_bytes().decode(ENCODING).split("\r\n")
    kept = [head]
    for cells in (row.split("\t") for row in rows if row):
        if cells[3] > f"{last:%Y%m%d}":
            continue
        if cells[14] > f"{last:%Y%m%d}":
            cells[13] = cells[14] = ""
        kept.append("\t".join(cells))
    short = folder / f"{last:%Y%m%d}-{path.name}"
    short.write_bytes("".join(f"{row}\r\n" for row in kept).encode(ENCODING))
    return short


YEAR_2024 = (
    invoice(700, number="1", day="20240110"),
    payment(700, number="2", day="20240210"),
    invoice(5_000, number="3", day="20241110", piece="F2"),
)


# --- the order of imports


def in_order(files: DemoFiles) -> list[list[Path]]:
    return [[path] for path in files.fec]


def together(files: DemoFiles) -> list[list[Path]]:
    return [list(files.fec)]


def newest_first(files: DemoFiles) -> list[list[Path]]:
    return [[path] for path in reversed(files.fec)]


def middle_last(files: DemoFiles) -> list[list[Path]]:
    first, *middle, last = files.fec
    return [[first], [last], *([path] for path in middle)]


ORDERS = [in_order, together, newest_first, middle_last]


@pytest.mark.parametrize("order", ORDERS)
def test_years_give_the_files_own_balances_in_whatever_order(
    company: Company, demo: DemoFiles, order: object
) -> None:
    assert callable(order)
    for paths in order(demo):
        bring(company, *paths)
    assert len(demo.fec) == 3
    assert stored_balances(company) == file_balances(demo.fec)


@pytest.mark.parametrize("order", ORDERS)
def test_years_give_the_same_open_invoices_in_whatever_order(
    company: Company, demo: DemoFiles, order: object
) -> None:
    assert callable(order)
    for paths in order(demo):
        bring(company, *paths)
    paid: Counter[int] = Counter()
    for invoice_id, minor in Allocation.objects.of(company.pk).values_list(
        "invoice_id", "amount_minor"
    ):
        paid[invoice_id] += minor
    left = {
        (row.customer.key, row.number): row.amount_minor - paid[row.pk]
        for row in Invoice.objects.of(company.pk).filter(settled_on=None)
    }
    assert left == {(item.customer, item.number): item.left.minor for item in demo.invoices}


@pytest.mark.parametrize("order", [in_order, together, newest_first])
def test_control_totals_agree_at_each_step(
    company: Company, demo: DemoFiles, order: object
) -> None:
    assert callable(order)
    assert [bring(company, *paths).mismatches for paths in order(demo)] == [[]] * len(order(demo))


def test_a_year_that_does_not_end_with_what_the_next_one_carried_over_is_told(
    company: Company, tmp_path: Path
) -> None:
    old = write(tmp_path, *YEAR_2024, name="2024.txt")
    bring(company, write(tmp_path, opening(4_000, day="20250101"), name="2025.txt"))
    (mismatch,) = bring(company, old).mismatches
    assert (mismatch.customer, mismatch.in_file, mismatch.stored) == ("DUPONT", 5_000, 4_000)


# --- openings that keep the dates of the documents they carry over


def detailed(folder: Path) -> tuple[Path, Path, Path]:
    """Three years; the last two carry an invoice of 2024 over under its own date and one key."""
    carried = opening(5_000, number="0", day="20241110", piece="F2", journal_name="A nouveaux")
    return (
        write(folder, *YEAR_2024, name="2024.txt"),
        write(
            folder,
            carried,
            *(invoice(100, number=f"{month}", day=f"2025{month:02d}05") for month in range(1, 13)),
            name="2025.txt",
        ),
        write(
            folder,
            carried,
            opening(1_200, number="0", day="20251205", piece="F3"),
            *(payment(100, number=f"{month}", day=f"2026{month:02d}05") for month in range(1, 13)),
            name="2026.txt",
        ),
    )


@pytest.mark.parametrize("places", [(0, 1, 2), (2, 1, 0), (2, 0, 1), (1, 2, 0), (0, 2, 1)])
def test_detailed_openings_count_once_in_whatever_order(
    company: Company, tmp_path: Path, places: tuple[int, ...]
) -> None:
    files = detailed(tmp_path)
    for place in places:
        bring(company, files[place])
    assert stored_balances(company) == {"DUPONT": 5_000}


def test_undoing_brings_back_detailed_openings_under_the_key_they_share(
    company: Company, tmp_path: Path
) -> None:
    files = detailed(tmp_path)
    bring(company, files[2])
    before = picture(company)
    bring(company, files[1])
    undo_import(company, at=NOW)
    assert picture(company) == before
    assert stored_balances(company) == {"DUPONT": 5_000}


# --- again, and further


def test_importing_twice_changes_nothing(company: Company, demo: DemoFiles) -> None:
    bring(company, *demo.fec)
    before = picture(company)
    again = bring(company, *demo.fec)
    assert set(counts(again).values()) == {0}
    assert again.nothing_new
    assert picture(company) == before
    assert not ImportChange.objects.of(company.pk).filter(import_run=again.run).exists()


@pytest.mark.parametrize("place", [0, 1, 2])
def test_importing_one_year_again_changes_nothing(
    company: Company, demo: DemoFiles, place: int
) -> None:
    bring(company, *demo.fec)
    before = picture(company)
    assert bring(company, demo.fec[place]).nothing_new
    assert picture(company) == before


def test_importing_all_the_demo_twice_changes_nothing(company: Company, demo: DemoFiles) -> None:
    bring(company, *demo.fec)
    for path in demo.paths[len(demo.fec) :]:
        bring(company, path)
    before = picture(company)
    bring(company, *demo.fec)
    for path in demo.paths[len(demo.fec) :]:
        assert bring(company, path).nothing_new
    assert picture(company) == before


def test_a_longer_export_adds_what_is_new_and_fills_lettering(
    company: Company, demo: DemoFiles, tmp_path: Path
) -> None:
    short = shortened(demo.fec[-1], tmp_path, date(2026, 8, 31))
    bring(company, *demo.fec[:-1], short)
    assert stored_balances(company) == file_balances((*demo.fec[:-1], short))
    before = {row.key: row for row in Invoice.objects.of(company.pk)}
    report = bring(company, demo.fec[-1])
    after = {row.key: row for row in Invoice.objects.of(company.pk)}
    new = after.keys() - before.keys()
    assert before.keys() < after.keys()
    assert {after[key].issued_on > date(2026, 8, 31) for key in new} == {True}
    assert report.invoices == len(new)
    filled = [key for key in before if after[key].lettering != before[key].lettering]
    assert filled
    assert not any(before[key].lettering for key in filled)
    assert stored_balances(company) == file_balances(demo.fec)


# --- back


def test_undo_brings_everything_back_exactly(
    company: Company, demo: DemoFiles, tmp_path: Path
) -> None:
    short = shortened(demo.fec[-1], tmp_path, date(2026, 8, 31))
    steps = [[short], [demo.fec[1]], [demo.fec[2]], [demo.fec[0]]]
    steps += [[path] for path in (demo.customers, demo.contacts, demo.open_invoices)]
    pictures = [picture(company)]
    for paths in steps:
        bring(company, *paths)
        pictures.append(picture(company))
    for before in reversed(pictures[:-1]):
        undo_import(company, at=NOW)
        now = picture(company)
        for table, rows in before.items():
            assert now[table] - rows == rows - now[table] == Counter(), table
    assert stored_balances(company) == {}


def test_undo_gives_the_freshness_before_back(company: Company, demo: DemoFiles) -> None:
    import_reading(company, open_source(company, demo.fec[:1]), on=date(2026, 1, 5), at=NOW)
    bring(company, demo.fec[1])
    undo_import(company, at=NOW)
    company.refresh_from_db()
    assert company.imported_on == date(2026, 1, 5)


class Broken:
    """A reading that is refused after some customers."""

    def __init__(self, reading: Reading, customers: int) -> None:
        self.reading, self.customers = reading, customers
        self.understood = Understood(format="fec", files=("broken.txt",))
        self.totals, self.fiscal_years = Totals(), ((date(2024, 1, 1), date(2025, 1, 1)),)
        self.refusals: list[Refusal] = []
        self.warnings: list[Refusal] = []

    def facts(self) -> Iterator[CustomerFacts]:
        facts = list(self.reading.facts())
        yield from (
            replace(
                facts[at % len(facts)],
                customer=CustomerRecord(key=f"new {at}", name="New"),
                invoices=(),
                credits=(),
            )
            for at in range(self.customers)
        )
        yield from facts
        raise SourceRefused(
            Refusal(file="broken.txt", line=9, column="", value="", code="fec.too_many")
        )


@pytest.mark.parametrize("customers", [0, 600])
def test_a_refused_source_leaves_no_trace(
    company: Company, demo: DemoFiles, customers: int
) -> None:
    bring(company, demo.fec[1])
    before, runs = picture(company), ImportRun.objects.of(company.pk).count()
    with pytest.raises(SourceRefused):
        import_reading(
            company, Broken(open_fec(demo.fec[2:]), customers), on=date(2026, 12, 1), at=NOW
        )
    assert picture(company) == before
    assert ImportRun.objects.of(company.pk).count() == runs
    assert ImportChange.objects.of(company.pk).count() == 0
    company.refresh_from_db()
    assert company.imported_on == TODAY
