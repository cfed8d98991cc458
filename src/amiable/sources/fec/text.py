"""From the bytes of a file to its lines: encodings and line ends as they are really found."""

import codecs
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import AnyStr

_BLOCK = 1 << 19
_UTF8_RUN = re.compile(rb"[\xc2-\xf4][\x80-\xbf]+")
_ASCII = bytes(range(128))
_LINE_END = re.compile(r"\r+\n|\r")

# The accented letters and signs of French text, in the two families of one-byte encodings.
_FRENCH_CP850 = "éèàçêôûùâîïëÉÇ°".encode("cp850")
_FRENCH_LATIN = "éèàçêôûùâîïëÉÇ°".encode("latin-1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoding:
    """How a file is written: ``name`` first, ``fallback`` for lines that are not so written."""

    name: str
    fallback: str
    size: int


def survey(path: Path) -> Encoding:
    """Read the bytes once to find the encoding: UTF-8, UTF-16, CP1252, ISO 8859-15 or CP850.

    Raises OSError when the file cannot be opened.
    """
    high: Counter[int] = Counter()
    utf8_runs = size = 0
    with path.open("rb") as file:
        start = file.read(4)
        file.seek(0)
        while block := file.read(_BLOCK):
            size += len(block)
            if not block.isascii():
                block, runs = _UTF8_RUN.subn(b"", block)
                utf8_runs += runs
                high.update(block.translate(None, _ASCII))
    wide = utf16_of(start)
    if wide:
        return Encoding(name=wide, fallback=wide, size=size)
    fallback = _one_byte(high)
    alone = sum(high.values())
    return Encoding(
        name=fallback if alone > 2 * utf8_runs else "utf-8", fallback=fallback, size=size
    )


def utf16_of(start: bytes) -> str:
    """The UTF-16 encoding that the first four bytes betray, or an empty text."""
    if start.startswith(codecs.BOM_UTF16_LE) or start[1::2] == b"\0\0":
        return "utf-16-le"
    if start.startswith(codecs.BOM_UTF16_BE) or start[0::2] == b"\0\0":
        return "utf-16-be"
    return ""


def _one_byte(high: Counter[int]) -> str:
    """The likeliest one-byte encoding, by the letters that French text would need."""
    dos = sum(high[byte] for byte in _FRENCH_CP850)
    latin = sum(high[byte] for byte in _FRENCH_LATIN)
    if dos > latin:
        return "cp850"
    return "cp1252" if any(0x80 <= byte <= 0x9F for byte in high) else "iso8859-15"


class Lines:
    """The lines of a file, block by block. ``mended`` counts lines read in the fallback."""

    def __init__(self, path: Path, encoding: Encoding) -> None:
        self.path = path
        self.encoding = encoding
        self.bytes_read = 0
        self.mended = 0
        self.first_mended = 0
        self._count = 0

    def blocks(self) -> Iterator[list[str]]:
        """Lists of lines without their ends; CR, LF, CR LF and CR CR LF all end a line."""
        texts = self._wide() if self.encoding.name.startswith("utf-16") else self._bytes()
        for text in texts:
            if "\r" in text:
                text = _LINE_END.sub("\n", text)
            if not self._count:
                text = text.removeprefix("\ufeff")
            lines = text.removesuffix("\n").split("\n")
            self._count += len(lines)
            yield lines

    def _wide(self) -> Iterator[str]:
        decoder = codecs.getincrementaldecoder(self.encoding.name)("replace")
        rest = ""
        with self.path.open("rb") as file:
            while block := file.read(_BLOCK):
                self.bytes_read += len(block)
                rest += decoder.decode(block)
                cut = _last_end(rest, "\n", "\r")
                if cut:
                    yield rest[:cut]
                    rest = rest[cut:]
        rest += decoder.decode(b"", final=True)
        if rest:
            yield rest

    def _bytes(self) -> Iterator[str]:
        rest = b""
        with self.path.open("rb") as file:
            while block := file.read(_BLOCK):
                self.bytes_read += len(block)
                rest += block
                cut = _last_end(rest, b"\n", b"\r")
                if cut:
                    yield self._decode(rest[:cut])
                    rest = rest[cut:]
        if rest:
            yield self._decode(rest)

    def _decode(self, block: bytes) -> str:
        if self.encoding.name != "utf-8":
            return block.decode(self.encoding.name, "replace")
        try:
            return block.decode("utf-8")
        except UnicodeDecodeError:
            return "".join(map(self._decode_line, self._numbered(block)))

    def _numbered(self, block: bytes) -> Iterator[tuple[int, bytes]]:
        # Only a block that is not sound UTF-8 comes here.
        return enumerate(re.split(rb"(?<=\n)", block), self._count + 1)

    def _decode_line(self, numbered: tuple[int, bytes]) -> str:
        number, line = numbered
        try:
            return line.decode("utf-8")
        except UnicodeDecodeError:
            self.mended += 1
            self.first_mended = self.first_mended or number
            return line.decode(self.encoding.fallback, "replace")


def _last_end(text: AnyStr, line_feed: AnyStr, carriage_return: AnyStr) -> int:
    """Where the last whole line ends; never between a CR and the LF that may follow it."""
    return (text.rfind(line_feed) + 1) or (text.rfind(carriage_return, 0, len(text) - 1) + 1)
