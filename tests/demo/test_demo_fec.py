"""The demo's accounting files, read by the FEC reader: totals agree with what was put in."""

from datetime import date
from pathlib import Path

import pytest

from amiable.demo.stories import Story
from amiable.demo.write import write_demo
from amiable.engine.ledger import Ledger, open_items
from amiable.engine.matching import match
from amiable.sources.fec import open_fec


@pytest.mark.parametrize("today", [date(2026, 11, 22), date(2026, 1, 1), date(2028, 2, 29)])
def test_the_reader_finds_the_same_open_invoices_and_unmatched_money(
    tmp_path: Path, today: date
) -> None:
    files = write_demo(tmp_path, today)
    reading = open_fec(files.fec)
    left: dict[tuple[str, str], int] = {}
    unmatched: dict[str, int] = {}
    for facts in reading.facts():
        bare = Ledger(invoices=facts.invoices, credits=facts.credits)
        ledger = Ledger(invoices=facts.invoices, credits=facts.credits, allocations=match(bare))
        items = open_items(ledger, today)
        for item in items.invoices:
            left[facts.customer.key, item.invoice.number] = item.left.minor
        for credit in items.credits:
            unmatched[facts.customer.key] = credit.left.minor
    assert reading.refusals == []
    assert reading.totals.file_debit == reading.totals.file_credit
    assert left == {(item.customer, item.number): item.left.minor for item in files.invoices}
    assert sorted(unmatched) == [
        code for code, told in files.stories.items() if told is Story.OVERPAID
    ]
    owed = sum(left.values()) - sum(unmatched.values())
    assert sum(reading.totals.balances.values()) == owed
