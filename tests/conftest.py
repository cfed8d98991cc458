"""What every test stands on: which tests need the database, and hypothesis kept steady."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import DEFAULT_DB_ALIAS, connections
from hypothesis import settings

DATABASE_FIXTURES = {
    "db",
    "transactional_db",
    "django_db_reset_sequences",
    "django_db_serialized_rollback",
    "live_server",
}

# A slow machine must not turn a right answer into a failure; CI must not fail by chance.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that need the database, so that PostgreSQL runs those and no others."""
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        if item.get_closest_marker("django_db") or DATABASE_FIXTURES.intersection(fixtures):
            item.add_marker(pytest.mark.database)


@pytest.fixture
def several_connections(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    """A database that several threads may write to at once, as several processes do.

    SQLite's database in memory is one cache that all connections share, in which a second writer
    is refused at once instead of waiting for the first. So SQLite gets a file for this test.
    """
    kept = connections[DEFAULT_DB_ALIAS]
    if kept.vendor != "sqlite":
        yield
        return
    name, path = kept.settings_dict["NAME"], tmp_path / "several.sqlite3"
    with kept.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(path)])
    kept.settings_dict["NAME"] = str(path)
    connections[DEFAULT_DB_ALIAS] = connections.create_connection(DEFAULT_DB_ALIAS)
    yield
    connections[DEFAULT_DB_ALIAS].close()
    connections[DEFAULT_DB_ALIAS] = kept
    kept.settings_dict["NAME"] = name
