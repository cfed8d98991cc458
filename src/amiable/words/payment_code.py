"""Payment code: the QR code that a banking app reads to fill in a transfer (EPC069-12)."""

import re

import segno

from amiable.engine.money import Money

_LONGEST_NAME, _LONGEST_TEXT, _LONGEST = 70, 140, 331
"""EPC069-12: the name and the text in characters, the whole in bytes."""
_MOST = 99_999_999_999
"""EPC069-12: EUR 999 999 999.99, in cents."""
_MASK = 3
"""Any of the eight masks of ISO/IEC 18004 reads; weighing which reads best takes six times as long
as all the rest, and letters are printed by the hundred."""
_DARK = re.compile("1+")
_DIGITS = bytes.maketrans(b"\x00\x01", b"01")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")


def payment_text(name: str, iban: str, bic: str, amount: Money, text: str) -> str:
    """What the code says; empty when there can be none.

    Only for transfers in euros, from one cent, to an account that is known. ``text`` is the
    reference to write on the transfer.
    """
    iban = "".join(iban.split()).upper()
    if amount.currency != "EUR" or not 0 < amount.minor <= _MOST or not iban:
        return ""
    euros, cents = divmod(amount.minor, 100)
    lines = (
        "BCD", "002", "1", "SCT", "".join(bic.split()).upper(), _line(name)[:_LONGEST_NAME], iban,
        f"EUR{euros}.{cents:02}", "", "", _line(text)[:_LONGEST_TEXT],
    )  # fmt: skip
    said = "\n".join(lines).rstrip("\n")
    return said if len(said.encode()) <= _LONGEST else ""


def _line(text: str) -> str:
    return _CONTROL.sub(" ", text).strip()


def payment_code(said: str) -> bytes:
    """The code as an SVG of one unit a module, without a margin: draw it large, on white."""
    code = segno.make_qr(
        said, error="m", boost_error=False, mode="byte", encoding="utf-8", mask=_MASK
    )
    runs = (
        f"M{run.start()} {row}h{run.end() - run.start()}v1h-{run.end() - run.start()}z"
        for row, modules in enumerate(code.matrix)
        for run in _DARK.finditer(modules.translate(_DIGITS).decode("ascii"))
    )
    size = len(code.matrix)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" width="{size}" '
        f'height="{size}" shape-rendering="crispEdges"><path d="{"".join(runs)}"/></svg>'
    ).encode()
