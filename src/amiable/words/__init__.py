"""What a reader sees: reasons as sentences, money and dates as written in French or English.

Every text stands in ``texts/<language>.toml`` and is asked for by its key with `say`.
"""

from amiable.words.amounts import write_money
from amiable.words.catalogue import MissingFact, MissingText, say, term
from amiable.words.dates import short_date, write_date
from amiable.words.language import language_from
from amiable.words.sentences import sentence

__all__ = [
    "MissingFact",
    "MissingText",
    "language_from",
    "say",
    "sentence",
    "short_date",
    "term",
    "write_date",
    "write_money",
]
