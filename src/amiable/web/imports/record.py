"""Records: what was understood of files, in the reader's words, ready to be laid out."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from amiable.desk.upload_folder import Progress, progress_of, worker_seen
from amiable.engine.money import Money
from amiable.engine.parties import Language
from amiable.store.models import Upload
from amiable.store.models.upload import UploadState
from amiable.words import say, term
from amiable.words.catalogue import has_term, write_fact
from amiable.words.refusals import Told, plain_fact, tell_details, tell_refusal

COUNTED = ("customers", "contacts", "invoices", "credits", "disputes", "changed")
_IN_PROGRESS = (UploadState.READING, UploadState.STORING, UploadState.PLANNING,
                UploadState.UNDOING)  # fmt: skip
_WORKER_GONE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One refused line: where it stands and what it holds."""

    place: str
    column: str
    value: str
    told: Told


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Refused lines of one cause."""

    n: int
    told: Told
    lines: list[Line]
    alike: bool  # every line says the same words
    amount: Money | None = None

    @property
    def more(self) -> int:
        """How many lines are not shown."""
        return self.n - len(self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """What a customer owes by the file."""

    key: str
    name: str
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Differing:
    """A customer whose balance is not the file's."""

    key: str
    in_file: Money
    stored: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """Control totals: the file's own, those of customers, what was refused."""

    lines: int
    open: list[Money]
    file: tuple[Money, Money] | None = None
    customers: tuple[Money, Money] | None = None
    refused: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Samples:
    """The first rows of a table, as they were read: the names of the fields, then the rows."""

    heads: list[str]
    rows: list[list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """Everything a person looks at before saying yes."""

    format: str
    details: list[tuple[str, str]]
    samples: Samples | None = None
    sums: Sums | None = None
    counts: str = ""
    new: str = ""
    nothing_new: bool = False
    period: tuple[date, date] | None = None
    largest: list[Balance] = field(default_factory=list)
    refusals: list[Group] = field(default_factory=list)
    warnings: list[Group] = field(default_factory=list)

    @property
    def refused(self) -> int:
        """How many lines were refused."""
        return sum(group.n for group in self.refusals)

    @property
    def only_refused(self) -> bool:
        """Whether nothing is new but what was refused."""
        return not self.new and self.refused > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Going:
    """Work under way: how far, whether it waits for its turn, whether nobody works at all."""

    pk: int
    state: str
    waiting: bool
    abandoned: bool
    progress: Progress


def going_of(upload: Upload, at: datetime) -> Going | None:
    """How far the work on an upload is; None when there is none."""
    if upload.state not in _IN_PROGRESS:
        return None
    seen = worker_seen()
    waiting = upload.claimed_at is None
    return Going(
        pk=upload.pk,
        state=upload.state,
        waiting=waiting,
        abandoned=waiting and (seen is None or at - seen > _WORKER_GONE),
        progress=progress_of(upload.folder) if upload.folder and not waiting else Progress(),
    )


def counted(counts: Mapping[str, int], language: Language) -> str:
    """Counts in words, those above zero only; empty when all are 0."""
    told = ((name, counts.get(name, 0)) for name in COUNTED)
    return ", ".join(say(language, f"cli.count.{name}", n=n) for name, n in told if n)


def understood_of(upload: Upload, language: Language, currency: str) -> Understood | None:
    """What was understood of an upload; None when it was not."""
    kept = upload.understood
    if "totals" not in kept:
        return None
    sums = _sums(kept["totals"], currency)
    owed = {"EUR"} if not sums.open else {one.currency for one in sums.open}
    own = next(iter(owed)) if len(owed) == 1 else ""
    period = [date.fromisoformat(day) for day in kept.get("period", ())]
    details = [(code, value) for code, value in kept["details"] if not _in_columns(code, kept)]
    new = kept.get("new", {})
    return Understood(
        format=term(language, "format", kept["format"]),
        details=list(tell_details(language, details, several=len(upload.files) > 1)),
        samples=_samples(kept, language),
        sums=sums,
        counts=counted(kept.get("counts", {}), language),
        new=counted(new, language),
        nothing_new=bool(kept.get("counts")) and not any(new.values()),
        period=(period[0], period[1]) if period else None,
        largest=[
            Balance(key=key, name=name, amount=Money(minor=minor, currency=money))
            for key, name, money, minor in kept["totals"]["largest"]
        ],
        refusals=list(_groups(kept["refusals"], language, own)),
        warnings=list(_groups(kept["warnings"], language, "")),
    )


def _in_columns(code: str, kept: Mapping[str, Any]) -> bool:
    """Whether a detail is told by the table of columns, or by the first rows."""
    told = code.startswith("column.") or code in ("example", "ignored")
    return told and bool(kept.get("table"))


def _samples(kept: Mapping[str, Any], language: Language) -> Samples | None:
    """The first rows, cell by cell."""
    examples = [value for code, value in kept["details"] if code == "example"]
    rows = [dict(part.partition("=")[::2] for part in one.split("; ")) for one in examples]
    fields = list(dict.fromkeys(name for row in rows for name in row if has_term("field", name)))
    if not fields:
        return None
    return Samples(
        heads=[term(language, "field", name) for name in fields],
        rows=[
            [write_fact(plain_fact(row.get(name, "")), language) for name in fields] for row in rows
        ],
    )


def _sums(totals: Mapping[str, Any], currency: str) -> Sums:
    """Totals as amounts; where there are several currencies no debit and credit is shown."""
    by_currency: Mapping[str, int] = totals["open"]
    own = next(iter(by_currency), currency)

    def pair(debit: str, credit: str) -> tuple[Money, Money] | None:
        if len(by_currency) > 1 or not (totals[debit] or totals[credit]):
            return None
        return Money(minor=totals[debit], currency=own), Money(minor=totals[credit], currency=own)

    refused = totals["refused"] if len(by_currency) < 2 else 0
    return Sums(
        lines=totals["lines"],
        open=[Money(minor=minor, currency=code) for code, minor in sorted(by_currency.items())],
        file=pair("file_debit", "file_credit"),
        customers=pair("debit", "credit"),
        refused=Money(minor=refused, currency=own) if refused else None,
    )


def _groups(
    kept: Iterable[Mapping[str, Any]], language: Language, currency: str
) -> Iterator[Group]:
    for group in kept:
        lines = [_line(one, language) for one in group["first"]]
        minor = group["minor"] if currency else 0
        yield Group(
            n=group["n"],
            told=lines[0].told,
            lines=lines,
            alike=len({line.told for line in lines}) == 1,
            amount=Money(minor=minor, currency=currency) if minor else None,
        )


def _line(record: Mapping[str, Any], language: Language) -> Line:
    return Line(
        place=place_of(record),
        column=record["column"],
        value=record["value"],
        told=told_of(record, language),
    )


def place_of(record: Mapping[str, Any]) -> str:
    """File and line of a refusal."""
    return f"{record['file']}:{record['line']}" if record["line"] else str(record["file"])


def told_of(record: Mapping[str, Any], language: Language) -> Told:
    """The sentences of a refusal that was kept."""
    return tell_refusal(
        language,
        record["code"],
        record["facts"],
        file=record.get("file", ""),
        line=record.get("line", 0),
        column=record.get("column", ""),
        value=record.get("value", ""),
    )


def differing_of(result: Mapping[str, Any]) -> list[Differing]:
    """Customers whose balance is not the file's."""
    return [
        Differing(
            key=key,
            in_file=Money(minor=in_file, currency=currency),
            stored=Money(minor=stored, currency=currency),
        )
        for key, currency, in_file, stored in result.get("differing", ())
    ]
