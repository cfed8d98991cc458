"""File kind: what the bytes of a file tell before anything in it is read."""

import zipfile
from pathlib import Path

from amiable.sources.reading import Refusal, SourceRefused

_OTHER_KINDS = {
    b"%PDF": "PDF", b"\x89PNG": "PNG", b"\xff\xd8\xff": "JPEG", b"GIF8": "GIF", b"<!DO": "HTML",
    b"<htm": "HTML",
}  # fmt: skip
_ARCHIVES = {b"Rar!": "RAR", b"7z\xbc\xaf": "7z", b"\x1f\x8b": "GZIP"}
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"  # .xls, and workbooks with a password
_IN_A_WORKBOOK = ("xl/", "content.xml", "mimetype", "[Content_Types].xml")
_HEAD = 4096
_BLOCK = 1 << 20


def must_be_readable(path: Path) -> None:
    """Raise SourceRefused for a file that its bytes tell to be no table and no export."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    for mark, kind in _OTHER_KINDS.items():
        if head.startswith(mark):
            raise _refused(path, "source.other_kind", kind=kind)
    for mark, kind in _ARCHIVES.items():
        if head.startswith(mark):
            raise _refused(path, "source.archive", kind=kind)
    if head.startswith(_ZIP):
        if _holds_no_workbook(path):
            raise _refused(path, "source.archive", kind="ZIP")
    elif not head.startswith(_OLE) and head.count(0) <= len(head) // 8:  # more zeros: UTF-16
        _must_hold_no_zero(path)


def _holds_no_workbook(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return not any(name.startswith(_IN_A_WORKBOOK) for name in archive.namelist())
    except zipfile.BadZipFile:
        return False  # damaged: the workbook's reader says so


def _must_hold_no_zero(path: Path) -> None:
    """A text with a zero byte is damaged: no program writes one, and no database keeps one."""
    line = 1
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            at = block.find(0)
            if at >= 0:
                raise _refused(path, "source.zero_byte", line=line + block.count(b"\n", 0, at))
            line += block.count(b"\n")


def _refused(path: Path, code: str, *, line: int = 0, **facts: str) -> SourceRefused:
    return SourceRefused(
        Refusal(file=path.name, line=line, column="", value="", code=code, facts=facts)
    )
