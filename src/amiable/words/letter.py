"""Letter on paper: a letter laid out on its page, and many of them as one file to print.

A page is kept with the message it belongs to (`letter_page`: finished texts, as JSON holds them),
so that what is printed is what was approved. The day and the place are written when it is printed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from amiable.engine.letter import Block, Details, InvoiceTable, Letter, Link, Paragraph
from amiable.engine.money import Money
from amiable.engine.parties import Company, Language
from amiable.words.addressee import town
from amiable.words.catalogue import say
from amiable.words.dates import write_date
from amiable.words.payment_code import payment_code, payment_text
from amiable.words.pdf import LOGO, compile_pdf, drawn

WINDOW = {"left": 110, "top": 55, "right": 190, "bottom": 79}
"""Where the address stands on the first page, in mm from its top left corner.

French DL envelopes (110 x 220 mm) have a window of 35 x 100 or 45 x 100 mm, 20 mm from the right
and from the lower edge. A sheet folded in three (99 x 210 mm) slides in them by 11 mm upwards and
10 mm sideways; what shows in either window wherever the sheet lies is x 100 to 190 and y 55 to 79.
La Poste's customers are told the same: from 11 cm to the right and 5.5 cm down (edics.fr, "Rédiger
vos adresses : les bonnes pratiques"). NF Z 10-011 allows six lines of 38 characters.
"""
VISIBLE = {"left": 90, "top": 34, "right": 200, "bottom": 90}
"""What may show in a window, wherever the sheet lies: nothing else is printed there."""
FOLDS = (99, 198)
"""Where the sheet is folded, in mm from the top."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverRow:
    """A line of the cover sheet."""

    customer: str
    place: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintFile:
    """What a file to print is made of.

    ``pages``: those of `letter_page`, in order. ``statements``: what is put behind the letter of
    the same place (see `statement_page`), None for nothing. ``odd``: each begins on a sheet of its
    own when printed on both sides. ``logo``: a PNG or JPEG.
    """

    company: Company
    pages: Sequence[Mapping[str, Any]]
    on: date
    language: Language
    made_by: str = ""
    cover: Sequence[CoverRow] | None = None
    statements: Sequence[Mapping[str, Any] | None] = ()
    odd: bool = False
    logo: bytes | None = None


def letter_page(
    letter: Letter,
    company: Company,
    to: Sequence[str],
    *,
    registered: bool,
    amounts: Sequence[Money],
    reference: str,
) -> dict[str, Any]:
    """A letter as its page shows it, all but the day. ``to``: the lines of the address."""
    language = letter.language
    code = ""
    if len(amounts) == 1:
        code = payment_text(company.name, company.iban, company.bic, amounts[0], reference)
    return {
        "language": language.value,
        "company": company.name,
        "sender": [
            *company.address.splitlines(),
            *(line for line in (company.phone, company.email) if line),
        ],
        "to": list(to),
        "registered": say(language, "paper.registered") if registered else "",
        "mine": say(language, "paper.reference", reference=reference) if reference else "",
        "subject": say(language, "paper.subject", subject=_subject(letter, company)),
        "blocks": [_block(block) for block in letter.blocks],
        "code": code,
        "legal": _legal(company, language),
        "town": town(company.address.splitlines()),
    }


def _subject(letter: Letter, company: Company) -> str:
    """The subject without the company's name before it, which a mail needs and paper does not."""
    bare = letter.subject.removeprefix(company.name)
    bare = bare.lstrip(" :\u00a0\u202f") if bare != letter.subject else bare
    return bare[:1].upper() + bare[1:]


def _legal(company: Company, language: Language) -> str:
    """What the law wants on a trader's letters: who it is, by number and register."""
    numbers = (
        say(language, "statement.siren", siren=company.siren) if company.siren else "",
        say(language, "statement.vat", vat=company.vat) if company.vat else "",
    )
    said = (company.name, " ".join(company.legal.split()), *numbers)
    return " – ".join(part for part in said if part)


def _block(block: Block) -> dict[str, Any]:
    match block:
        case Paragraph(lines):
            return {"kind": "text", "lines": list(lines)}
        case Link():
            return {"kind": "text", "lines": [block.text, block.address]}
        case Details(rows):
            return {"kind": "details", "rows": [list(row) for row in rows]}
        case InvoiceTable():
            return {
                "kind": "table",
                "heads": _cells(block.heads),
                "rows": [_cells(row) for row in block.rows],
                "sums": [
                    {"label": one.label, "amount": one.amount, "to_pay": one.to_pay}
                    for one in block.sums
                ],
                "notes": list(block.notes),
            }


def _cells(row: Any) -> list[str]:
    return [row.number, row.issued, row.due, row.late, row.amount, row.left]


def write_letters(file: PrintFile) -> bytes:
    """All letters as one PDF, each beginning on a page of its own."""
    images = {
        f"code-{number}.svg": payment_code(page["code"])
        for number, page in enumerate(file.pages)
        if page["code"]
    }
    if file.logo is not None:
        images[LOGO] = drawn(file.logo)
    statements = [*file.statements, *[None] * (len(file.pages) - len(file.statements))]
    title = say(file.language, "paper.cover.title", n=len(file.pages))
    if file.cover is None and len(file.pages) == 1:
        title = file.pages[0]["subject"]
    data = {
        "title": title,
        "author": file.company.name,
        "language": (file.language.value if file.cover else file.pages[0]["language"]),
        "window": WINDOW,
        "folds": FOLDS,
        "odd": file.odd,
        "cover": _cover(file, title) if file.cover is not None else None,
        "letters": [
            _printed(page, number, file) | {"statement": statement}
            for number, (page, statement) in enumerate(zip(file.pages, statements, strict=True))
        ],
    }
    return compile_pdf("letter.typ", data, images)


def _printed(page: Mapping[str, Any], number: int, file: PrintFile) -> dict[str, Any]:
    """A kept page with what is known only when it is printed."""
    language = Language(page["language"])
    key = "paper.dated" if page["town"] else "paper.dated_alone"
    return {
        **page,
        "dated": say(language, key, town=page["town"], day=write_date(file.on, language)),
        "page": say(language, "statement.page"),
        "logo": LOGO if file.logo is not None else None,
        "logo_alt": file.company.name,
        "code": f"code-{number}.svg" if page["code"] else None,
        "code_alt": say(language, "paper.code_alt"),
        "code_note": say(language, "paper.code_note"),
    }


def _cover(file: PrintFile, title: str) -> dict[str, Any]:
    language = file.language
    facts = [
        file.company.name,
        say(language, "paper.cover.made", on=write_date(file.on, language)),
        *([say(language, "paper.cover.by", name=file.made_by)] if file.made_by else []),
        say(language, "paper.cover.check"),
    ]
    return {
        "title": title,
        "facts": facts,
        "heads": [say(language, f"paper.cover.{one}") for one in ("n", "customer", "to", "kind")],
        "rows": [
            [str(number), row.customer, row.place, row.kind]
            for number, row in enumerate(file.cover or (), 1)
        ],
    }
