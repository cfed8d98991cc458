"""What the benchmarks of the desk's pages share: the databases, one person signed in, the times."""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks.desk import Visitor, company, copied, copy_to_postgres, environment, p95, served
from workshop.postgres import throwaway_postgres

REQUESTS = 40
SIGNED_IN = """
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
def signed_in(user):
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"
"""
"""For the script that prepares a database: ``signed_in(user)`` is the cookie of its session; the
database knows its own statistics then."""


def options_of(text: str | None, port: int) -> argparse.ArgumentParser:
    """The options that all have."""
    parser = argparse.ArgumentParser(description=text)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    parser.add_argument("--keep", type=Path, help="keep the written company in this folder")
    parser.add_argument("--port", type=int, default=port)
    return parser


def databases(options: argparse.Namespace) -> Iterator[tuple[str, str]]:
    """(URL, name) of a copy of the company of `benchmarks.desk`, in SQLite and PostgreSQL."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        source = company(folder, options.customers)
        if options.only != "postgresql":
            yield f"sqlite:///{copied(source, Path(scratch))}", "SQLite"
        if options.only != "sqlite":
            with throwaway_postgres(durable=True) as url:
                copy_to_postgres(source, url)
                yield url, "PostgreSQL"


def prepared(script: str, url: str, **variables: str) -> dict[str, Any]:
    """What a script that prepares a database prints as JSON."""
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, **environment(url), **variables},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def print_pages(url: str, port: int, cookie: str, pages: Mapping[str, str]) -> None:
    """The real server is asked for each page by one client, again and again."""
    print(f"{'milliseconds a page':24} {'median':>8} {'p95':>8}")
    with served(url, port):
        visitor = Visitor(port, cookie)
        for title, page in pages.items():
            path = f"/c/bench/{page}"
            status = visitor.get(path)[0]
            if status != 200:
                print(f"{title:24} answers {status}")
                continue
            times = [visitor.get(path)[1] for _ in range(REQUESTS)]
            print(f"{title:24} {statistics.median(times):8.0f} {p95(times):8.0f}", flush=True)
