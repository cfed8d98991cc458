"""The daily measures over 100,000 customers and 1,000,000 invoices: counting days, reading pages.

    python -m benchmarks.measure [--customers 100000] [--only sqlite|postgresql] [--keep FOLDER]

The company of `benchmarks.desk`, its customers spread over four segments, ten collectors and two
policies. All days of nearly four years are counted, then once more with nothing new; then the real
server is asked for its pages by one client. Times are those of a client on the same machine.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.desk import Visitor, company, copied, copy_to_postgres, environment, p95, served
from workshop.postgres import throwaway_postgres

PAGES = {
    "Measures, 90 days": "measures/",
    "Measures, a year": "measures/?period=year&on=2025-06-01",
    "Measures, 24 months": "measures/?period=free&since=2024-11-25&until=2026-11-24",
    "By segment": "measures/?by=segment",
    "By collector, a year": "measures/?by=collector&period=year&on=2025-06-01",
    "One segment": "measures/?by=segment&only=segment:regular",
    "Every day as CSV": "measures/days.csv",
    "Dashboard": "dashboard/",
}
REQUESTS = 40
_READY = """
import django; django.setup()
import json, time
from datetime import UTC, datetime
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from amiable.desk.measure_count import count_days
from amiable.store.models import Company, DayMeasure, Membership, User
from benchmarks.ledger import TODAY, peak_mb
company = Company.objects.get(key="bench")
people = [User.objects.create_user(f"p{n}@example.com", name=f"Person {n}") for n in range(10)]
for one in people:
    Membership.objects.of(company.pk).create(company=company, user=one, role="administrator")
first = people[0].pk
with connection.cursor() as cursor:
    cursor.execute(
        "UPDATE store_customer SET collector_id = %s + id %% 10,"
        " current_segment = CASE id %% 4 WHEN 0 THEN 'regular' WHEN 1 THEN 'often_late'"
        " WHEN 2 THEN 'at_risk' ELSE 'new' END,"
        " policy = CASE WHEN id %% 7 = 0 THEN 'prudent' ELSE '' END",
        [first],
    )
    cursor.execute("ANALYZE")
times = []
for _ in range(2):
    started = time.perf_counter()
    report = count_days(company, TODAY, datetime.now(UTC))
    times.append(time.perf_counter() - started)
user = people[0]
session = SessionStore()
session[SESSION_KEY] = str(user.pk)
session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session.save()
with connection.cursor() as cursor:
    cursor.execute("ANALYZE")
print(json.dumps({
    "cookie": f"{settings.SESSION_COOKIE_NAME}={session.session_key}", "times": times,
    "days": (report.until - report.since).days, "peak": peak_mb(),
    "rows": DayMeasure.objects.of(company.pk).count(),
}))
"""


def measure(url: str, name: str, port: int) -> None:
    """Count the days of a database, then print the times of its pages."""
    made = json.loads(_ready(url))
    first, again = made["times"]
    print(f"\n{name}: {made['days']} days counted in {first:.1f} s ({made['rows']:,} rows, peak"
          f" {made['peak']:.0f} MB); again, with nothing new, in {again:.1f} s")  # fmt: skip
    print(f"{'milliseconds a page':24} {'median':>8} {'p95':>8}")
    with served(url, port):
        visitor = Visitor(port, made["cookie"])
        for title, page in PAGES.items():
            path = f"/c/bench/{page}"
            status = visitor.get(path)[0]
            if status != 200:
                print(f"{title:24} answers {status}")
                continue
            times = [visitor.get(path)[1] for _ in range(REQUESTS)]
            print(f"{title:24} {statistics.median(times):8.0f} {p95(times):8.0f}")


def _ready(url: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", _READY],
        env=environment(url),
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout


def main() -> None:
    """Build, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    parser.add_argument("--keep", type=Path, help="keep the written company in this folder")
    parser.add_argument("--port", type=int, default=8791)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        source = company(folder, options.customers)
        if options.only != "postgresql":
            measure(f"sqlite:///{copied(source, Path(scratch))}", "SQLite", options.port)
        if options.only != "sqlite":
            with throwaway_postgres(durable=True) as url:
                copy_to_postgres(source, url)
                measure(url, "PostgreSQL", options.port)


if __name__ == "__main__":
    main()
