"""Header fields of a mail: checked, encoded (RFC 2047) and folded (RFC 5322).

Every function returns a whole field with its final CRLF. Nothing that would break a line is
let through: a value with a line break is refused, so that no value can add a header or a body.
"""

import re
from base64 import b64encode
from collections.abc import Iterable

_LINE = 76
"""RFC 2047 section 2: a line that holds an encoded word has at most 76 characters."""
_HARD_LINE = 998
"""RFC 5322 section 2.1.1: no line is longer, whatever it holds."""
_WORD_OVERHEAD = len("=?utf-8?b??=")

_FORBIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_PLAIN = re.compile(r"[!-~]{1,60}(?: [!-~]{1,60})*")
_PRINTABLE = re.compile(r"[ -~]*")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,49}")
_IDENTIFIER = re.compile(r"<[!-;=?A-~]{1,200}@[!-;=?A-~]{1,200}>")


def check_one_line(name: str, value: str) -> None:
    """Refuse (ValueError) a value with a line break or another control character."""
    found = _FORBIDDEN.search(value)
    if found is not None:
        raise ValueError(
            f"{name}: character U+{ord(found[0]):04X} at position {found.start() + 1} is not "
            "allowed in a mail header (line breaks and control characters are refused so that "
            "nothing can be slipped into the mail); remove it from the value"
        )


def text_field(name: str, value: str) -> str:
    """Return a field of free text, such as Subject, in any script and of any length."""
    check_one_line(name, value)
    if not value:
        return f"{name}: \r\n"
    if _PLAIN.fullmatch(value) and "=?" not in value:
        return _folded(name, value.split(" "))
    return f"{name}: {encoded_words(value, _LINE - len(name) - 2)}\r\n"


def listed_field(name: str, items: Iterable[str], *, separator: str = "") -> str:
    """Return a field of items (addresses, identifiers), folded only between two items."""
    items = tuple(items)
    return _folded(name, [*(item + separator for item in items[:-1]), items[-1]])


def is_identifier(text: str) -> bool:
    """Whether a text is a message identifier as `identifiers_field` takes it."""
    return _IDENTIFIER.fullmatch(text) is not None


def identifiers_field(name: str, identifiers: Iterable[str]) -> str:
    """Return a field of message identifiers; each must be written ``<left@right>`` in ASCII."""
    identifiers = tuple(identifiers)
    for identifier in identifiers:
        if not _IDENTIFIER.fullmatch(identifier):
            raise ValueError(
                f"{name}: {identifier!r} is not a message identifier; write it as <left@right>, "
                "in plain ASCII and without spaces"
            )
    return listed_field(name, identifiers)


def extra_field(name: str, value: str) -> str:
    """Return a field given by name, such as List-Unsubscribe.

    A plain ASCII value is written as it is (long links stay whole), another one is encoded;
    List-* fields hold links only and must be ASCII.
    """
    if not _NAME.fullmatch(name):
        raise ValueError(
            f"{name!r} is not a header name; use letters, digits and hyphens, 50 at most"
        )
    check_one_line(name, value)
    words = value.split(" ")
    if _PRINTABLE.fullmatch(value) and all(words) and "=?" not in value:
        return _folded(name, words)
    if name.lower().startswith("list-"):
        raise ValueError(
            f"{name}: {value!r} must be links in plain ASCII, as <https://...>, one space apart"
        )
    return text_field(name, value)


def phrase(name: str, first_room: int) -> str:
    """Return a display name as it stands before ``<address>``; ``first_room`` in characters."""
    if not _PRINTABLE.fullmatch(name) or len(name) > first_room - 2 or "=?" in name:
        return encoded_words(name, first_room)
    if _ATOMS.fullmatch(name):
        return name
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def encoded_words(value: str, first_room: int) -> str:
    """Return the value as RFC 2047 encoded words, one a line, no character cut in two.

    ``first_room`` is what is left of the first line, in characters.
    """
    data = value.encode("utf-8")
    room = _bytes_in(first_room)
    words: list[str] = []
    start = 0
    while start < len(data):
        end = min(start + room, len(data))
        while end < len(data) and data[end] & 0xC0 == 0x80:
            end -= 1
        words.append(f"=?utf-8?b?{b64encode(data[start:end]).decode('ascii')}?=")
        start = end
        room = _bytes_in(_LINE - 1)
    return "\r\n ".join(words)


def _bytes_in(room: int) -> int:
    """Bytes that an encoded word of at most ``room`` (and 75) characters can hold, 6 or more."""
    return max(6, (min(room, 75) - _WORD_OVERHEAD) // 4 * 3)


def _folded(name: str, words: list[str]) -> str:
    """Join the words with spaces, breaking the line before a word that would pass column 76."""
    lines = [f"{name}: {words[0]}"]
    for word in words[1:]:
        if len(lines[-1].rpartition("\n")[2]) + 1 + len(word) <= _LINE:
            lines[-1] += f" {word}"
        else:
            lines.append(f" {word}")
    if any(len(line.encode("utf-8")) > _HARD_LINE for line in lines):
        raise ValueError(
            f"{name}: a word is longer than a mail line can be ({_HARD_LINE} bytes); shorten it"
        )
    return "\r\n".join(lines) + "\r\n"
