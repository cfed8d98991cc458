"""The demo company: sound books, believable stories, the same bytes for the same day."""

import csv
import io
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

import holidays
import pytest
from python_calamine import CalamineWorkbook
from schwifty import IBAN
from stdnum.fr import siren, tva

from amiable.demo.creditor import CREDITOR
from amiable.demo.roster import CUSTOMERS
from amiable.demo.stories import Story
from amiable.demo.write import DemoFiles, write_demo
from amiable.engine.days import due_date, parse_terms
from amiable.engine.ledger import Credit, CreditKind, Invoice, InvoiceKind, Ledger, open_items
from amiable.engine.matching import match
from amiable.engine.money import Money

SUNDAY = date(2026, 11, 22)
MORNINGS = (
    SUNDAY,
    date(2026, 11, 24),
    date(2026, 1, 1),
    date(2028, 2, 29),
    date(2026, 12, 31),
    date(2025, 12, 31),
    date(2027, 5, 3),
)
OFF = holidays.country_holidays("FR", years=range(2023, 2029))

Row = dict[str, str]


FOLDER = Path(mkdtemp(prefix="demo-"))


@pytest.fixture(scope="module", autouse=True)
def clean_up() -> Iterator[None]:
    yield
    rmtree(FOLDER)


@cache
def demo(today: date) -> DemoFiles:
    return write_demo(FOLDER / str(today), today)


@cache
def fec(path: Path) -> tuple[Row, ...]:
    text = path.read_bytes().decode("iso8859-15")
    return tuple(csv.DictReader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE))


def sheet(path: Path) -> list[dict[str, object]]:
    header, *rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    return [dict(zip(map(str, header), row, strict=True)) for row in rows]


def cents(text: str) -> int:
    return int(Decimal(text.replace(",", ".")) * 100)


def signed(row: Row) -> int:
    return cents(row["Debit"]) - cents(row["Credit"])


def day(text: str) -> date:
    return date.fromisoformat(f"{text[:4]}-{text[4:6]}-{text[6:]}")


def customer_lines(files: DemoFiles) -> list[Row]:
    """The customer lines of all years; opening lines repeat what earlier files already hold."""
    return [
        row
        for path in files.fec
        for row in fec(path)
        if row["CompteNum"].startswith("411") and row["JournalCode"] != "AN"
    ]


def ledgers(files: DemoFiles) -> dict[str, Ledger]:
    """Ledgers as a reader that knows nothing of the generator would build them."""
    invoices: dict[str, list[Invoice]] = defaultdict(list)
    credits: dict[str, list[Credit]] = defaultdict(list)
    kinds = {
        "VE": CreditKind.CREDIT_NOTE,
        "BQ": CreditKind.PAYMENT,
        "OD": CreditKind.WRITE_OFF,
    }
    for place, row in enumerate(customer_lines(files)):
        customer, on = row["CompAuxNum"], day(row["EcritureDate"])
        amount = Money(minor=abs(signed(row)), currency="EUR")
        if signed(row) > 0:
            invoices[customer].append(
                Invoice(
                    key=str(place),
                    customer=customer,
                    number=row["PieceRef"],
                    issued_on=on,
                    due_on=on + timedelta(days=30),
                    amount=amount,
                    kind=InvoiceKind.INVOICE
                    if row["JournalCode"] == "VE"
                    else InvoiceKind.RETURNED,
                    lettering=row["EcritureLet"],
                )
            )
        else:
            credits[customer].append(
                Credit(
                    key=str(place),
                    customer=customer,
                    number=row["PieceRef"],
                    received_on=on,
                    amount=amount,
                    kind=kinds[row["JournalCode"]],
                    label=row["EcritureLib"],
                    lettering=row["EcritureLet"],
                )
            )
    return {
        customer: Ledger(invoices=tuple(invoices[customer]), credits=tuple(credits[customer]))
        for customer in invoices
    }


def matched(ledger: Ledger) -> Ledger:
    return Ledger(invoices=ledger.invoices, credits=ledger.credits, allocations=match(ledger))


def by_story(files: DemoFiles, story: Story) -> list[str]:
    return [code for code, told in files.stories.items() if told is story]


@pytest.mark.parametrize("today", MORNINGS)
def test_every_entry_and_every_file_balances(today: date) -> None:
    for path in demo(today).fec:
        sums: dict[str, int] = defaultdict(int)
        for row in fec(path):
            sums[row["EcritureNum"]] += signed(row)
        assert sums
        assert set(sums.values()) == {0}


@pytest.mark.parametrize("today", MORNINGS)
def test_entries_are_numbered_without_a_gap_and_in_the_order_of_days(today: date) -> None:
    for path in demo(today).fec:
        numbers = list(dict.fromkeys(int(row["EcritureNum"]) for row in fec(path)))
        days = [row["EcritureDate"] for row in fec(path)]
        assert numbers == list(range(1, len(numbers) + 1))
        assert days == sorted(days)


@pytest.mark.parametrize("today", MORNINGS)
def test_opening_lines_equal_the_balances_of_the_year_before(today: date) -> None:
    files = demo(today)
    for before, after in zip(files.fec, files.fec[1:], strict=False):
        closing: dict[tuple[str, str], int] = defaultdict(int)
        for row in fec(before):
            account = "120000" if row["CompteNum"][0] in "67" else row["CompteNum"]
            closing[account, row["CompAuxNum"]] += signed(row)
        opening = {
            (row["CompteNum"], row["CompAuxNum"]): signed(row)
            for row in fec(after)
            if row["JournalCode"] == "AN"
        }
        assert opening == {place: sum_ for place, sum_ in closing.items() if sum_}
        assert not any(row["EcritureLet"] for row in fec(after) if row["JournalCode"] == "AN")


@pytest.mark.parametrize("today", MORNINGS)
def test_the_open_list_is_what_the_accounting_files_leave_open(today: date) -> None:
    files = demo(today)
    left = {
        (customer, item.invoice.number): item.left.minor
        for customer, ledger in ledgers(files).items()
        for item in open_items(matched(ledger), today).invoices
    }
    listed = {
        (row["Code client"], row["N° facture"]): round(float(str(row["Reste dû"])) * 100)
        for row in sheet(files.open_invoices)
    }
    assert listed == left
    assert listed == {(item.customer, item.number): item.left.minor for item in files.invoices}


@pytest.mark.parametrize("today", MORNINGS)
def test_only_the_customers_who_overpaid_have_money_left_unmatched(today: date) -> None:
    files = demo(today)
    with_credit = [
        customer
        for customer, ledger in ledgers(files).items()
        if open_items(matched(ledger), today).credits
    ]
    assert sorted(with_credit) == by_story(files, Story.OVERPAID)


@pytest.mark.parametrize("today", MORNINGS)
def test_lettering_groups_cancel_out(today: date) -> None:
    groups: dict[tuple[str, str], int] = defaultdict(int)
    for row in customer_lines(demo(today)):
        if row["EcritureLet"]:
            groups[row["CompAuxNum"], row["EcritureLet"]] += signed(row)
            assert day(row["EcritureDate"]) <= day(row["DateLet"]) < today
    assert len(groups) > 500
    assert set(groups.values()) == {0}


@pytest.mark.parametrize("today", MORNINGS)
def test_no_payment_on_a_day_off_and_nothing_after_yesterday(today: date) -> None:
    files = demo(today)
    rows = [row for path in files.fec for row in fec(path)]
    bank = {day(row["EcritureDate"]) for row in rows if row["JournalCode"] == "BQ"}
    assert not [on for on in bank if on.weekday() >= 5 or on in OFF]
    days = [day(row["EcritureDate"]) for row in rows if row["JournalCode"] in ("VE", "BQ", "OD")]
    assert max(days) < today
    assert min(days) >= today.replace(day=min(today.day, 28), year=today.year - 2)


@pytest.mark.parametrize("today", MORNINGS)
def test_a_morning_is_believable(today: date) -> None:
    files = demo(today)
    overdue = [item for item in files.invoices if item.late > 0]
    coming = [item for item in files.invoices if item.late <= 0]
    numbers = {row["PieceRef"] for row in customer_lines(files) if row["JournalCode"] == "VE"}
    assert 1000 <= len(numbers) <= 1450
    assert 40 <= len(overdue) <= 65
    assert len(coming) >= 20
    assert len({item.customer for item in overdue}) >= 30


@pytest.mark.parametrize("today", MORNINGS)
def test_the_founding_case_is_there(today: date) -> None:
    files = demo(today)
    late = {
        code: [item.late for item in files.invoices if item.customer == code and item.late > 0]
        for code in (files.left_in_peace, files.to_remind)
    }
    [early_days], [late_days] = late[files.left_in_peace], late[files.to_remind]
    assert 1 <= early_days <= 4
    assert 14 <= late_days <= 18
    for code in late:
        assert files.stories[code] is Story.STEADY_LATE
        delays = settled_delays(files, code)
        assert len(delays) >= 15
        assert sorted(delays)[len(delays) // 2] in (10, 11, 12)


def settled_delays(files: DemoFiles, code: str) -> list[int]:
    """Days from the due date, rolled to a business day, to the lettered payment."""
    [terms] = [parse_terms(item.terms) for item in CUSTOMERS if item.code == code]
    assert terms is not None
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in customer_lines(files):
        if row["CompAuxNum"] == code and row["EcritureLet"]:
            groups[row["EcritureLet"]].append(row)
    delays = []
    for rows in groups.values():
        paid = max(day(row["EcritureDate"]) for row in rows)
        for row in rows:
            if signed(row) > 0 and row["JournalCode"] == "VE":
                due = due_date(day(row["EcritureDate"]), terms)
                while due.weekday() >= 5 or due in OFF:
                    due += timedelta(days=1)
                delays.append((paid - due).days)
    return delays


@pytest.mark.parametrize("today", MORNINGS)
def test_all_stories_are_told(today: date) -> None:
    files = demo(today)
    assert set(files.stories.values()) == set(Story)
    assert 55 <= len(files.stories) <= 65
    assert len(files.promises) == 2
    assert {promise.customer for promise in files.promises} == set(
        by_story(files, Story.PROMISE_KEEPER)
    )
    assert files.promises[0].due_on > today > files.promises[1].due_on


@pytest.mark.parametrize("today", MORNINGS)
def test_the_bank_journal_holds_a_bounced_payment_of_each_kind(today: date) -> None:
    labels = [row["EcritureLib"] for row in customer_lines(demo(today))]
    assert [label for label in labels if label.startswith("IMPAYE CHQ")]
    assert [label for label in labels if label.startswith("IMPAYE PRLV")]
    assert [label for label in labels if label.startswith("Créance irrécouvrable")]
    assert len([label for label in labels if label.startswith("Avoir AV")]) >= 8


@pytest.mark.parametrize("today", MORNINGS)
def test_one_transfer_can_pay_several_invoices(today: date) -> None:
    files = demo(today)
    weekly = set(by_story(files, Story.WEEKLY_TRANSFER))
    several = [
        row
        for row in customer_lines(files)
        if row["CompAuxNum"] in weekly and row["EcritureLib"].count(" FA") > 1
    ]
    assert len(several) >= 5


def test_a_customer_that_drifts_pays_later_and_later() -> None:
    files = demo(SUNDAY)
    for code in by_story(files, Story.DRIFTING):
        delays = settled_delays(files, code)
        assert sum(delays[-3:]) / 3 > sum(delays[:6]) / 6 + 6


def test_an_early_customer_pays_before_the_due_date() -> None:
    files = demo(SUNDAY)
    for code in by_story(files, Story.EARLY):
        assert max(settled_delays(files, code)) <= 0


def test_disputes_and_insolvency_and_direct_debit_travel_in_the_spreadsheets() -> None:
    files = demo(SUNDAY)
    customers = {str(row["Code client"]): row for row in sheet(files.customers)}
    assert [code for code, row in customers.items() if row["Prélèvement"] == "oui"] == by_story(
        files, Story.AUTOPAY
    )
    opened = {
        code: row["Procédure collective"]
        for code, row in customers.items()
        if row["Procédure collective"]
    }
    assert list(opened) == by_story(files, Story.INSOLVENT)
    assert all(isinstance(on, date) and on < SUNDAY for on in opened.values())
    disputed = [row for row in sheet(files.open_invoices) if row["Litige"] == "oui"]
    assert [row["Code client"] for row in disputed] == by_story(files, Story.DISPUTED)
    assert all(row["Motif du litige"] for row in disputed)


def test_due_dates_of_the_open_list_follow_the_customers_terms() -> None:
    files = demo(SUNDAY)
    terms = {
        str(row["Code client"]): parse_terms(str(row["Conditions de règlement"]))
        for row in sheet(files.customers)
    }
    for row in sheet(files.open_invoices):
        rule = terms[str(row["Code client"])]
        issued_on = row["Date facture"]
        assert rule is not None
        assert isinstance(issued_on, date)
        assert row["Date d'échéance"] == due_date(issued_on, rule)


def test_the_same_day_and_seed_give_the_same_bytes(tmp_path: Path) -> None:
    one = write_demo(tmp_path / "one", SUNDAY)
    other = write_demo(tmp_path / "other", SUNDAY)
    assert [path.read_bytes() for path in one.paths] == [path.read_bytes() for path in other.paths]


def test_another_seed_gives_other_invoices(tmp_path: Path) -> None:
    other = write_demo(tmp_path, SUNDAY, seed=7)
    assert other.fec[-1].read_bytes() != demo(SUNDAY).fec[-1].read_bytes()


def test_the_identifiers_of_the_creditor_are_well_formed() -> None:
    assert siren.is_valid(CREDITOR.siren)
    assert tva.is_valid(CREDITOR.vat)
    assert siren.to_tva(CREDITOR.siren) in CREDITOR.vat
    assert IBAN(CREDITOR.iban, validate_bban=True).country_code == "FR"


def test_files_are_named_after_the_creditor_and_the_closing_day() -> None:
    assert [path.name for path in demo(SUNDAY).fec] == [
        "123456782FEC20241231.txt",
        "123456782FEC20251231.txt",
        "123456782FEC20261231.txt",
    ]


def test_on_new_years_day_the_year_that_begins_has_no_file_yet() -> None:
    assert [path.name[12:16] for path in demo(date(2026, 1, 1)).fec] == ["2024", "2025"]


def test_a_year_without_an_entry_makes_no_file() -> None:
    new_years_eve = date(2025, 12, 31)  # the window starts on 31 December 2023, a Sunday
    assert [path.name[12:16] for path in demo(new_years_eve).fec] == ["2024", "2025"]


def test_accents_survive_in_every_file() -> None:
    files = demo(SUNDAY)
    names = {row["CompAuxLib"] for path in files.fec for row in fec(path)}
    assert {"Hôtel des Trois Écluses", "Galerie Œil-de-Bœuf", "Maison Hautecœur"} <= names
    for path in (files.customers, files.contacts):
        assert {item.name for item in CUSTOMERS} == {row["Raison sociale"] for row in sheet(path)}


def test_addresses_and_numbers_belong_to_nobody() -> None:
    rows = sheet(demo(SUNDAY).contacts)
    emails = [str(row["E-mail"]) for row in rows if row["E-mail"]]
    phones = [str(row["Téléphone"]) for row in rows if row["Téléphone"]]
    assert len(emails) >= 60
    assert all(email.isascii() and email.endswith(".example") for email in emails)
    assert CREDITOR.email.endswith(".example")
    assert phones
    assert all(phone.startswith(("01 99 00 ", "06 39 98 ", "+44 20 7946 0")) for phone in phones)


def test_a_few_customers_cannot_be_reached_by_mail() -> None:
    rows = sheet(demo(SUNDAY).contacts)
    reachable = {row["Code client"] for row in rows if row["E-mail"]}
    assert 1 <= len(CUSTOMERS) - len(reachable) <= 4
