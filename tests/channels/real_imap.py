"""A real Dovecot for the tests that need one; they are skipped, and say so, where it lacks."""

from collections.abc import Iterator

import pytest

from workshop.dovecot import NOT_FOUND, Server, find_dovecot, throwaway_dovecot

needs_dovecot = pytest.mark.skipif(find_dovecot() is None, reason=NOT_FOUND)


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Server]:
    """One server for the tests of a module; each empties the mailbox before it begins."""
    with throwaway_dovecot() as server:
        yield server


@pytest.fixture
def imap(dovecot: Server) -> Server:
    """The server, its mailbox empty and counted anew."""
    dovecot.empty()
    return dovecot
