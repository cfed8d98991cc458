"""PDF: a page template of ours and its data, compiled by typst."""

import json
from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Any

import typst
from PIL import Image

LOGO = "logo.svg"
"""The name a page template knows the company's logo by."""
_STANDARDS: list[Any] = ["a-2a", "ua-1"]


def compile_pdf(template: str, data: Mapping[str, Any], images: Mapping[str, bytes]) -> bytes:
    """An accessible PDF (PDF/UA-1: tagged, its language told) for the archives (PDF/A-2a).

    Every text goes in as data, so that none is ever read as markup; ``images`` by the names the
    data give them, as SVG. Letters that the fonts do not have (other scripts) are no reason to
    refuse: the file is then an ordinary PDF, tagged all the same.
    """
    source: dict[str, bytes] = {
        "main.typ": _template(template),
        "statement.typ": _template("statement.typ"),
        "data.json": json.dumps(data, ensure_ascii=False).encode(),
        **images,
    }
    try:
        return _compile(source, _STANDARDS)
    except typst.TypstError:
        return _compile(source, [])


@cache
def _template(name: str) -> bytes:
    return files("amiable.words").joinpath(name).read_bytes()


def _compile(source: dict[str, bytes], standards: list[Any]) -> bytes:
    named: Any = source  # files by name: its stubs do not know them
    made = typst.compile(
        named,
        format="pdf",
        ignore_system_fonts=True,
        pdf_standards=standards,
    )
    assert isinstance(made, bytes)
    return made


def drawn(image: bytes) -> bytes:
    """A PNG or JPEG inside an SVG: typst takes nothing but text from memory."""
    with Image.open(BytesIO(image)) as opened:
        width, height = opened.size
        kind = Image.MIME[opened.format or "PNG"]
    content = b64encode(image).decode("ascii")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}"><image width="{width}" height="{height}" '
        f'href="data:{kind};base64,{content}"/></svg>'
    ).encode()
