"""Migrations: one that has landed may have been run somewhere, and is never changed again.

A database that ran it would not get what was added to it since. What is new goes into a migration
of its own, which is added here once it has landed.
"""

from hashlib import sha256
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "src/amiable/store/migrations"
LANDED = {
    "0001_initial": "db6c8d35975f8a6833741aa719e5a8bb36ba16c7463db3f726f50849360a72ba",
    "0002_desk": "95579400d4df90b910ec13e303b0fd7596ca53e2d53ab026cc45ba403bd6c855",
    "0003_overview": "836c85c04967a5716f7121892a3e519c2e123c678d9d12a833f36a41871fbb3b",
    "0004_answers": "aabf30ff1a25250300fad92c0aa2acf0175a0e61eb8bfaaac99edc5c74642a1a",
    "0005_heard": "64c06ac3f45039bda6dee7703453e21561b8eb5d68684299b2fb8ce05618e9eb",
}
"""The SHA-256 of each file."""


@pytest.mark.parametrize("name", LANDED)
def test_a_migration_that_has_landed_stays_as_it_is(name: str) -> None:
    found = sha256((FOLDER / f"{name}.py").read_bytes()).hexdigest()
    assert found == LANDED[name], f"{name} has changed: put what is new into a migration of its own"
