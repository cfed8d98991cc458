"""Tables: CSV, XLSX and ODS files of invoices, payments, customers or contacts.

`open_table` finds by itself how a file is written and which column holds what, and shows it in
``understood``; `propose_mapping` does the columns alone; a `TableMapping` can be kept under the
`signature` of the headers and given back next time.
"""

from amiable.sources.table.codes import CODES
from amiable.sources.table.fields import (
    DateOrder,
    Field,
    MappingUnreadable,
    TableKind,
    TableMapping,
    signature,
)
from amiable.sources.table.mapping import Proposal, propose_mapping
from amiable.sources.table.names import normalised_name
from amiable.sources.table.reader import TableReading, looks_like_table, open_table
from amiable.sources.table.sketch import Sketch, sketch
from amiable.sources.table.synonyms import SYNONYMS

__all__ = [
    "CODES",
    "SYNONYMS",
    "DateOrder",
    "Field",
    "MappingUnreadable",
    "Proposal",
    "Sketch",
    "TableKind",
    "TableMapping",
    "TableReading",
    "looks_like_table",
    "normalised_name",
    "open_table",
    "propose_mapping",
    "signature",
    "sketch",
]
