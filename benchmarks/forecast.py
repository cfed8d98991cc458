"""The cash forecast of a large ledger: all scenarios counted and kept, then read as a page does.

    python -m benchmarks.forecast [--small] [--keep FOLDER]

100,000 customers with 500,000 open and 1,000,000 settled invoices in SQLite; before that a tenth,
for the growth. Each measure runs in a process of its own, on one core.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.ledger import build

_MEASURE = """
import json, os, statistics, sys, time
os.environ["DJANGO_SETTINGS_MODULE"] = "amiable.site.settings"
import django; django.setup()
from datetime import UTC, datetime, time as clock, timedelta
from amiable.desk.calendar import working_days
from amiable.desk.forecast import count_forecast, count_past, Counted
from amiable.desk.forecast_past import accuracy
from amiable.desk.forecast_view import outlooks
from amiable.desk.habit import learn_habits
from amiable.engine.days import week_start
from amiable.store.forecast import newest_run
from amiable.store.models import Company
from benchmarks.ledger import TODAY, peak_mb
working_days('FR')
company = Company.objects.get(key="bench")
at = datetime.combine(TODAY, clock(8), tzinfo=UTC)
learn_habits(company, TODAY)
started = time.perf_counter()
count_forecast(company, TODAY, at)
day_s = time.perf_counter() - started
started = time.perf_counter()
count_past(company, week_start(TODAY) - timedelta(days=7), at)
past_s = time.perf_counter() - started
def read():
    started = time.perf_counter()
    run = newest_run(company.pk, TODAY)
    for scenario in ("habits", "on_time", "later"):
        outlooks(Counted(run=run), scenario)
    accuracy(company, TODAY)
    return 1000 * (time.perf_counter() - started)
reads = sorted(read() for _ in range(20))
print(json.dumps({"day": day_s, "past": past_s, "read": statistics.median(reads),
                  "p95": reads[18], "peak_mb": peak_mb()}))
"""


def _run(path: Path) -> dict[str, Any]:
    environment = {**os.environ, "AMIABLE_DATABASE": f"sqlite:///{path}"}
    command = [sys.executable, "-c", _MEASURE]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def main() -> None:
    """Build, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true", help="only the tenth")
    parser.add_argument("--keep", type=Path, help="keep the databases in this folder")
    options = parser.parse_args()
    sizes = [(10_000, 100_000, 50_000)]
    if not options.small:
        sizes.append((100_000, 1_000_000, 500_000))
    heads = ("customers", "settled", "open", "day s", "a Monday s", "read ms", "p95 ms", "peak MB")
    print(" ".join(f"{head:>10}" for head in heads))
    days = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        for customers, settled, overdue in sizes:
            path = folder / f"forecast-{settled}.sqlite3"
            if not path.exists():
                build(path, customers, settled, overdue, rows_only=False)
            found = _run(path)
            days.append(found["day"])
            cells = [
                f"{customers}", f"{settled}", f"{overdue}", f"{found['day']:.1f}",
                f"{found['past']:.1f}", f"{found['read']:.1f}", f"{found['p95']:.1f}",
                f"{found['peak_mb']:.0f}",
            ]  # fmt: skip
            print(" ".join(f"{cell:>10}" for cell in cells))
    if len(days) == 2:
        print(f"10x the size takes {days[1] / days[0]:.1f}x the time")


if __name__ == "__main__":
    main()
