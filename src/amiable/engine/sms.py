"""SMS: what a text message weighs before it is sent: its alphabet, its parts, its price.

Sources: the default alphabet and its extension, 3GPP TS 23.038 (GSM 03.38) clause 6.2.1; the
lengths, 3GPP TS 23.040 clause 9.2.3: 140 bytes a message, which are 160 characters of 7 bits or 70
of 16; a message in parts spends 6 bytes of each on numbering them, which leaves 153 or 67.

French readers stumble on what the alphabet holds and what it lacks: é è à ù ì ò Ç É are in it, ê â
î ô û ë ï œ ç are not. One character that is lacking makes the whole message one of 70.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from amiable.engine.money import Money, exponent

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""The default alphabet; each counts one."""
EXTENSION = frozenset("\f^{}\\[~]|€")
"""Written after an escape: each counts two."""


class Alphabet(StrEnum):
    """How a message is written on the air."""

    GSM7 = "gsm7"
    UCS2 = "ucs2"


@dataclass(frozen=True, slots=True)
class _Room:
    alone: int
    in_parts: int


_ROOM = {Alphabet.GSM7: _Room(160, 153), Alphabet.UCS2: _Room(70, 67)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """What a text weighs. ``units``: what it spends of its alphabet, ``left``: what the last part
    still takes. ``foreign``: the characters, each once, that the default alphabet lacks.
    """

    alphabet: Alphabet
    units: int
    parts: int
    left: int
    foreign: tuple[str, ...]


def weigh(text: str) -> Weight:
    """What a text weighs as a message; an empty one is one part."""
    foreign = tuple(dict.fromkeys(sign for sign in text if not _is_known(sign)))
    alphabet = Alphabet.UCS2 if foreign else Alphabet.GSM7
    sizes = [_size(sign, alphabet) for sign in text]
    units, room = sum(sizes), _ROOM[alphabet]
    if units <= room.alone:
        parts, left = 1, room.alone - units
    else:
        parts, left = _parts(sizes, room.in_parts)
    return Weight(alphabet=alphabet, units=units, parts=parts, left=left, foreign=foreign)


def _is_known(sign: str) -> bool:
    return sign in BASIC or sign in EXTENSION


def _size(sign: str, alphabet: Alphabet) -> int:
    """An escape and its character, or the two halves of one beyond 16 bits, are two."""
    if alphabet is Alphabet.GSM7:
        return 2 if sign in EXTENSION else 1
    return 2 if ord(sign) > 0xFFFF else 1


def _parts(sizes: list[int], room: int) -> tuple[int, int]:
    """How many parts, and what is left of the last: a part never ends within a character."""
    parts, left = 1, room
    for size in sizes:
        if size > left:
            parts, left = parts + 1, room
        left -= size
    return parts, left


# --- writing it so that it weighs less ----------------------------------------------------------

_TYPED = {
    "\u00a0": " ",
    "\u202f": " ",
    "\u2009": " ",
    "\u2011": "-",
    "\u2013": "-",
    "\u2014": "-",
    "\u2212": "-",
    "\u2018": "'",
    "\u2019": "'",
    "\u201c": '"',
    "\u201d": '"',
    "\u00ab": '"',
    "\u00bb": '"',
    "\u2026": "...",
    "\u00ad": "",
    "\u200b": "",
    "\t": " ",
}
_FINE_SPACES = ("\u00ab\u00a0", "\u00ab\u202f", "\u00a0\u00bb", "\u202f\u00bb")
_LETTERS = {"œ": "oe", "Œ": "Oe", "ĳ": "ij", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "°": "o"}


def typed(text: str) -> str:
    """The text with the spaces, quotes and dashes of a keyboard: it reads the same."""
    for pair in _FINE_SPACES:
        text = text.replace(pair, '"')
    return "".join(_TYPED.get(sign, sign) for sign in text)


def instead(sign: str) -> str:
    """What to write for a character the alphabet lacks: its letter without accent, say.

    Empty when there is nothing (a Greek letter, an emoji).
    """
    written = _TYPED.get(sign) or _LETTERS.get(sign)
    if written:
        return written
    bare = "".join(
        one for one in unicodedata.normalize("NFKD", sign) if not unicodedata.combining(one)
    )
    return bare if bare != sign and all(map(_is_known, bare)) else ""


def lightest(text: str) -> str:
    """The text as it costs least: typed, and without the accents the alphabet lacks if that makes
    fewer parts of it. What it cannot write otherwise stays."""
    text = typed(unicodedata.normalize("NFC", text))
    bare = "".join(_spelled(text))
    return bare if weigh(bare).parts < weigh(text).parts else text


def _spelled(text: str) -> Iterator[str]:
    for sign in text:
        yield sign if _is_known(sign) else instead(sign) or sign


# --- what it costs ------------------------------------------------------------------------------


def cost(parts: int, price: Decimal, currency: str) -> Money:
    """The price of so many parts at ``price`` units of a currency each, to the nearest cent."""
    minor = (parts * price).scaleb(exponent(currency)).quantize(Decimal(1), ROUND_HALF_UP)
    return Money(minor=int(minor), currency=currency)


# --- what is answered ---------------------------------------------------------------------------

_STOPS = frozenset(("stop", "stopsms", "arret", "desabonnement", "desinscription", "unsubscribe",
                    "stopall", "cancel", "quit"))  # fmt: skip
_POLITE = frozenset(("sms", "svp", "stp", "merci", "please", "thanks", "s", "il", "vous", "plait",
                     "te", "au", "to"))  # fmt: skip


def asks_to_stop(text: str) -> bool:
    """Whether an answer says nothing but to stop: "STOP", "Arrêt SMS", "stop au 36180, merci"."""
    decomposed = unicodedata.normalize("NFKD", text.lower())
    bare = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    words = "".join(sign if sign.isalnum() else " " for sign in bare).split()
    said = {word for word in words if word not in _POLITE and not word.isdigit()}
    return len(said) == 1 and said <= _STOPS
