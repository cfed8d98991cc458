"""Small FEC files written by hand in tests, and what a reading of them gives."""

from dataclasses import dataclass, replace
from pathlib import Path

from amiable.engine.ledger import Credit, Invoice
from amiable.sources.fec import FecReading
from amiable.sources.reading import CustomerFacts

SAMPLES = Path(__file__).parent / "fec"
SAMPLE_A = SAMPLES / "fec-a-tab-utf8bom-18col.txt"
SAMPLE_B = SAMPLES / "fec-b-tab-22col-ecriturenum0-411only.txt"
SAMPLE_C = SAMPLES / "fec-c-pipe-padded-19fields.txt"
SAMPLE_D = SAMPLES / "fec-d-tab-crcrlf-no-aux.txt"
ALL_SAMPLES = (SAMPLE_A, SAMPLE_B, SAMPLE_C, SAMPLE_D)

COLUMNS = [
    "JournalCode",
    "JournalLib",
    "EcritureNum",
    "EcritureDate",
    "CompteNum",
    "CompteLib",
    "CompAuxNum",
    "CompAuxLib",
    "PieceRef",
    "PieceDate",
    "EcritureLib",
    "Debit",
    "Credit",
    "EcritureLet",
    "DateLet",
    "ValidDate",
    "Montantdevise",
    "Idevise",
]


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a FEC, with believable values where a test does not care."""

    journal: str = "VE"
    number: str = "1"
    day: str = "20250110"
    account: str = "411000"
    customer: str = "DUPONT"
    name: str = "Dupont SARL"
    piece: str = "F001"
    piece_day: str = ""
    label: str = "Facture"
    debit: str = "0,00"
    credit: str = "0,00"
    code: str = ""
    code_day: str = ""
    journal_name: str = ""

    def cells(self) -> list[str]:
        own = self.account.startswith("411")
        return [
            self.journal,
            self.journal_name
            or {"VE": "Ventes", "BQ": "Banque", "AN": "A nouveaux"}.get(self.journal, "Divers"),
            self.number,
            self.day,
            self.account,
            "Compte",
            self.customer if own else "",
            self.name if own else "",
            self.piece,
            self.piece_day or self.day,
            self.label,
            self.debit,
            self.credit,
            self.code if own else "",
            self.code_day if own else "",
            "20251231",
            "",
            "",
        ]


def text(cents: int) -> str:
    return f"{cents // 100},{cents % 100:02d}"


def entry(against: str, amount: int, **fields: str) -> list[Line]:
    """A customer line and its counterpart: debit when the amount is positive."""
    debit, credit = (text(amount), "0,00") if amount > 0 else ("0,00", text(-amount))
    own = Line(debit=debit, credit=credit, **fields)
    return [own, replace(own, account=against, debit=credit, credit=debit)]


def invoice(amount: int = 12_000, **fields: str) -> list[Line]:
    return entry("707000", amount, **fields)


def payment(amount: int = 12_000, **fields: str) -> list[Line]:
    return entry(
        "512000", -amount, **{"journal": "BQ", "piece": "VIR1", "label": "Virement"} | fields
    )


def opening(amount: int, **fields: str) -> list[Line]:
    return entry("890000", amount, **{"journal": "AN", "piece": "RAN", "label": "Report"} | fields)


def render(*entries: list[Line], separator: str = "\t", end: str = "\n") -> str:
    rows = [COLUMNS, *(line.cells() for lines in entries for line in lines)]
    return "".join(separator.join(row) + end for row in rows)


def write(folder: Path, *entries: list[Line], name: str = "export.txt") -> Path:
    return write_text(folder, render(*entries), name=name)


def write_text(folder: Path, content: str | bytes, *, name: str = "export.txt") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def read(reading: FecReading) -> dict[str, CustomerFacts]:
    return {facts.customer.key: facts for facts in reading.facts()}


def items(reading: FecReading) -> list[Invoice | Credit]:
    return [item for facts in reading.facts() for item in (*facts.invoices, *facts.credits)]


def codes(reading: FecReading) -> list[str]:
    """The codes of the warnings, once the file is read."""
    for _ in reading.facts():
        pass
    return [warning.code for warning in reading.warnings]
