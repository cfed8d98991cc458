"""Open a source: find the reader of a file, with what the company taught about such files."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from amiable.desk.opening import known_years
from amiable.engine.days import PaymentTerms, parse_terms
from amiable.sources.fec import FecReading, looks_like_fec, open_fec
from amiable.sources.file_kind import must_be_readable
from amiable.sources.reading import Progress, Refusal, SourceRefused
from amiable.sources.table import (
    Field,
    TableKind,
    TableMapping,
    TableReading,
    open_table,
    signature,
    sketch,
)
from amiable.store.customer import known_terms
from amiable.store.models import Company
from amiable.store.models import TableMapping as MappingRow

OpenReading = FecReading | TableReading


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What a person says of the files: accounts of a FEC, columns of a table.

    ``mapping`` says everything of a table; ``columns`` correct what the reader finds.
    """

    accounts: tuple[str, ...] = ("411",)
    kind: TableKind | None = None
    columns: tuple[tuple[Field, str], ...] = ()
    currency: str = ""
    mapping: TableMapping | None = None


_NO_TABLE = ("table.not_a_table", "table.encoding_unknown")
_TEACHABLE = (*_NO_TABLE, "table.columns_missing", "table.kind_unclear")


def open_source(
    company: Company | None,
    paths: Sequence[Path],
    *,
    wishes: Wishes | None = None,
    progress: Progress | None = None,
) -> OpenReading:
    """The reading of some files: accounting exports together, or one table.

    ``company`` None opens a file on its own, without a database. Raises SourceRefused when a
    file is missing, of no known format, or of a kind that cannot be read with the others.
    """
    wishes = wishes or Wishes()
    for path in paths:
        if not path.is_file():
            raise _refused(path, "source.missing")
        must_be_readable(path)
    exports = [path for path in paths if looks_like_fec(path)]
    if len(exports) == len(paths):
        return open_fec(
            paths,
            terms=_terms(company),
            accounts=wishes.accounts,
            progress=progress,
            currency=wishes.currency or (company.currency if company else "EUR"),
            known_years=known_years(company) if company else (),
        )
    if exports or len(paths) > 1:
        raise _refused(paths[0], "source.one_by_one")
    return _open_table(company, paths[0], wishes, progress)


def _open_table(
    company: Company | None, path: Path, wishes: Wishes, progress: Progress | None
) -> TableReading:
    currency = wishes.currency or (company.currency if company else "EUR")
    if wishes.mapping is not None:
        return open_table(path, mapping=wishes.mapping, currency=currency, progress=progress)
    try:
        reading = open_table(path, kind=wishes.kind, currency=currency, progress=progress)
    except SourceRefused as error:
        if error.refusal.code not in _TEACHABLE or wishes.kind or wishes.columns:
            raise
        taught = _taught(company, path)
        if taught is None:
            raise _untaught(path, error) from error
        return open_table(path, mapping=taught, currency=currency, progress=progress)
    mapping = remembered_mapping(company, reading.signature) if company else None
    if wishes.columns:
        base = mapping or reading.mapping
        fields = dict(base.fields) | dict(wishes.columns)
        mapping = TableMapping(kind=wishes.kind or base.kind, fields=fields)
    if mapping is None or mapping == reading.mapping:
        return reading
    return open_table(path, mapping=mapping, currency=currency, progress=progress)


def _taught(company: Company | None, path: Path) -> TableMapping | None:
    """How a table that the reader does not understand was read last time, if a person said."""
    drawn = sketch(path) if company else None
    return remembered_mapping(company, signature(drawn.headers)) if company and drawn else None


def _untaught(path: Path, error: SourceRefused) -> SourceRefused:
    """What to say of a table that is none: neither is it an accounting export."""
    if error.refusal.code in _NO_TABLE:
        return _refused(path, "source.unknown_format")
    return error


def remembered_mapping(company: Company, signature: str) -> TableMapping | None:
    """How this company's files with these headers were read last time."""
    row = MappingRow.objects.of(company.pk).filter(signature=signature).first()
    return TableMapping.from_dict(row.mapping) if row else None


def remember_mapping(company: Company, reading: TableReading) -> None:
    """Read such files the same way next time."""
    MappingRow.objects.of(company.pk).update_or_create(
        company_id=company.pk,
        signature=reading.signature,
        defaults={"mapping": reading.mapping.as_dict()},
    )


def _terms(company: Company | None) -> dict[str, PaymentTerms]:
    if company is None:
        return {}
    read = ((key, parse_terms(text)) for key, text in known_terms(company.pk))
    return {key: terms for key, terms in read if terms is not None}


def _refused(path: Path, code: str) -> SourceRefused:
    return SourceRefused(Refusal(file=path.name, line=0, column="", value="", code=code))
