"""What holds for any table: written in any dialect it reads the same; no cent is lost."""

import csv
import io
import tempfile
from datetime import date, timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from amiable.sources.reading import SourceRefused
from amiable.sources.table import TableReading, open_table

HEADERS = {
    "fr": ["Code client", "Raison sociale", "N° facture", "Date facture", "Échéance", "Montant TTC",
           "Date de règlement"],
    "en": ["CustomerID", "Customer name", "Invoice number", "Invoice date", "Due date", "Amount",
           "Settled date"],
}  # fmt: skip

invoices = st.lists(
    st.tuples(
        st.integers(1, 5),
        st.integers(-(10**8), 10**9).filter(bool),
        st.integers(0, 700),
        st.integers(0, 90),
        st.none() | st.integers(0, 120),
    ),
    min_size=1,
    max_size=15,
)
FIRST = date(2024, 1, 25)  # a day above twelve: the order of dates is settled by the first row


def grouped(minor: int, space: str, mark: str, minus: str) -> str:
    whole, cents = divmod(abs(minor), 100)
    text = f"{whole:,}".replace(",", space) + mark + f"{cents:02}"
    if minor >= 0:
        return text
    return {"first": f"-{text}", "last": f"{text}-", "round": f"({text})"}[minus]


dialects = st.fixed_dictionaries(
    {
        "separator": st.sampled_from(";,\t|"),
        "encoding": st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252", "cp850"]),
        "dates": st.sampled_from(["%d/%m/%Y", "%m/%d/%Y", "%Y-%m-%d", "%d.%m.%y", "%Y%m%d"]),
        "language": st.sampled_from(["fr", "en"]),
        "amounts": st.sampled_from([("", ","), (" ", ","), (".", ","), (",", "."), ("'", ".")]),
        "minus": st.sampled_from(["first", "last", "round"]),
        "end": st.sampled_from(["\n", "\r\n"]),
    }
)


def table(
    rows: list[tuple[int, int, int, int, int | None]], dialect: dict[str, object]
) -> list[list[str]]:
    written = [HEADERS[str(dialect["language"])]]
    space, mark = dialect["amounts"]  # type: ignore[misc]
    for at, (customer, minor, after, days, paid) in enumerate([(1, 123456, 0, 3, None), *rows]):
        issued = FIRST + timedelta(days=after)
        due = issued + timedelta(days=days)
        settled = due + timedelta(days=paid) if paid is not None else None
        dates = [
            day.strftime(str(dialect["dates"])) if day else "" for day in (issued, due, settled)
        ]
        amount = grouped(minor, space, mark, str(dialect["minus"]))
        written.append(
            [f"C{customer}", f"Société n{customer}", f"F{at}", *dates[:2], amount, dates[2]]
        )
    return written


def read(rows: list[list[str]], dialect: dict[str, object]) -> tuple[TableReading, list[object]]:
    text = io.StringIO()
    csv.writer(
        text, delimiter=str(dialect["separator"]), lineterminator=str(dialect["end"])
    ).writerows(rows)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t.csv"
        path.write_bytes(text.getvalue().encode(str(dialect["encoding"])))
        reading = open_table(path)
        return reading, list(reading.facts())


PLAIN = {
    "separator": ";", "encoding": "utf-8", "dates": "%Y-%m-%d", "language": "fr",
    "amounts": ("", ","), "minus": "first", "end": "\n",
}  # fmt: skip


@settings(max_examples=80)
@given(invoices, dialects)
def test_the_same_invoices_in_any_dialect_are_the_same_facts(
    rows: list[tuple[int, int, int, int, int | None]], dialect: dict[str, object]
) -> None:
    reading, facts = read(table(rows, dialect), dialect)
    assert reading.refusals == []
    assert facts == read(table(rows, PLAIN), PLAIN)[1]


@settings(max_examples=80)
@given(
    invoices,
    st.lists(
        st.tuples(
            st.integers(0, 15),
            st.integers(0, 6),
            st.sampled_from(
                ["", "x", "12/2026", "9,99", "-", "1.2.3", "Total", "F1", "99/99/9999"]
            ),
        ),
        max_size=6,
    ),
)
def test_read_plus_refused_is_the_file_whatever_is_broken(
    rows: list[tuple[int, int, int, int, int | None]], broken: list[tuple[int, int, str]]
) -> None:
    written = table(rows, PLAIN)
    for row, column, text in broken:
        written[1 + row % (len(written) - 1)][column] = text
    try:
        reading, facts = read(written, PLAIN)
    except SourceRefused:
        return
    sums = reading.totals
    assert sums.debit - sums.credit + sums.refused == sums.file_debit - sums.file_credit
    assert sum(item.minor for item in reading.refusals) == sums.refused
    owed = sum(invoice.amount.minor for item in facts for invoice in item.invoices)  # type: ignore[attr-defined]
    paid = sum(credit.amount.minor for item in facts for credit in item.credits)  # type: ignore[attr-defined]
    assert (owed, paid) == (sums.debit, sums.credit)
    assert sum(sums.balances.values()) == owed - paid
