"""Spelling: texts compared without case and accents, and byte by byte on every database.

A person who looks for "Helianthe" means "Hélianthe", and a list must be in one order wherever it
is kept. The database keeps the plain spelling itself, so that no writer can forget it.
"""

from collections.abc import Iterator
from typing import Any

from django.db.models import BooleanField, Expression, F, Func, Value
from django.db.models.lookups import GreaterThanOrEqual, LessThan

_UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LETTERS = {
    "a": "àâäÀ",
    "c": "çÇ",
    "e": "éèêëÉÈÊ",
    "i": "îïÎ",
    "o": "ôöÔ",
    "u": "ûüÜ",
    "'": "’",
}
"""The accents of French names. Not all there are: SQLite nests 25 replacements and no more."""
_DOUBLE = {"œ": "oe"}
_SINGLE = {sign: plain for plain, signs in _LETTERS.items() for sign in signs}
_PYTHON = str.maketrans(_SINGLE | _DOUBLE | {sign: sign.lower() for sign in _UPPER})


def plain(text: str) -> str:
    """``text`` in small letters without accents; exactly what `Plain` makes of it."""
    return text.translate(_PYTHON)


class Plain(Func):
    """The plain spelling of some columns, one line each, in the order given."""

    def as_sqlite(self, compiler: Any, *_: Any, **__: Any) -> tuple[str, Any]:
        """SQLite has no translate(): a replacement for every letter."""
        joined, parameters = self._joined(compiler, "char(10)")
        text = f"LOWER({joined})"
        for sign, letter in (_SINGLE | _DOUBLE).items():
            text = f"REPLACE({text}, '{sign}', '{letter.replace(chr(39), chr(39) * 2)}')"
        return text, parameters

    def as_postgresql(self, compiler: Any, *_: Any, **__: Any) -> tuple[str, Any]:
        """Not LOWER, which folds more than SQLite's: both databases must give the same."""
        joined, parameters = self._joined(compiler, "chr(10)")
        for sign, letters in _DOUBLE.items():
            joined = f"REPLACE({joined}, '{sign}', '{letters}')"
        signs = _UPPER + "".join(_SINGLE)
        letters = (_UPPER.lower() + "".join(_SINGLE.values())).replace("'", "''")
        return f"TRANSLATE({joined}, '{signs}', '{letters}')", parameters

    def _joined(self, compiler: Any, line: str) -> tuple[str, Any]:
        parts = [compiler.compile(one) for one in self.get_source_expressions()]
        sql = f" || {line} || ".join(part for part, _ in parts)
        return f"({sql})", [value for _, values in parts for value in values]


class Bytewise(Func):
    """A text in the order of its bytes; SQLite has no other, PostgreSQL must be told."""

    template = "%(expressions)s"
    arity = 1

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> tuple[str, Any]:
        """The collation "C" is on every server, whatever its locale."""
        return self.as_sql(compiler, connection, template='(%(expressions)s) COLLATE "C"', **more)


class Holds(Func):
    """``Holds("plain", Value(word))``: letter by letter, no sign of the word is a wildcard."""

    function = "INSTR"
    template = "%(function)s(%(expressions)s) > 0"
    output_field = BooleanField()
    conditional = True

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> tuple[str, Any]:
        """The same under PostgreSQL's name."""
        return self.as_sql(compiler, connection, function="STRPOS", **more)


def begins(column: str, text: str) -> tuple[Expression, Expression]:
    """That a column begins with a text: a range of the index that holds it bytewise.

    From the text itself to the first that no longer begins so.
    """
    ends = Value(text + "\U0010ffff")
    return (
        GreaterThanOrEqual(Bytewise(F(column)), Value(text)),
        LessThan(Bytewise(F(column)), ends),
    )


def words_of(text: str) -> Iterator[str]:
    """The plain words of what somebody looks for."""
    yield from plain(text).split()
