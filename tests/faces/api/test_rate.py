"""A program may ask so much in a minute: counted once for all processes, told in every answer."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client

from amiable.api import auth, rate
from amiable.api.api import api
from amiable.site.cache import CountingFileCache
from amiable.store.models import Company
from tests.faces.api.conftest import NOW, Program, expect_problem, program_of


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """What the API takes for now, 20 seconds into a minute; a test may put it forward."""
    shown = [NOW.replace(second=20)]

    class Clock(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return shown[0]

    monkeypatch.setattr(auth, "datetime", Clock)
    return shown


def test_every_answer_tells_what_is_left(
    program: Program, settings: Any, clock: list[datetime]
) -> None:
    settings.API_PER_MINUTE = 5
    first, second = program.ask("GET", "customers"), program.ask("GET", "customers/999999")
    assert first.headers["RateLimit-Policy"] == '"minute";q=5;w=60'
    assert first.headers["RateLimit"] == '"minute";r=4;t=40'
    assert second.status_code == 404
    assert second.headers["RateLimit"] == '"minute";r=3;t=40'
    assert "Retry-After" not in first.headers


def test_one_too_many_is_refused_until_the_next_minute(
    program: Program, settings: Any, clock: list[datetime]
) -> None:
    settings.API_PER_MINUTE = 2
    assert [program.ask("GET", "customers").status_code for _ in range(2)] == [200, 200]
    refused = program.ask("GET", "customers")
    assert "40 seconds" in expect_problem(refused, 429)["detail"]
    assert refused.headers["Retry-After"] == "40"
    assert refused.headers["RateLimit"] == '"minute";r=0;t=40'
    clock[0] = clock[0].replace(minute=clock[0].minute + 1, second=0)
    assert program.ask("GET", "customers").status_code == 200


def test_a_refused_write_did_nothing_and_may_be_repeated(
    program: Program, settings: Any, clock: list[datetime], company: Company
) -> None:
    settings.API_PER_MINUTE = 1
    body = {"customers": [{"key": "NEW", "name": "New"}]}
    program.get("customers")
    assert program.ask("POST", "customers", body, **{"Idempotency-Key": "k1"}).status_code == 429
    clock[0] = clock[0].replace(minute=clock[0].minute + 1)
    program.post("customers", body, **{"Idempotency-Key": "k1"})


def test_a_write_with_a_key_counts_once(
    program: Program, settings: Any, clock: list[datetime]
) -> None:
    settings.API_PER_MINUTE = 5
    body = {"customers": [{"key": "NEW", "name": "New"}]}
    response = program.ask("POST", "customers", body, **{"Idempotency-Key": "k1"})
    assert response.status_code == 200
    assert response.headers["RateLimit"] == '"minute";r=4;t=40'


def test_tokens_do_not_count_for_each_other(
    program: Program, company: Company, settings: Any, clock: list[datetime]
) -> None:
    settings.API_PER_MINUTE = 1
    program.get("customers")
    program_of(company).get("customers")
    expect_problem(program.ask("GET", "customers"), 429)


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer ami_guess"}])
def test_who_guesses_is_slowed_down_and_who_knows_is_not(
    program: Program, settings: Any, clock: list[datetime], header: dict[str, str]
) -> None:
    settings.API_REFUSED_PER_MINUTE = 2
    client = Client()
    asked = [client.get("/api/v1/customers", headers=header).status_code for _ in range(3)]
    assert asked == [401, 401, 429]
    program.get("customers")
    other = Client(REMOTE_ADDR="192.0.2.7")
    assert other.get("/api/v1/customers", headers=header).status_code == 401


def test_a_whole_ipv6_line_counts_as_one_address(
    company: Company, settings: Any, clock: list[datetime]
) -> None:
    settings.API_REFUSED_PER_MINUTE = 2
    lines = ("2001:db8::1", "2001:db8::2", "2001:db8::3", "2001:db8:0:1::1")
    asked = [Client(REMOTE_ADDR=one).get("/api/v1/customers").status_code for one in lines]
    assert asked == [401, 401, 429, 401]


def test_callers_without_an_address_count_as_one(
    company: Company, settings: Any, clock: list[datetime]
) -> None:
    settings.API_REFUSED_PER_MINUTE = 2
    asked = [Client(REMOTE_ADDR="").get("/api/v1/customers").status_code for _ in range(3)]
    assert asked == [401, 401, 429]


def test_nought_is_no_limit(program: Program, settings: Any) -> None:
    settings.API_PER_MINUTE = settings.API_REFUSED_PER_MINUTE = 0
    assert "RateLimit" not in program.ask("GET", "customers").headers
    assert [Client().get("/api/v1/customers").status_code for _ in range(40)] == [401] * 40


def test_the_limit_stands_in_the_openapi_document() -> None:
    for path in api.get_openapi_schema()["paths"].values():
        for operation in path.values():
            told = operation["responses"][429]
            assert "application/problem+json" in told["content"]
            assert "Retry-After" in told["headers"]


COUNT = """
import sys
from django.conf import settings
settings.configure()
from amiable.site.cache import CountingFileCache
cache = CountingFileCache(sys.argv[1], {})
cache.add("k", 0, timeout=600)
for _ in range(200):
    cache.incr("k")
"""


def test_processes_that_count_at_once_lose_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "-c", COUNT, str(tmp_path)]
    with ThreadPoolExecutor(3) as pool:
        ends = list(pool.map(lambda _: subprocess.run(command, check=False).returncode, range(3)))
    assert ends == [0, 0, 0]
    assert CountingFileCache(str(tmp_path), {}).get("k") == 600


def test_a_count_ends_when_it_was_said_to_end(tmp_path: Path) -> None:
    cache = CountingFileCache(str(tmp_path), {})
    cache.add("gone", 7, timeout=-1)
    with pytest.raises(ValueError, match="gone"):
        cache.incr("gone")
    with pytest.raises(ValueError, match="never"):
        cache.incr("never")
    assert cache.add("gone", 0, timeout=60)
    assert [cache.incr("gone"), cache.incr("gone", 3)] == [1, 4]
    assert cache.get("gone") == 4


def test_the_count_is_in_the_cache_that_processes_share(
    program: Program, settings: Any, clock: list[datetime]
) -> None:
    program.get("customers")
    kept = Path(str(settings.CACHES["api"]["LOCATION"]))
    assert len(list(kept.glob("*.djcache"))) == 1
    assert isinstance(caches["api"], CountingFileCache)
    assert rate.WINDOW == 60
