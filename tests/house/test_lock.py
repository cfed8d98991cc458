"""The lock holds every package that pyproject.toml asks for, each with its fingerprints."""

import re
import tomllib

import pytest

from tests.house.source import ROOT

PINNED = re.compile(
    r"^([A-Za-z0-9._-]+)==[^ ]+.*\\\n((?:    --hash=sha256:[0-9a-f]{64}.*\n?)+)", re.M
)


def normal(name: str) -> str:
    """The name as package indexes compare it: psycopg[binary]>=3 is psycopg, A_b is a-b."""
    bare = re.match(r"[A-Za-z0-9._-]+", name)
    return re.sub(r"[-_.]+", "-", bare[0] if bare else "").lower()


def pinned(lock: str) -> set[str]:
    return {normal(name) for name, _hashes in PINNED.findall(lock)}


def not_pinned(wanted: list[str], lock: str) -> set[str]:
    return {normal(name) for name in wanted} - pinned(lock)


def asked_for(*groups: str) -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    of_groups = [name for group in groups for name in project["dependency-groups"][group]]
    return of_groups if groups == ("lock",) else [*project["project"]["dependencies"], *of_groups]


@pytest.mark.parametrize(
    ("name", "groups"),
    [("requirements.lock", ("dev", "build")), ("requirements-uv.lock", ("lock",))],
)
def test_what_is_asked_for_is_locked(name: str, groups: tuple[str, ...]) -> None:
    assert not_pinned(asked_for(*groups), (ROOT / name).read_text(encoding="utf-8")) == set()


def test_every_locked_package_has_a_fingerprint() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert len(pinned(lock)) == len(re.findall(r"^\S+==", lock, re.M))


def test_a_locked_package_is_recognised_however_it_is_written() -> None:
    lock = f"python-stdnum==2.2 \\\n    --hash=sha256:{'0' * 64}\n"
    assert not_pinned(["Python_Stdnum[extra]>=2"], lock) == set()


def test_a_package_without_a_fingerprint_counts_as_missing() -> None:
    assert not_pinned(["click>=8"], "click==8.1\n") == {"click"}
