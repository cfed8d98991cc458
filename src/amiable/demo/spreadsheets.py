"""Spreadsheets: customers, their contacts and the open invoices, with a French SME's headers."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from random import Random

import xlsxwriter

from amiable.demo.moves import Account
from amiable.demo.roster import DemoCustomer
from amiable.demo.stories import Story
from amiable.engine.parties import CustomerKind, Language

Cell = str | date | float | None

CUSTOMER_COLUMNS = (
    "Code client",
    "Raison sociale",
    "Type de client",
    "Code postal",
    "Ville",
    "Pays",
    "Langue",
    "Conditions de règlement",
    "Prélèvement",
    "Procédure collective",
)
CONTACT_COLUMNS = (
    "Code client",
    "Raison sociale",
    "Contact",
    "Fonction",
    "E-mail",
    "Téléphone",
    "Langue",
)
OPEN_COLUMNS = (
    "Code client",
    "Raison sociale",
    "N° facture",
    "Date facture",
    "Date d'échéance",
    "Montant TTC",
    "Reste dû",
    "Litige",
    "Motif du litige",
)

_KINDS = {
    CustomerKind.BUSINESS: "Entreprise",
    CustomerKind.PUBLIC: "Public",
    CustomerKind.CONSUMER: "Particulier",
}
_LANGUAGES = {Language.FR: "Français", Language.EN: "Anglais"}
_FIRST = ("Alix", "Bastien", "Camille", "Dorothée", "François", "Gwénaëlle", "Honoré", "Maïa")
_LAST = ("Abadie", "Béranger", "Cornière", "Évrard", "Forêt", "Gaudin", "Lenoir", "Pélissier")


def _yes(answer: bool) -> str:
    return "oui" if answer else "non"


def write_customers(path: Path, accounts: Iterable[Account]) -> None:
    """Who the customers are: kind, terms, direct debit, insolvency."""
    _write(path, "Clients", CUSTOMER_COLUMNS, [_customer_row(account) for account in accounts])


def _customer_row(account: Account) -> Sequence[Cell]:
    customer = account.customer
    code, _, town = customer.city.partition(" ")
    return (
        customer.code,
        customer.name,
        _KINDS[customer.kind],
        code if town else "",
        town or code,
        customer.country,
        _LANGUAGES[customer.language],
        customer.terms,
        _yes(customer.story is Story.AUTOPAY),
        account.insolvent_on,
    )


def write_contacts(path: Path, customers: Iterable[DemoCustomer], seed: int) -> None:
    """Whom to write to: the accountant, and for some a manager or a buyer as well."""
    rows = [row for customer in customers for row in _contact_rows(customer, seed)]
    _write(path, "Contacts", CONTACT_COLUMNS, rows)


def _contact_rows(customer: DemoCustomer, seed: int) -> list[Sequence[Cell]]:
    rng = Random(f"{seed}/contacts/{customer.code}")
    rows = [_contact_row(customer, customer.accountant, _first_role(customer), rng)]
    if rng.random() < 0.45:
        name = f"{rng.choice(_FIRST)} {rng.choice(_LAST)}"
        rows.append(_contact_row(customer, name, rng.choice(("Gérant", "Acheteur")), rng))
    return rows


def _first_role(customer: DemoCustomer) -> str:
    if customer.kind is CustomerKind.CONSUMER:
        return ""
    return "Acheteur" if int(customer.code[1:]) % 20 == 0 else "Comptable"


def _contact_row(customer: DemoCustomer, name: str, role: str, rng: Random) -> Sequence[Cell]:
    address = f"{_ascii(name)}@{_ascii(customer.name)}.example"
    if int(customer.code[1:]) % 25 == 0:
        address = ""  # a few customers can only be reached by telephone
    language = _LANGUAGES[customer.language]
    return (customer.code, customer.name, name, role, address, _phone(customer, rng), language)


def _ascii(text: str) -> str:
    """Lower-case letters and dots, for a mail address."""
    text = text.replace("œ", "oe").replace("Œ", "Oe")
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def _phone(customer: DemoCustomer, rng: Random) -> str:
    """A number from the ranges that the French and British regulators keep for fiction."""
    number = rng.randrange(10_000)
    if customer.country == "GB":
        return f"+44 20 7946 0{number % 1000:03d}"
    if customer.country != "FR":
        return ""
    start = "01 99 00" if number % 2 else "06 39 98"
    return f"{start} {number // 100:02d} {number % 100:02d}"


def write_open_invoices(path: Path, accounts: Iterable[Account]) -> None:
    """The open invoices, with the due dates that a FEC lacks and the disputes."""
    rows = [
        (
            account.customer.code,
            account.customer.name,
            invoice.number,
            invoice.on,
            invoice.due_on,
            invoice.amount / 100,
            invoice.left / 100,
            _yes(bool(invoice.dispute)),
            invoice.dispute,
        )
        for account in accounts
        for invoice in account.invoices
        if invoice.left
    ]
    _write(path, "Factures ouvertes", OPEN_COLUMNS, rows)


def _write(path: Path, sheet: str, columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
    book = xlsxwriter.Workbook(str(path))
    book.set_properties({"created": datetime(2026, 1, 1)})  # noqa: DTZ001 - same bytes each time
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    amount = book.add_format({"num_format": "# ##0.00"})
    page = book.add_worksheet(sheet)
    page.write_row(0, 0, columns, book.add_format({"bold": True}))
    for place, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            if isinstance(value, date):
                page.write_datetime(place, column, datetime(*value.timetuple()[:3]), day)  # noqa: DTZ001
            elif isinstance(value, float):
                page.write_number(place, column, value, amount)
            elif value:
                page.write_string(place, column, value)
    page.autofit()
    page.freeze_panes(1, 0)
    book.close()
