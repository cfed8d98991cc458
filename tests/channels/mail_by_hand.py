"""A second reader of mail, written from the RFCs without the ``email`` package.

It exists to check the writer: it is strict (CRLF only, no line over 998 bytes, no unknown
encoding) and knows only what a mail of ours may contain.
"""

import re
from base64 import b64decode
from dataclasses import dataclass, field
from urllib.parse import unquote

_WORD = re.compile(r"=\?utf-8\?b\?([A-Za-z0-9+/=]+)\?=")
_GAP = re.compile(r"(\?=)\s+(=\?)")


@dataclass
class Part:
    """A part: its fields as written (unfolded), its content, and the parts inside it."""

    fields: list[tuple[str, str]]
    content: bytes = b""
    parts: list["Part"] = field(default_factory=list)

    def __getitem__(self, name: str) -> str:
        (found,) = [value for key, value in self.fields if key.lower() == name.lower()]
        return found


def read_part(data: bytes) -> Part:
    head, _, body = data.partition(b"\r\n\r\n")
    fields = [
        (name, value.removeprefix(" "))
        for name, _, value in (
            line.partition(":")
            for line in re.sub(r"\r\n(?=[ \t])", "", head.decode()).split("\r\n")
        )
    ]
    part = Part(fields)
    kind = part["Content-Type"]
    if kind.startswith("multipart/"):
        boundary = re.search(r'boundary="([^"]+)"', kind)
        assert boundary
        mark = b"\r\n--" + boundary[1].encode()
        preamble, *inner, end = (b"\r\n" + body).split(mark)
        assert preamble == b""
        assert end == b"--\r\n"
        assert all(one.startswith(b"\r\n") for one in inner)
        part.parts = [read_part(one[2:]) for one in inner]
        return part
    encoding = part["Content-Transfer-Encoding"]
    part.content = quoted_printable(body) if encoding == "quoted-printable" else base64(body)
    return part


def read_mail(data: bytes) -> Part:
    assert data.endswith(b"\r\n")
    assert not re.search(rb"\r(?!\n)|(?<!\r)\n", data), "a bare CR or LF"
    assert max(len(line) for line in data.split(b"\r\n")) <= 998
    assert data.isascii()
    return read_part(data)


def quoted_printable(body: bytes) -> bytes:
    """RFC 2045 section 6.7, byte by byte."""
    out = bytearray()
    soft = True
    for line in body.split(b"\r\n"):
        assert len(line) <= 76
        assert not line.endswith((b" ", b"\t"))
        if not soft:
            out += b"\r\n"
        soft = line.endswith(b"=")
        at = 0
        line = line[:-1] if soft else line
        while at < len(line):
            if line[at] == 0x3D:
                out.append(int(line[at + 1 : at + 3], 16))
                at += 3
            else:
                assert 32 <= line[at] <= 126 or line[at] == 9
                out.append(line[at])
                at += 1
    return bytes(out)


def base64(body: bytes) -> bytes:
    lines = body.split(b"\r\n")
    assert all(len(line) <= 76 for line in lines)
    return b64decode(b"".join(lines), validate=True)


def words(value: str) -> str:
    """Decode RFC 2047 words; space between two of them is not text."""
    for word in re.findall(r"=\?\S+\?=", value):
        assert len(word) <= 75
    return _WORD.sub(lambda word: b64decode(word[1]).decode(), _GAP.sub(r"\1\2", value))


def display_name(value: str) -> str:
    name = value.rpartition("<")[0].strip()
    if name.startswith('"'):
        return re.sub(r"\\(.)", r"\1", name[1:-1])
    return words(name)


def filename(part: Part) -> str:
    written = part["Content-Disposition"]
    plain = re.search(r'filename="([^"]*)"', written)
    coded = re.search(r"filename\*=utf-8''(\S+)", written)
    if plain:
        return plain[1]
    assert coded
    return unquote(coded[1])
