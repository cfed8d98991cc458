"""A policy tried on the past of a company, beside one read of its rows and the estimator alone.

    python -m benchmarks.backtest [--sizes 1000 10000 40000 100000] [--runs 3] [--keep FOLDER]

Fifty settled invoices a customer (1,000 settled: 40 customers, for ten is the least that is
judged). First reference: the rows of invoices, credits and allocations read once, and the
invoices sorted by the day they were settled. Second: the habit alone, walked forward: for each
invoice the estimator's median and 80th percentile on the day it was issued, nothing decided.
Each run is a process of its own, on one core, in seconds of that core; medians.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.ledger import build

_MEASURE = """
import json, os, sqlite3, sys, time
os.environ["DJANGO_SETTINGS_MODULE"] = "amiable.site.settings"
import django; django.setup()
from datetime import date
from amiable.desk.backtest import past_of_company, trial_of
from amiable.desk.calendar import working_days
from amiable.desk.plan import no_collections
from amiable.engine.backtest import backtest
from amiable.engine.backtest_stage import KnownHabit
from amiable.engine.backtest_walk import learn_weeks
from amiable.engine.segment import DEFAULT_RULE
from amiable.store.models import Company
from benchmarks.ledger import TODAY, peak_mb
working_days("FR")  # a module of the holidays library is loaded here
clock = time.process_time
path = sys.argv[1]
raw = sqlite3.connect(path)
started = clock()
rows = [raw.execute(f"SELECT * FROM store_{table}").fetchall()
        for table in ("invoice", "credit", "allocation")]
rows[0].sort(key=lambda row: (row[-4] or 0, row[0]))
scan = clock() - started
del rows
company = Company.objects.get(key="bench")
with no_collections():
    started = clock()
    past = past_of_company(company, TODAY, None, lambda done, total: None)
    read = clock() - started
    decided = 0
    def count(account, morning, verdict):
        global decided
        decided += 1
    started = clock()
    report = backtest(past, trial_of(company, None, TODAY))
    replay = clock() - started
    peak = peak_mb()
    backtest(past, trial_of(company, None, TODAY), trace=count)
    roll = past.due_calendar.roll if past.due_calendar else (lambda day: day)
    started = clock()
    settled = sorted(
        (one.settled_on.toordinal(), of.customer.key,
         (one.settled_on - roll(one.invoice.due_on)).days)
        for of in past.customers for one in of.invoices if one.teaches and one.settled_on)
    weeks = learn_weeks(settled, settled[0][0], past.snapshot.toordinal() + 1, DEFAULT_RULE)
    histories = {}
    for day, who, delay in settled:
        histories.setdefault(who, []).append((day, delay))
    for of in past.customers:
        known = KnownHabit(histories.get(of.customer.key, []), weeks)
        for one in sorted(of.invoices, key=lambda one: one.invoice.issued_on):
            issued = one.invoice.issued_on.toordinal()
            if issued >= settled[0][0]:
                habit = known.on(issued)
                habit.usual, habit.quantile(0.8)
    estimator = clock() - started
print(json.dumps({"scan": scan, "read": read, "replay": replay, "estimator": estimator,
                  "total": read + replay, "decided": decided, "invoices": report.invoices,
                  "settled": len(settled), "calendar": report.calendar.reminders,
                  "policy": report.policy.reminders, "peak_mb": peak}))
"""


def _run(path: Path, runs: int) -> list[dict[str, Any]]:
    environment = {**os.environ, "AMIABLE_DATABASE": f"sqlite:///{path}"}
    command = [sys.executable, "-c", _MEASURE, str(path)]
    return [
        json.loads(
            subprocess.run(
                command, env=environment, check=True, capture_output=True, text=True
            ).stdout
        )
        for _ in range(runs)
    ]


def main() -> None:
    """Build, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 40_000, 100_000])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--keep", type=Path, help="keep the databases in this folder")
    options = parser.parse_args()
    heads = ("settled", "compared", "decisions", "scan s", "estimator", "read s", "replay s",
             "total s", "/scan", "/estim.", "peak MB")  # fmt: skip
    print(" ".join(f"{head:>9}" for head in heads))
    before: tuple[int, float] | None = None
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        for size in options.sizes:
            path = folder / f"backtest-{size}.sqlite3"
            if not path.exists():
                build(path, max(size // 50, 40), size, size // 20, rows_only=False)
            found = _run(path, options.runs)
            middle = {name: statistics.median(one[name] for one in found) for name in found[0]}
            cells = [
                f"{middle['settled']:.0f}", f"{middle['invoices']:.0f}",
                f"{middle['decided']:.0f}", f"{middle['scan']:.3f}",
                f"{middle['estimator']:.3f}", f"{middle['read']:.3f}", f"{middle['replay']:.3f}",
                f"{middle['total']:.2f}", f"{middle['total'] / middle['scan']:.0f}",
                f"{middle['total'] / middle['estimator']:.1f}", f"{middle['peak_mb']:.0f}",
            ]  # fmt: skip
            print(" ".join(f"{cell:>9}" for cell in cells), flush=True)
            if before:
                times, longer = size / before[0], middle["total"] / before[1]
                print(f"          {times:.1f}x the invoices take {longer:.1f}x the time")
            before = size, middle["total"]


if __name__ == "__main__":
    main()
