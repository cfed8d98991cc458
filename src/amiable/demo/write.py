"""Write the demo company: the files a user would bring, and what was put into them."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import holidays

from amiable.demo.books import years
from amiable.demo.creditor import CREDITOR
from amiable.demo.fec_file import write_fec
from amiable.demo.moves import Account, Window
from amiable.demo.reminders import DemoReminder, past_reminders
from amiable.demo.roster import CUSTOMERS
from amiable.demo.sales import number_documents
from amiable.demo.spreadsheets import write_contacts, write_customers, write_open_invoices
from amiable.demo.stories import Story
from amiable.demo.trading import letter_groups, trade
from amiable.engine.days import BusinessCalendar
from amiable.engine.money import Money
from amiable.engine.parties import Company


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoInvoice:
    """An open invoice of the demo, ``late`` days after its due date today (below zero: before)."""

    customer: str
    number: str
    issued_on: date
    due_on: date
    amount: Money
    left: Money
    late: int
    dispute: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPromise:
    """Something no file holds: a customer said that it would pay ``amount`` by ``due_on``."""

    customer: str
    made_on: date
    due_on: date
    amount: Money
    invoices: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoFiles:
    """The files written, and the facts put into them.

    ``stories`` by customer code. ``left_in_peace`` and ``to_remind`` are the founding case: two
    customers who always pay ten days late, one two days late today, one sixteen.
    """

    company: Company
    fec: tuple[Path, ...]
    customers: Path
    contacts: Path
    open_invoices: Path
    stories: dict[str, Story]
    invoices: tuple[DemoInvoice, ...]
    promises: tuple[DemoPromise, ...]
    reminders: tuple[DemoReminder, ...]
    left_in_peace: str
    to_remind: str

    @property
    def paths(self) -> tuple[Path, ...]:
        """All the files, in the order in which to import them."""
        return (*self.fec, self.customers, self.contacts, self.open_invoices)


def write_demo(folder: Path, today: date, seed: int = 2026) -> DemoFiles:
    """Write the demo company as of the morning of ``today`` into ``folder``, made if missing.

    24 months that end yesterday. The same day and seed give the same bytes. Files of the same
    names are overwritten.
    """
    window = _window(today)
    accounts = [trade(customer, window, seed) for customer in CUSTOMERS]
    number_documents(accounts)
    for account in accounts:
        letter_groups(account, window)
    folder.mkdir(parents=True, exist_ok=True)
    files = DemoFiles(
        company=CREDITOR,
        fec=tuple(
            write_fec(folder, CREDITOR.siren, year, window.last) for year in years(accounts, window)
        ),
        customers=folder / "clients.xlsx",
        contacts=folder / "contacts.xlsx",
        open_invoices=folder / "factures-ouvertes.xlsx",
        stories={customer.code: customer.story for customer in CUSTOMERS},
        invoices=_open(accounts, today),
        promises=_promises(accounts, window),
        reminders=past_reminders(accounts, window, seed),
        left_in_peace=_founding_case(late=2),
        to_remind=_founding_case(late=16),
    )
    write_customers(files.customers, accounts)
    write_contacts(files.contacts, CUSTOMERS, seed)
    write_open_invoices(files.open_invoices, accounts)
    return files


def _window(today: date) -> Window:
    off = holidays.country_holidays("FR", years=range(today.year - 3, today.year + 2))
    return Window(today=today, days=BusinessCalendar(holidays=frozenset(off)))


def _founding_case(late: int) -> str:
    return next(
        customer.code
        for customer in CUSTOMERS
        if customer.story is Story.STEADY_LATE and customer.late == (late,)
    )


def _open(accounts: list[Account], today: date) -> tuple[DemoInvoice, ...]:
    return tuple(
        DemoInvoice(
            customer=account.customer.code,
            number=move.number,
            issued_on=move.on,
            due_on=move.due_on,
            amount=_euros(move.amount),
            left=_euros(move.left),
            late=(today - move.due_on).days,
            dispute=move.dispute,
        )
        for account in accounts
        for move in account.invoices
        if move.left
    )


def _promises(accounts: list[Account], window: Window) -> tuple[DemoPromise, ...]:
    """One promise that still runs, and one that was broken ten days ago."""
    keepers = [account for account in accounts if account.customer.story is Story.PROMISE_KEEPER]
    due_days = (window.days.roll(window.today + timedelta(days=4)), window.ago(10))
    return tuple(
        DemoPromise(
            customer=account.customer.code,
            made_on=window.ago(3 if due_on > window.today else 14),
            due_on=due_on,
            amount=_euros(late[0].left),
            invoices=tuple(invoice.number for invoice in late),
        )
        for account, due_on in zip(keepers, due_days, strict=True)
        if (late := [move for move in account.invoices if move.left and move.due_on < window.today])
    )


def _euros(cents: int) -> Money:
    return Money(minor=cents, currency="EUR")
