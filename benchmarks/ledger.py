"""A large invented ledger in SQLite, written straight into the tables: what the measures run on."""

import os
import random
import resource
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import holidays

from amiable.engine.days import BusinessCalendar

TODAY = date(2026, 11, 24)  # a Tuesday
_FIRST = date(2023, 1, 2)


def peak_mb() -> float:
    """Peak memory of this process in megabytes.

    From /proc where there is one: the figure of getrusage is inherited from whatever process
    started this one, such as the one that built the database.
    """
    status = Path("/proc/self/status")
    if status.exists():
        line = next(row for row in status.read_text().splitlines() if row.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def build(path: Path, customers: int, settled: int, overdue: int, *, rows_only: bool) -> None:
    """Create the database at ``path`` and fill it in.

    ``settled`` invoices paid around each customer's own delay, ``overdue`` open ones, a payment
    and an allocation for each settled one unless ``rows_only``.
    """
    environment = {**os.environ, "AMIABLE_DATABASE": f"sqlite:///{path}"}
    command = [sys.executable, "-c", CREATE]
    subprocess.run(command, env=environment, check=True)
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("PRAGMA cache_size=-200000")
        chance = random.Random(2026)
        _fill(connection, chance, customers, settled, overdue, rows_only=rows_only)
    connection.close()


CREATE = f"""
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "amiable.site.settings"
import django; django.setup()
from datetime import UTC, date, datetime
from django.core.management import call_command
from amiable.desk.company import create_company
from amiable.engine.parties import Company
call_command("migrate", verbosity=0)
row = create_company(Company(key="bench", name="Bench"), at=datetime(2026, 1, 1, tzinfo=UTC))
row.imported_on = date.fromisoformat("{TODAY.isoformat()}")
row.rolls = True
row.save()
"""


def _fill(
    connection: sqlite3.Connection,
    chance: random.Random,
    customers: int,
    settled: int,
    overdue: int,
    *,
    rows_only: bool,
) -> None:
    connection.executemany(
        "INSERT INTO store_customer (id, company_id, key, name, kind, country, language, terms,"
        " policy, siren, autopay, do_not_contact, version)"
        " VALUES (?, 1, ?, ?, 'business', 'FR', 'fr', '', '', '', 0, 0, 1)",
        ((pk, f"C{pk:06}", f"Customer {pk}") for pk in range(1, customers + 1)),
    )
    connection.executemany(
        "INSERT INTO store_contact (id, company_id, customer_id, key, role, name, email, phone,"
        " address, opted_out, refuses)"
        " VALUES (?, 1, ?, ?, 'accountant', 'Ada', ?, '', '', 0, '[]')",
        ((pk, pk, f"contact{pk}", f"c{pk}@customer.example") for pk in range(1, customers + 1)),
    )
    usual = [chance.gauss(9, 8) for _ in range(customers)]
    connection.executemany(
        "INSERT INTO store_invoice (id, company_id, customer_id, key, alias, number, kind,"
        " issued_on, due_on, due_basis, amount_minor, currency, label, lettering, settled_on,"
        " paid_on, delay)"
        " VALUES (?, 1, ?, ?, '', ?, 'invoice', ?, ?, 'stated', ?, 'EUR', '', '', ?, ?, ?)",
        _invoices(chance, usual, settled, overdue),
    )
    if not rows_only:
        _pay(connection)
    connection.commit()
    connection.execute("ANALYZE")


def _invoices(
    chance: random.Random, usual: list[float], settled: int, overdue: int
) -> Iterator[tuple[object, ...]]:
    span = (TODAY - _FIRST).days - 120
    texts = [(_FIRST + timedelta(days=day)).isoformat() for day in range(span + 400)]
    base = _FIRST.toordinal()
    days = holidays.country_holidays("FR", years=range(2022, 2028))
    calendar = BusinessCalendar(holidays=frozenset(days))
    rolled = [calendar.roll(_FIRST + timedelta(days=day)).toordinal() for day in range(span + 400)]
    for pk in range(1, settled + 1):
        customer = pk % len(usual) + 1
        issued = chance.randrange(span)
        delay = round(chance.gauss(usual[customer - 1], 5))
        day = base + issued + 30 + delay
        day += (8 - day % 7) % 7 if day % 7 in (0, 6) else 0  # nobody pays at weekends
        delay = day - rolled[issued + 30]
        number = f"F{pk:08}"
        amount = chance.randrange(5_000, 500_000)
        yield (
            pk,
            customer,
            number,
            number,
            texts[issued],
            texts[issued + 30],
            amount,
            day,
            day,
            delay,
        )
    latest = (TODAY - _FIRST).days
    for at in range(overdue):
        pk = settled + at + 1
        customer = at % len(usual) + 1
        due = latest - chance.randrange(1, 60)
        number = f"F{pk:08}"
        amount = chance.randrange(5_000, 500_000)
        yield (pk, customer, number, number, texts[due - 30], texts[due], amount, None, None, None)


def _pay(connection: sqlite3.Connection) -> None:
    connection.execute(
        "INSERT INTO store_credit (id, company_id, customer_id, key, number, kind, received_on,"
        " amount_minor, currency, label, lettering, settled_on)"
        " SELECT id, 1, customer_id, 'P' || key, '', 'payment', date(settled_on + 1721424.5),"
        " amount_minor, 'EUR', '', '', settled_on"
        " FROM store_invoice WHERE settled_on IS NOT NULL"
    )
    connection.execute(
        "INSERT INTO store_allocation (company_id, customer_id, invoice_id, credit_id,"
        " amount_minor, allocated_on, basis)"
        " SELECT 1, customer_id, id, id, amount_minor, received_on, 'lettering'"
        " FROM store_credit"
    )
