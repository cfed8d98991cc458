"""FEC file: entries as the French tax code wants them (LPF art. A47 A-1), one file a year."""

from datetime import date
from pathlib import Path

from amiable.demo.books import CHART, JOURNALS, Entry, Line, Year
from amiable.engine.days import add_months, end_of_month

ENCODING = "iso8859-15"  # with UTF-8 the usual choice of packages, and it holds œ

COLUMNS = (
    *("JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum", "CompteLib"),
    *("CompAuxNum", "CompAuxLib", "PieceRef", "PieceDate", "EcritureLib", "Debit", "Credit"),
    *("EcritureLet", "DateLet", "ValidDate", "Montantdevise", "Idevise"),
)


def write_fec(folder: Path, siren: str, year: Year, last: date) -> Path:
    """Write one year as ``<SIREN>FEC<closing day>.txt``.

    Entries are validated at the end of the month that follows them: the newest are not yet, and
    their ValidDate is blank, as in an export made during the year.
    """
    rows = ["\t".join(COLUMNS)]
    for number, entry in enumerate(year.entries, start=1):
        start = (entry.journal, JOURNALS[entry.journal], str(number), _day(entry.on))
        valid_on = end_of_month(add_months(entry.on, 1))
        end = (_day(valid_on) if valid_on <= last else "", "", "")
        rows += ["\t".join((*start, *_middle(entry, line), *end)) for line in entry.lines]
    path = folder / f"{siren}FEC{year.year}1231.txt"
    path.write_bytes("".join(f"{row}\r\n" for row in rows).encode(ENCODING))
    return path


def _middle(entry: Entry, line: Line) -> tuple[str, ...]:
    return (
        line.account,
        CHART[line.account],
        *line.aux,
        entry.ref,
        _day(entry.on),
        entry.label,
        _amount(max(line.cents, 0)),
        _amount(max(-line.cents, 0)),
        line.letter,
        _day(line.lettered_on) if line.lettered_on else "",
    )


def _day(day: date) -> str:
    return f"{day:%Y%m%d}"


def _amount(cents: int) -> str:
    return f"{cents // 100},{cents % 100:02d}"
