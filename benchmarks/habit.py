"""Habits of many customers, first time and after one payment, beside one read of the columns.

    python -m benchmarks.habit [--customers 200000] [--settled 10000000] [--runs 3] [--keep FOLDER]

First time: the histories out of SQLite, what the company's customers share, then every
customer's usual delay and trigger. The reference reads the three columns once, row by row.
Each run is a process of its own, on one core; medians.
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
from amiable.desk.plan import no_collections
from amiable.engine.days import week_start
from amiable.engine.habit import habit_of, learn_company
from amiable.store.habit import load_histories, sampled_histories
from benchmarks.ledger import TODAY, peak_mb
path = sys.argv[1]
raw = sqlite3.connect(path)
started = time.perf_counter()
count = sum(1 for row in raw.execute("SELECT customer_id, paid_on, delay FROM store_invoice"))
scan = time.perf_counter() - started
raw.close()
with no_collections():
    started = time.perf_counter()
    company = learn_company(sampled_histories(1, TODAY))
    learned = time.perf_counter() - started
    week = week_start(TODAY)
    made = 0
    for pk, history in load_histories(1, TODAY):
        habit = habit_of(history, company, week)
        made += (habit.usual, habit.quantile(0.7)) is not None
    first = time.perf_counter() - started
one = []
for pk in range(1, 200):
    started = time.perf_counter()
    (found, history), = load_histories(1, TODAY, [pk])
    habit = habit_of(history, company, week)
    habit.usual, habit.quantile(0.7)
    one.append(time.perf_counter() - started)
one.sort()
peak = peak_mb()
print(json.dumps({"rows": count, "scan": scan, "learn": learned, "first": first, "made": made,
                  "one_ms": 1000 * one[len(one) // 2], "peak_mb": peak}))
"""


def main() -> None:
    """Build, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=200_000)
    parser.add_argument("--settled", type=int, default=10_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--keep", type=Path, help="keep the database in this folder")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"habit-{options.settled}.sqlite3"
        if not path.exists():
            build(path, options.customers, options.settled, 0, rows_only=True)
        found = []
        for _ in range(options.runs):
            environment = {**os.environ, "AMIABLE_DATABASE": f"sqlite:///{path}"}
            command = [sys.executable, "-c", _MEASURE, str(path)]
            done = subprocess.run(
                command, env=environment, check=True, capture_output=True, text=True
            )
            found.append(json.loads(done.stdout))

    def median(name: str) -> float:
        return statistics.median(one[name] for one in found)

    print(f"{found[0]['rows']} invoices, habits of {found[0]['made']} customers")
    print(f"one read of the three columns   {median('scan'):8.2f} s")
    print(f"  of which learning the company {median('learn'):8.2f} s")
    print(f"habits, first time              {median('first'):8.2f} s"
          f"   {median('first') / median('scan'):.1f} x the read")  # fmt: skip
    print(f"habit after one payment         {median('one_ms'):8.3f} ms")
    print(f"peak memory                     {median('peak_mb'):8.0f} MB")


if __name__ == "__main__":
    main()
