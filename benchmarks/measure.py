"""The daily measures over 100,000 customers and 1,000,000 invoices: counting days, reading pages.

    python -m benchmarks.measure [--customers 100000] [--only sqlite|postgresql] [--keep FOLDER]

The company of `benchmarks.desk`, its customers spread over four segments, ten collectors and two
policies. All days of nearly four years are counted, then once more with nothing new; then the real
server is asked for its pages by one client. Times are those of a client on the same machine.
"""

from typing import Any

from benchmarks.pages import SIGNED_IN, databases, options_of, prepared, print_pages

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
_READY = (
    f"import django; django.setup(){SIGNED_IN}"
    + """
import json, time
from datetime import UTC, datetime
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
print(json.dumps({
    "cookie": signed_in(people[0]), "times": times,
    "days": (report.until - report.since).days, "peak": peak_mb(),
    "rows": DayMeasure.objects.of(company.pk).count(),
}))
"""
)


def measure(url: str, name: str, port: int) -> None:
    """Count the days of a database, then print the times of its pages."""
    made: dict[str, Any] = prepared(_READY, url)
    first, again = made["times"]
    print(f"\n{name}: {made['days']} days counted in {first:.1f} s ({made['rows']:,} rows, peak"
          f" {made['peak']:.0f} MB); again, with nothing new, in {again:.1f} s")  # fmt: skip
    print_pages(url, port, made["cookie"], PAGES)


def main() -> None:
    """Build, measure, print."""
    options = options_of(__doc__, 8791).parse_args()
    for url, name in databases(options):
        measure(url, name, options.port)


if __name__ == "__main__":
    main()
