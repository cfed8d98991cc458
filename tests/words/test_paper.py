"""Letters on paper: read back with pypdf, the code with zxing, neither of which wrote them."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

import pytest
import zxingcpp
from PIL import Image, ImageDraw
from pypdf import PdfReader

from amiable.engine.compose import compose
from amiable.engine.letter import LetterFacts, claim
from amiable.engine.money import Money
from amiable.engine.parties import Company, Contact, Customer, Language
from amiable.engine.template import Audience, LetterTone
from amiable.words import CatalogueVoice, shipped_templates
from amiable.words.addressee import addressee, town, town_line
from amiable.words.letter import VISIBLE, WINDOW, CoverRow, PrintFile, letter_page, write_letters
from amiable.words.payment_code import payment_code, payment_text
from tests.engine.letters import letter_facts, lines

MM = 72 / 25.4
A4 = (210, 297)
EVIL = 'R&D #set page(width: 1pt) [x] $y$ @z *gras* _it_ `c` \\ // <b> "q" ~ é œ €'
OURS = Company(
    key="fournil",
    name="Fournil & Fils",
    siren="732829320",
    vat="FR44732829320",
    iban="FR7630006000011234567890189",
    email="compta@fournil.example",
    phone="01 99 00 12 34",
    address="12 quai des Brumes\n56100 LORIENT CEDEX 2",
    legal="SARL au capital de 10 000 €, RCS Lorient",
)
CUSTOMER = Customer(key="C42", name="Boulangerie Lefèvre")
CONTACT = Contact(
    key="c", customer="C42", name="Zoé Lefèvre", address="12 rue de l'Église\n75002 PARIS"
)


def page(
    language: Language = Language.FR,
    count: int = 3,
    tone: LetterTone = LetterTone.STERN,
    company: Company = OURS,
    registered: bool = False,
    to: Sequence[str] = (),
    **changes: Any,
) -> dict[str, Any]:
    facts: LetterFacts = letter_facts(
        language,
        **{"lines": lines(count), "company": company, "customer": CUSTOMER, **changes},
    )
    template = shipped_templates()[tone, Audience.LATE, language]
    letter = compose(template, facts, CatalogueVoice(language))
    to = to or addressee(CUSTOMER, CONTACT, "FR")
    return letter_page(
        letter, company, to, registered=registered, amounts=claim(facts), reference="C42"
    )


def printed(*pages: dict[str, Any], **more: Any) -> PdfReader:
    file = PrintFile(company=OURS, pages=pages, on=date(2026, 2, 20), language=Language.FR, **more)
    return PdfReader(BytesIO(write_letters(file)))


def plain(text: str) -> str:
    """Without soft differences of spacing."""
    return " ".join(re.sub(r"[\u00a0\u202f\u2009]", " ", text).replace("’", "'").split())


def text_of(reader: PdfReader) -> str:
    return plain(" ".join(sheet.extract_text() for sheet in reader.pages))


def places(reader: PdfReader, number: int = 0) -> list[tuple[str, float, float]]:
    """Every piece of text of a page with its place in mm from the top left corner."""
    found = []

    def visit(text: str, cm: list[float], tm: list[float], _font: object, _size: float) -> None:
        if text.strip():
            x = cm[0] * tm[4] + cm[2] * tm[5] + cm[4]
            y = cm[1] * tm[4] + cm[3] * tm[5] + cm[5]
            found.append((text.strip(), x / MM, A4[1] - y / MM))

    reader.pages[number].extract_text(visitor_text=visit)
    return found


# --- the window -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "to",
    [
        ("Boulangerie Lefèvre", "Zoé Lefèvre", "12 rue de l'Église", "75002 PARIS"),
        ("A", "B", "C", "D", "E", "75002 PARIS"),
        ("Société coopérative agricole des producteurs de lait de la haute vallée de l'Aubrac "
         "et des monts du Cantal réunis", "À l'attention du service comptabilité fournisseurs",
         "Zone industrielle de la Croix-Blanche, bâtiment 4, porte C", "BP 90421",
         "15009 AURILLAC CEDEX", "LUXEMBOURG"),
        ("x" * 120, "75002 PARIS"),
    ],
)  # fmt: skip
def test_the_address_and_nothing_else_shows_in_the_window_of_the_envelope(
    to: tuple[str, ...],
) -> None:
    shown = places(printed(page(to=to, registered=True)))
    inside = [
        text
        for text, x, y in shown
        if VISIBLE["left"] < x < VISIBLE["right"] and VISIBLE["top"] < y < VISIBLE["bottom"]
    ]
    assert plain(" ".join(inside)).replace(" ", "").replace("-", "") == plain(" ".join(to)).replace(
        " ", ""
    ).replace("-", "")
    for text, x, y in shown:
        if text in inside:
            assert WINDOW["left"] - 0.5 <= x, text
            assert WINDOW["top"] <= y <= WINDOW["bottom"], text


def test_the_sheet_is_marked_where_it_is_folded() -> None:
    content = printed(page()).pages[0].get_contents()
    assert content is not None
    assert content.get_data().count(b" l\n") >= 2


# --- what it says -----------------------------------------------------------------------------


@pytest.mark.parametrize("language", Language)
def test_everything_the_letter_must_say_is_there_with_its_accents(language: Language) -> None:
    text = text_of(printed(page(language, registered=True)))
    wanted = [
        "Fournil & Fils", "12 quai des Brumes", "Boulangerie Lefèvre", "12 rue de l'Église",
        "FR76 3000 6000 0112 3456 7890 189", "C42", "732829320", "SARL au capital de 10 000 €",
        "F001", "F003", "L. 441-10", "1 / 1",
    ]  # fmt: skip
    french = ("Lorient, le 20 février 2026", "RECOMMANDÉE", "Objet", "Page 1", "Échéance")
    english = ("Lorient, 20 February 2026", "REGISTERED", "Subject", "Page 1", "Due")
    for one in (*wanted, *(french if language is Language.FR else english)):
        assert one in text, one


def test_no_text_of_ours_or_a_customer_s_is_ever_markup() -> None:
    company = replace(OURS, name=EVIL, legal=EVIL, address=f"{EVIL}\n56100 Lorient")
    customer = replace(CUSTOMER, name=EVIL)
    reader = printed(
        page(company=company, customer=customer, to=(EVIL, "1 rue Haute", "75002 PARIS")),
        cover=[CoverRow(customer=EVIL, place=EVIL, kind=EVIL)],
    )
    text = text_of(reader).replace(" ", "")
    for part in ("#setpage(width:1pt)", "[x]$y$@z*gras*_it_`c`\\//", "<b>"):
        assert text.count(part) >= 4, part
    assert all(sheet.mediabox.width == pytest.approx(595.3, abs=1) for sheet in reader.pages)


def test_many_invoices_go_on_behind_with_their_heads_and_each_page_is_counted() -> None:
    reader = printed(page(count=60))
    assert len(reader.pages) >= 2
    for number, sheet in enumerate(reader.pages, 1):
        text = plain(sheet.extract_text())
        assert f"Page {number} / {len(reader.pages)}" in text
    assert "Échéance" in plain(reader.pages[1].extract_text())
    assert "F060" in text_of(reader)


def test_each_letter_of_a_file_counts_its_own_pages() -> None:
    reader = printed(page(), page(count=60), page())
    assert [plain(sheet.extract_text()).count("Page 1 /") for sheet in reader.pages] == [
        1, 1, 0, 0, 1,
    ]  # fmt: skip


def test_two_currencies_have_two_sums_and_no_code() -> None:
    first, second = lines(2)
    dollars = Money(minor=700, currency="USD")
    both = page(lines=(first, replace(second, amount=dollars, left=dollars)))
    assert both["code"] == ""
    assert text_of(printed(both)).count("Total à payer") == 2


# --- for who cannot see it --------------------------------------------------------------------


def test_the_file_is_tagged_and_says_its_language_and_title() -> None:
    root = printed(page(Language.EN)).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"].value is True
    assert root["/Lang"] == "en"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    assert root["/StructTreeRoot"]["/K"]
    info = root["/Metadata"].get_data().decode()
    assert "pdfuaid:part" in info
    assert "Subject: Last reminder before formal notice" in info


def test_a_name_in_another_script_is_printed_as_far_as_the_fonts_have_it() -> None:
    reader = printed(page(to=("北京面包店", "12 rue Haute", "75002 PARIS")))
    assert "75002 PARIS" in text_of(reader)


# --- the code for the bank --------------------------------------------------------------------


def seen(code: bytes) -> str:
    """What a reader of codes sees on the drawing: each run of its path is filled in."""
    size = int(re.findall(rb'width="(\d+)"', code)[0])
    scale, margin = 8, 4
    picture = Image.new("L", ((size + 2 * margin) * scale,) * 2, 255)
    draw = ImageDraw.Draw(picture)
    for x, y, width in re.findall(rb"M(\d+) (\d+)h(\d+)v1", code):
        left, top = (int(x) + margin) * scale, (int(y) + margin) * scale
        draw.rectangle((left, top, left + int(width) * scale - 1, top + scale - 1), fill=0)
    found = zxingcpp.read_barcodes(picture)
    return str(found[0].text) if found else ""


def euros(minor: int) -> Money:
    return Money(minor=minor, currency="EUR")


@pytest.mark.parametrize("name", ["Fournil & Fils", "Œuvres d'été €", "x" * 90])
def test_a_banking_app_reads_payee_account_amount_and_reference(name: str) -> None:
    said = payment_text(name, "FR76 3000 6000 0112 3456 7890 189", "", euros(123456), "C42 Été")
    assert seen(payment_code(said)) == said
    assert said.split("\n") == [
        "BCD", "002", "1", "SCT", "", name[:70], "FR7630006000011234567890189", "EUR1234.56", "",
        "", "C42 Été",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("iban", "amount"),
    [
        ("", euros(100)),
        ("FR7630006000011234567890189", euros(0)),
        ("FR7630006000011234567890189", euros(100_000_000_000)),
        ("FR7630006000011234567890189", Money(minor=100, currency="USD")),
    ],
)
def test_there_is_no_code_where_the_standard_knows_none(iban: str, amount: Money) -> None:
    assert payment_text("Fournil", iban, "", amount, "C42") == ""


def test_nothing_is_slipped_into_a_code() -> None:
    said = payment_text("A\nFR1420041010050500013M02606", "FR76 3000", "", euros(1), "a\r\nb")
    assert said.split("\n")[5:8] == ["A FR1420041010050500013M02606", "FR763000", "EUR0.01"]
    assert said.split("\n")[10:] == ["a b"]
    assert payment_text("é" * 70, "FR76 3000", "", euros(1), "é" * 140) == ""


# --- addresses --------------------------------------------------------------------------------


def test_a_name_that_stands_in_the_address_is_not_said_twice() -> None:
    contact = replace(CONTACT, address="BOULANGERIE LEFÈVRE\n12 rue Haute\n75002 PARIS")
    assert addressee(CUSTOMER, contact, "FR") == (
        "Zoé Lefèvre", "BOULANGERIE LEFÈVRE", "12 rue Haute", "75002 PARIS",
    )  # fmt: skip


def test_the_country_is_named_when_the_letter_leaves_it() -> None:
    german = replace(CUSTOMER, country="DE")
    assert addressee(german, CONTACT, "FR")[-1] == "ALLEMAGNE"
    assert "ALLEMAGNE" not in addressee(german, CONTACT, "DE")


@pytest.mark.parametrize(
    ("address", "name"),
    [
        (("1 quai", "56100 LORIENT CEDEX 2"), "Lorient"),
        (("1 quai", "56100 Lorient", "FRANCE"), "Lorient"),
        (("1 quai", "L-1234 Luxembourg"), "Luxembourg"),
        (("1 quai", "Lorient"), ""),
        ((), ""),
    ],
)
def test_the_town_of_a_letter_is_that_of_its_sender(address: tuple[str, ...], name: str) -> None:
    assert town(address) == name
    assert (town_line(address) is None) == (name == "")
