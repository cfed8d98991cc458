"""What holds for any FEC: order does not matter, sums stay, a cut file loses nothing silently."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amiable.sources.fec import FecReading, open_fec
from amiable.sources.reading import SourceRefused
from tests.sources.fec_files import (
    ALL_SAMPLES,
    SAMPLE_A,
    Line,
    invoice,
    items,
    payment,
    read,
    render,
    text,
)

AMOUNTS = st.integers(min_value=1, max_value=10**9)
CUSTOMERS = st.sampled_from(["A", "B", "C"])


@st.composite
def entries(draw: st.DrawFn) -> list[list[Line]]:
    """Entries of a year, each with a number of its own."""
    made = []
    for number in range(draw(st.integers(min_value=0, max_value=12))):
        build = draw(st.sampled_from([invoice, payment]))
        made.append(
            build(
                draw(AMOUNTS),
                number=str(number + 1),
                customer=draw(CUSTOMERS),
                code=draw(st.sampled_from(["", "AA", "AB"])),
                day=f"2025{draw(st.integers(min_value=1, max_value=12)):02d}15",
            )
        )
    return made


def reading_of(content: str | bytes) -> FecReading:
    """A reading whose facts were read, of a file that is gone."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.txt"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        reading = open_fec([path])
        read(reading)
        return reading


@given(made=entries(), chance=st.randoms(use_true_random=False))
def test_the_order_of_lines_does_not_change_what_is_owed(
    made: list[list[Line]], chance: st.DataObject
) -> None:
    lines = [line for lines in made for line in lines]
    ordered = reading_of(render(lines)).totals
    chance.shuffle(lines)  # type: ignore[attr-defined]
    shuffled = reading_of(render(lines)).totals
    assert shuffled.balances == ordered.balances
    assert (shuffled.debit, shuffled.credit) == (ordered.debit, ordered.credit)


@given(made=entries(), separator=st.sampled_from("\t|;"), end=st.sampled_from(["\n", "\r\n", "\r"]))
def test_what_is_written_is_read(made: list[list[Line]], separator: str, end: str) -> None:
    totals = reading_of(render(*made, separator=separator, end=end)).totals
    own = [line for lines in made for line in lines if line.account == "411000"]
    debits = sum(int(line.debit.replace(",", "")) for line in own)
    credits = sum(int(line.credit.replace(",", "")) for line in own)
    assert (totals.debit, totals.credit) == (debits, credits)
    assert sum(totals.balances.values()) == debits - credits
    assert totals.file_debit == totals.file_credit == debits + credits


@given(
    minor=st.lists(st.integers(min_value=-(10**9), max_value=10**9), max_size=8),
    spoilt=st.sets(st.integers(min_value=0, max_value=7)),
)
def test_what_is_read_and_what_is_refused_add_up_to_the_file(
    minor: list[int], spoilt: set[int]
) -> None:
    lines = [
        Line(
            number=str(at + 1),
            debit=text(amount) if amount >= 0 else f"-{text(-amount)}",
            day="never" if at in spoilt else "20250110",
        )
        for at, amount in enumerate(minor)
    ]
    reading = reading_of(render(lines))
    totals = reading.totals
    assert totals.debit - totals.credit + totals.refused == sum(minor)
    assert totals.file_debit - totals.file_credit == sum(minor)
    assert len(reading.refusals) == len([at for at in range(len(minor)) if at in spoilt])


CUT = b"".join(SAMPLE_A.read_bytes().splitlines(keepends=True)[:40])


@given(end=st.integers(min_value=0, max_value=len(CUT)))
def test_a_file_cut_anywhere_loses_nothing_silently(end: int) -> None:
    content = CUT[:end]
    try:
        reading = reading_of(content)
    except SourceRefused:
        assert len(content) < CUT.index(b"\n")
        return
    whole = content.count(b"\n") - 1  # whole lines under the header
    rest = content.rpartition(b"\n")[2]
    taken_or_refused = reading.totals.lines + len(reading.refusals)
    assert taken_or_refused == max(0, whole) + (bool(rest) if whole >= 0 else 0)
    if rest and whole >= 0 and rest.count(b"\t") < 17:
        assert reading.refusals[-1].code == "fec.columns"


@pytest.mark.parametrize("sample", ALL_SAMPLES, ids=lambda path: path.name[:5])
@given(data=st.data())
def test_spoilt_bytes_never_break_the_reader(sample: Path, data: st.DataObject) -> None:
    content = bytearray(sample.read_bytes()[:4000])
    for _ in range(data.draw(st.integers(min_value=1, max_value=5))):
        at = data.draw(st.integers(min_value=0, max_value=len(content) - 1))
        content[at] = data.draw(st.integers(min_value=0, max_value=255))
    try:
        totals = reading_of(bytes(content)).totals
    except SourceRefused:
        return
    assert sum(totals.balances.values()) == totals.debit - totals.credit


def test_progress_grows_to_the_whole_file() -> None:
    told: list[tuple[int, int]] = []
    reading = open_fec([SAMPLE_A], progress=lambda done, total: told.append((done, total)))
    assert len(items(reading)) > 0
    size = SAMPLE_A.stat().st_size
    assert told == sorted(told)
    assert told[-1] == (size, size)


def test_facts_may_be_read_twice() -> None:
    reading = open_fec([SAMPLE_A])
    assert items(reading) == items(reading)
    assert reading.totals.lines == 1463
