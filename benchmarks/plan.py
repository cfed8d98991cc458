"""The plan decided and stored, beside one SQL scan of the same rows.

    python -m benchmarks.plan [--runs 5] [--small] [--keep FOLDER]

50,000 open overdue invoices of 10,000 customers with 1,000,000 settled ones, in SQLite; then a
tenth of that, for the growth. Each measure runs in a process of its own, on one core; medians.
"""

import argparse
import json
import os
import shutil
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
from datetime import timedelta
from amiable.desk.habit import learn_habits
from amiable.desk.plan import draw_plan
from amiable.store.models import Company
from amiable.desk.calendar import working_days
from benchmarks.ledger import TODAY, peak_mb
working_days('FR')  # a module of the holidays library is loaded here, not in the plan
path = sys.argv[1]
raw = sqlite3.connect(path)
def scan():
    started = time.perf_counter()
    n = 0
    for row in raw.execute(
        "SELECT customer_id, paid_on, delay, due_on, amount_minor FROM store_invoice"
    ):
        n += 1
    return time.perf_counter() - started
scan_s = min(scan(), scan())
raw.close()
company = Company.objects.get(key="bench")
def run(day):
    started = time.perf_counter()
    report = draw_plan(company, day)
    return time.perf_counter() - started, report.decided, report.changed
started = time.perf_counter()
learn_habits(company, TODAY)
learn_s = time.perf_counter() - started
first = run(TODAY)
again = run(TODAY)
next_day = run(TODAY + timedelta(days=1))
peak = peak_mb()
print(json.dumps({"scan": scan_s, "learn": learn_s, "first": first, "again": again,
                  "next": next_day, "peak_mb": peak}))
"""


def _run(path: Path, runs: int) -> list[dict[str, Any]]:
    found = []
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "ledger.sqlite3"
            shutil.copyfile(path, copy)
            environment = {**os.environ, "AMIABLE_DATABASE": f"sqlite:///{copy}"}
            command = [sys.executable, "-c", _MEASURE, str(copy)]
            done = subprocess.run(
                command, env=environment, check=True, capture_output=True, text=True
            )
            found.append(json.loads(done.stdout))
    return found


def _median(found: list[dict[str, Any]], name: str, at: int | None = None) -> float:
    return statistics.median(one[name] if at is None else one[name][at] for one in found)


def main() -> None:
    """Build, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--small", action="store_true", help="only the tenth")
    parser.add_argument("--keep", type=Path, help="keep the databases in this folder")
    options = parser.parse_args()
    sizes = [(1_000, 100_000, 5_000)]
    if not options.small:
        sizes.append((10_000, 1_000_000, 50_000))
    heads = ("customers", "settled", "overdue", "scan s", "learn s", "plan s", "/scan", "again s",
             "next day s", "peak MB")  # fmt: skip
    print(" ".join(f"{head:>10}" for head in heads))
    firsts = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        for customers, settled, overdue in sizes:
            path = folder / f"plan-{settled}.sqlite3"
            if not path.exists():
                build(path, customers, settled, overdue, rows_only=False)
            found = _run(path, options.runs)
            scan, first = _median(found, "scan"), _median(found, "first", 0)
            firsts.append(first)
            cells = [
                f"{customers}", f"{settled}", f"{overdue}", f"{scan:.3f}",
                f"{_median(found, 'learn'):.3f}", f"{first:.3f}", f"{first / scan:.1f}",
                f"{_median(found, 'again', 0):.3f}", f"{_median(found, 'next', 0):.3f}",
                f"{_median(found, 'peak_mb'):.0f}",
            ]  # fmt: skip
            print(" ".join(f"{cell:>10}" for cell in cells))
            one = found[0]
            print(f"           decided: plan {one['first'][1]}, again {one['again'][1]},"
                  f" next day {one['next'][1]}")  # fmt: skip
    if len(firsts) == 2:
        print(f"10x the size takes {firsts[1] / firsts[0]:.1f}x the time")


if __name__ == "__main__":
    main()
