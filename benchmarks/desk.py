"""The pages of the desk over 100,000 customers and 1,000,000 invoices: time, queries, weight.

    python -m benchmarks.desk [--customers 100000] [--only sqlite|postgresql] [--keep FOLDER]

A company is written into SQLite and copied into a PostgreSQL of its own, its plan is drawn, and
the real server is asked for its pages by one client, then by eight at once. Times are those of a
client on the same machine, from sending the request to the last byte; the server and the clients
share its cores. Queries are counted on companies of a hundredth, a tenth and the whole.
"""

import argparse
import json
import os
import re
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import psycopg

from benchmarks.ledger import CREATE, TODAY, build
from workshop.postgres import throwaway_postgres

PAGES = {
    "Today": "",
    "Today filtered": "?segment=regular&sort=beyond",
    "Customer": "customers/4711/",
    "Customers": "customers/",
    "Customers filtered": "customers/?segment=regular&overdue=on&sort=late",
    "Customers by word": "customers/?words=mer+99&sort=name",
    "Invoices": "invoices/",
    "Invoices filtered": "invoices/?state=overdue&low=1000&sort=-amount",
    "Invoices of a month": "invoices/?due_from=2025-03-01&due_until=2025-03-31&sort=amount",
    "Invoices by number": "invoices/?number=F0004&sort=due",
    "Aged balance": "balance/",
    "Credits": "credits/",
    "Search a name": "search/?q=tomer%2099",
    "Search a number": "search/?q=F00012",
    "Search in vain": "search/?q=nobody+is+called+so",
}
ONE, EIGHT = 40, 8 * 20
_TABLES = ("customer", "contact", "invoice", "credit", "allocation")
_DERIVED = ("plain",)  # columns the database writes itself

_READY = """
import django; django.setup()
import json, time
from datetime import UTC, datetime
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.conf import settings
from django.db import connection
from amiable.desk.night import prepare_day
from amiable.store.models import Company, Membership, User
from benchmarks.ledger import TODAY
company = Company.objects.get(key="bench")
started = time.perf_counter()
prepare_day(company, TODAY, datetime.now(UTC))
taken = time.perf_counter() - started
user = User.objects.create_user("bench@example.com", name="Bench")
Membership.objects.of(company.pk).create(company=company, user=user, role="administrator")
session = SessionStore()
session[SESSION_KEY] = str(user.pk)
session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session.save()
with connection.cursor() as cursor:
    cursor.execute("ANALYZE")
print(json.dumps([settings.SESSION_COOKIE_NAME, session.session_key, taken]))
"""
_MIGRATE = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
"""
_COUNT = """
import django; django.setup()
import json, sys
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from amiable.store.models import User
settings.ALLOWED_HOSTS.append("testserver")
client = Client()
client.force_login(User.objects.get(email="bench@example.com"))
counts = []
for page in json.loads(sys.argv[1]):
    client.get(page)
    with CaptureQueriesContext(connection, ) as found:
        answer = client.get(page)
    counts.append([answer.status_code, len(found)])
print(json.dumps(counts))
"""


def _run(program: str, url: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        env=environment(url),
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


def environment(url: str) -> dict[str, str]:
    """What a program of the product is run with on a database."""
    settings = "amiable.site.settings"
    day = TODAY.isoformat()
    return {
        **os.environ,
        "AMIABLE_DATABASE": url,
        "DJANGO_SETTINGS_MODULE": settings,
        "AMIABLE_TODAY": day,
        "AMIABLE_SECRET_KEY": "measured and thrown away",
    }


def copy_to_postgres(path: Path, url: str) -> None:
    """The same rows in PostgreSQL."""
    _run(CREATE, url)
    with sqlite3.connect(path) as source, psycopg.connect(url) as target:
        for table in _TABLES:
            info = source.execute(f"SELECT name FROM pragma_table_xinfo('store_{table}')")
            names = [name for (name,) in info if name not in _DERIVED]
            columns = ", ".join(f'"{name}"' for name in names)
            rows = source.execute(f"SELECT {columns} FROM store_{table}")
            with target.cursor().copy(f"COPY store_{table} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            target.execute(
                f"SELECT setval(pg_get_serial_sequence('store_{table}', 'id'),"
                f" (SELECT MAX(id) FROM store_{table}))"
            )
        target.commit()
        target.autocommit = True
        target.execute("VACUUM ANALYZE")


@contextmanager
def served(url: str, port: int) -> Iterator[None]:
    """The desk, as `amiable serve` serves it."""
    command = [sys.executable, "-m", "amiable", "serve", "--port", str(port), "--no-worker"]
    server = subprocess.Popen(
        command, env=environment(url), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(150):
            try:
                HTTPConnection("127.0.0.1", port, timeout=5).request("GET", "/accounts/login/")
                break
            except OSError:
                time.sleep(0.2)
        time.sleep(1)
        yield
    finally:
        server.terminate()
        server.wait(timeout=30)


class Visitor:
    """A client that keeps its connection, as a browser does."""

    def __init__(self, port: int, cookie: str) -> None:
        self.connection = HTTPConnection("127.0.0.1", port, timeout=120)
        self.headers = {"Cookie": cookie, "Accept-Encoding": "gzip"}

    def get(self, path: str) -> tuple[int, float, int]:
        """(status, milliseconds, bytes)."""
        started = time.perf_counter()
        self.connection.request("GET", path, headers=self.headers)
        answer = self.connection.getresponse()
        size = len(answer.read())
        return answer.status, (time.perf_counter() - started) * 1_000, size


def _times(port: int, cookie: str, path: str, clients: int, requests: int) -> list[float]:
    def ask(count: int) -> list[float]:
        visitor = Visitor(port, cookie)
        found = [visitor.get(path) for _ in range(count)]
        assert all(status == 200 for status, _, _ in found), (path, found[0])
        return [taken for _, taken, _ in found]

    with ThreadPoolExecutor(clients) as pool:
        shares = pool.map(ask, [requests // clients] * clients)
        return [taken for share in shares for taken in share]


def p95(times: list[float]) -> float:
    """What 95 % of some times do not exceed."""
    return statistics.quantiles(times, n=20)[-1]


def measure(url: str, name: str, port: int) -> str:
    """Print the times of a database's pages; returns the cookie."""
    key, session, taken = json.loads(_run(_READY, url))
    cookie = f"{key}={session}"
    print(f"\n{name}: the day prepared in {taken:.1f} s; milliseconds a page")
    print(f"{'':22} {'1 client':>18} {'8 clients':>18} {'rows on':>8}")
    print(f"{'':22} {'median   p95':>18} {'median   p95':>18} {'the page':>8}")
    with served(url, port):
        for title, page in PAGES.items():
            path = f"/c/bench/{page}"
            status = Visitor(port, cookie).get(path)[0]
            if status != 200:
                print(f"{title:22} answers {status}")
                continue
            rows = _fetch(port, cookie, path, packed=False).count(b"<tr")
            _times(port, cookie, path, 8, 16)
            one = _times(port, cookie, path, 1, ONE)
            eight = _times(port, cookie, path, 8, EIGHT)
            cells = [statistics.median(one), p95(one), statistics.median(eight), p95(eight)]
            times = f"{cells[0]:9.0f} {cells[1]:8.0f} {cells[2]:9.0f} {cells[3]:8.0f}"
            print(f"{title:22} {times} {rows:8}")
        weigh(port, cookie)
    return cookie


def weigh(port: int, cookie: str) -> None:
    """Print what a first visit loads: the page with its styles and scripts."""
    print(f"\nfirst load, kB       {'packed':>10} {'plain':>10}   of it HTML, packed")
    for title in ("Today", "Customer", "Customers", "Invoices filtered"):
        packed, plain, own = 0, 0, 0
        page = f"/c/bench/{PAGES[title]}"
        html = _fetch(port, cookie, page, packed=False)
        assets = re.findall(r'(?:src|href)="(/static/[^"]+)"', html.decode())
        for at, path in enumerate([page, *dict.fromkeys(assets)]):
            size = len(_fetch(port, cookie, path, packed=True))
            packed, own = packed + size, own or (size if at == 0 else 0)
            plain += len(_fetch(port, cookie, path, packed=False))
        print(f"{title:20} {packed / 1000:10.1f} {plain / 1000:10.1f} {own / 1000:20.1f}")


def _fetch(port: int, cookie: str, path: str, *, packed: bool) -> bytes:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Cookie": cookie, "Accept-Encoding": "gzip" if packed else "identity"}
    connection.request("GET", path, headers=headers)
    return connection.getresponse().read()


def count_queries(urls: dict[int, str]) -> None:
    """Print how many queries each page takes, by the number of customers."""
    pages = json.dumps([f"/c/bench/{page}" for page in PAGES.values()])
    found = {size: json.loads(_run(_COUNT, url, pages)) for size, url in urls.items()}
    print(f"\nqueries a page       {''.join(f'{size:>12,}' for size in found)} customers")
    for at, title in enumerate(PAGES):
        cells = "".join(
            f"{counts[at][1] if counts[at][0] == 200 else '–':>12}" for counts in found.values()
        )
        print(f"{title:20} {cells}")


def company(folder: Path, customers: int) -> Path:
    """A company of so many customers and ten invoices each, of which one is overdue."""
    path = folder / f"desk-{customers}.sqlite3"
    if path.exists():
        _run(_MIGRATE, f"sqlite:///{path}")
    else:
        build(path, customers, customers * 9, customers, rows_only=False)
    return path


def main() -> None:
    """Build, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    parser.add_argument("--keep", type=Path, help="keep the written companies in this folder")
    parser.add_argument("--port", type=int, default=8790)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        source = company(folder, options.customers)
        if options.only != "sqlite":
            with throwaway_postgres(durable=True) as url:
                copy_to_postgres(source, url)
                measure(url, "PostgreSQL", options.port)
        if options.only != "postgresql":
            urls = {}
            for part in (100, 10):
                small = copied(company(folder, options.customers // part), Path(scratch))
                urls[options.customers // part] = f"sqlite:///{small}"
                _run(_READY, urls[options.customers // part])
            urls[options.customers] = f"sqlite:///{copied(source, Path(scratch))}"
            measure(urls[options.customers], "SQLite", options.port)
            count_queries(urls)


def copied(path: Path, scratch: Path) -> Path:
    """A copy to draw a plan in, so that a kept company stays as it was written."""
    copy = scratch / f"copy-{path.name}"
    with sqlite3.connect(path) as source, sqlite3.connect(copy) as target:
        source.backup(target)
    return copy


if __name__ == "__main__":
    main()
