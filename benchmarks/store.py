"""1,000 invoices with their payments brought in and stored, beside a bare insert of the rows.

    python -m benchmarks.store [--invoices 1000] [--runs 7]

The import is the whole one: customers, facts, matching, settlements, delays, in one transaction
of a SQLite file. The reference inserts as many invoices, credits and allocations with sqlite3
alone, without matching anything. A process for each run, on one core; medians.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.ledger import build

_MEASURE = """
import json, os, sqlite3, sys, time
os.environ["DJANGO_SETTINGS_MODULE"] = "amiable.site.settings"
import django; django.setup()
from datetime import UTC, date, datetime, timedelta
from amiable.desk.import_reading import import_reading
from amiable.engine.ledger import Credit, Invoice
from amiable.engine.money import Money
from amiable.sources.reading import CustomerFacts, CustomerRecord, Totals, Understood
from amiable.store.models import Allocation, Company
path, count = sys.argv[1], int(sys.argv[2])
class Memory:
    def __init__(self, mark, count):
        self.mark, self.count = mark, count
        self.understood = Understood(format="memory", files=(mark,))
        self.totals, self.refusals, self.warnings = Totals(), [], []
    def facts(self):
        for at in range(self.count // 10):
            key = f"{self.mark}{at}"
            invoices, credits = [], []
            for n in range(10):
                day = date(2026, 1, 5) + timedelta(days=7 * n)
                amount = Money(minor=10_000 + 37 * n + at, currency="EUR")
                invoices.append(Invoice(key=f"{key}i{n}", customer=key, number=f"{key}-{n}",
                    issued_on=day, due_on=day + timedelta(days=30), amount=amount,
                    lettering=f"L{n}"))
                credits.append(Credit(key=f"{key}c{n}", customer=key, number=f"V{n}",
                    received_on=day + timedelta(days=42), amount=amount,
                    lettering=f"L{n}"))
            yield CustomerFacts(customer=CustomerRecord(key=key, name=key),
                                invoices=tuple(invoices), credits=tuple(credits))
company = Company.objects.get(key="bench")
now = datetime(2026, 11, 24, tzinfo=UTC)
import_reading(company, Memory("warm", 100), on=now.date(), at=now)
started = time.perf_counter()
report = import_reading(company, Memory("run", count), on=now.date(), at=now)
taken = time.perf_counter() - started
assert report.invoices == report.credits == count, report
assert Allocation.objects.of(company.pk).count() == count + 100
raw = sqlite3.connect(":memory:")
source = sqlite3.connect(path)
for (sql,) in source.execute(
    "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'"
    " AND tbl_name IN ('store_invoice', 'store_credit', 'store_allocation') ORDER BY type DESC"
):
    raw.execute(sql)
rows = {t: source.execute(f"SELECT * FROM store_{t} ORDER BY id DESC LIMIT {count}").fetchall()
        for t in ("invoice", "credit", "allocation")}
started = time.perf_counter()
for table, values in rows.items():
    marks = ", ".join("?" * len(values[0]))
    raw.executemany(f"INSERT INTO store_{table} VALUES ({marks})", values)
raw.commit()
print(json.dumps({"import": taken, "bare": time.perf_counter() - started}))
"""


def main() -> None:
    """Build, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--invoices", type=int, default=1_000)
    parser.add_argument("--runs", type=int, default=7)
    options = parser.parse_args()
    found = []
    for _ in range(options.runs):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "ledger.sqlite3"
            build(path, 0, 0, 0, rows_only=True)
            environment = {**os.environ, "AMIABLE_DATABASE": f"sqlite:///{path}"}
            command = [sys.executable, "-c", _MEASURE, str(path), str(options.invoices)]
            done = subprocess.run(
                command, env=environment, check=True, capture_output=True, text=True
            )
            found.append(json.loads(done.stdout))
    taken = statistics.median(one["import"] for one in found)
    bare = statistics.median(one["bare"] for one in found)
    print(f"{options.invoices} invoices with payments imported {taken:8.3f} s")
    print(f"the same rows inserted bare, in memory    {bare:8.3f} s   ({taken / bare:.1f} x)")


if __name__ == "__main__":
    main()
