"""What a year of 100,000 reminders did, over 1,000,000 invoices: judging them, reading the pages.

    python -m benchmarks.effect [--customers 100000] [--reminders 100000]
                                [--only sqlite|postgresql] [--keep FOLDER]

The company of `benchmarks.desk`. Each reminder left eight days after the due date of an invoice
that was still open then, with a text of 4 kB. All are judged, then once more with nothing new, then
those of the last 90 days as on the next morning; then the real server is asked for the pages by one
client.
"""

from typing import Any

from benchmarks.pages import SIGNED_IN, databases, options_of, prepared, print_pages

PAGES = {
    "A year, by channel": "measures/reminders/",
    "A year, by weekday": "measures/reminders/?by=weekday",
    "A year, by hour": "measures/reminders/?by=hour",
    "A year, by collector": "measures/reminders/?by=collector",
    "Rows behind a figure": "measures/reminders/rows/?by=channel&value=sms",
}
_READY = (
    f"import django; django.setup(){SIGNED_IN}"
    + """
import json, os, time
from datetime import UTC, datetime, timedelta
from random import Random
from amiable.desk.effect_count import judge_reminders
from amiable.store.bulk import insert_rows
from amiable.store.models import Company, Customer, Invoice, Membership, OutboxRow, User
from benchmarks.ledger import TODAY, peak_mb
company = Company.objects.get(key="bench")
people = [User.objects.create_user(f"p{n}@example.com", name=f"Person {n}") for n in range(10)]
for one in people:
    Membership.objects.of(company.pk).create(company=company, user=one, role="administrator")
with connection.cursor() as cursor:
    cursor.execute("UPDATE store_customer SET collector_id = %s + id %% 10", [people[0].pk])
chance, wait, text = Random(2026), timedelta(days=8), "x" * 4000
first = TODAY - timedelta(days=365)
chased = Invoice.objects.of(company.pk).filter(due_on__gte=first - wait, due_on__lt=TODAY - wait)
chased = chased.exclude(delay__lt=8).values_list("pk", "customer_id", "key", "due_on")
most = int(os.environ["REMINDERS"])
def rows():
    for pk, customer, key, due_on in chased.order_by("pk")[:most].iterator():
        on = due_on + wait
        at = datetime(on.year, on.month, on.day, chance.randint(8, 17), tzinfo=UTC)
        yield (company.pk, customer, key, 1, "reminder", "sent",
               chance.choice(("email", "email", "email", "sms", "call")), "friendly", "", "", text,
               "", "", "", json.dumps([key]), json.dumps([key]), "{}", on, at, "", on, at, "", "",
               1, at)
fields = ("company", "customer", "cycle", "step", "purpose", "state", "channel", "tone",
          "recipient", "subject", "text", "html", "message_id", "in_reply_to", "invoices",
          "listed", "amounts", "approved_on", "approved_at", "claim", "sent_on", "sent_at",
          "detail", "reference", "attempts", "delivered_at")
sent = insert_rows(OutboxRow, fields, rows())
with connection.cursor() as cursor:
    cursor.execute("ANALYZE")
times, counts = [], []
for today in (TODAY, TODAY, TODAY + timedelta(days=1)):
    company.imported_on = today
    company.save(update_fields=["imported_on"])
    started = time.perf_counter()
    counts.append(judge_reminders(company, today))
    times.append(time.perf_counter() - started)
print(json.dumps({
    "cookie": signed_in(people[0]), "times": times,
    "counts": counts, "sent": sent, "peak": peak_mb(),
}))
"""
)


def measure(url: str, name: str, port: int, reminders: int) -> None:
    """Judge the reminders of a database, then print the times of the pages."""
    made: dict[str, Any] = prepared(_READY, url, REMINDERS=str(reminders))
    told = ", ".join(
        f"{count:,} judged in {seconds:.1f} s"
        for count, seconds in zip(made["counts"], made["times"], strict=True)
    )
    print(f"\n{name}: {made['sent']:,} reminders; {told} (peak {made['peak']:.0f} MB)")
    print_pages(url, port, made["cookie"], PAGES)


def main() -> None:
    """Build, measure, print."""
    parser = options_of(__doc__, 8793)
    parser.add_argument("--reminders", type=int, default=100_000)
    options = parser.parse_args()
    for url, name in databases(options):
        measure(url, name, options.port, options.reminders)


if __name__ == "__main__":
    main()
