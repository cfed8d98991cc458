"""The two layouts of a letter, on a letter made by hand."""

from dataclasses import fields

from amiable.engine.letter import Details, InvoiceRow, InvoiceTable, Letter, Paragraph, Sum
from amiable.engine.parties import Language
from amiable.words import lay_out

MARKUP = '<i title="x">&amp;'
ESCAPED = "&lt;i title=&quot;x&quot;&gt;&amp;amp;"


def row(text: str) -> InvoiceRow:
    return InvoiceRow(**{field.name: f"{field.name}{text}" for field in fields(InvoiceRow)})


def letter(text: str) -> Letter:
    return Letter(
        language=Language.EN,
        subject=f"subject{text}",
        blocks=(
            Paragraph((f"paragraph{text}", f"line{text}")),
            InvoiceTable(
                heads=row(f"-head{text}"),
                rows=(row(f"-cell{text}"),),
                sums=(Sum(f"label{text}", f"sum{text}", True),),
                notes=(f"note{text}",),
            ),
            Details(((f"detail{text}", f"value{text}"),)),
        ),
    )


def test_every_text_of_a_letter_is_escaped_in_html() -> None:
    html = lay_out(letter(MARKUP)).html
    assert MARKUP not in html
    assert html.count(ESCAPED) == 20


def test_plain_text_is_left_as_it_is() -> None:
    text = lay_out(letter(MARKUP)).text
    assert text.count(MARKUP) == 19
    assert "&quot;" not in text


def test_a_paragraph_keeps_its_own_line_breaks() -> None:
    mail = lay_out(letter(""))
    assert "paragraph\nline\n" in mail.text
    assert "paragraph<br>\nline" in mail.html


def test_a_long_line_is_broken_between_words_only() -> None:
    words = ["word"] * 40 + ["x" * 100, "no\u00a0break"]
    long = Letter(language=Language.EN, subject="s", blocks=(Paragraph((" ".join(words),)),))
    lines = lay_out(long).text.splitlines()
    assert " ".join(lines).split(" ") == words
    assert sum(len(line) > 78 for line in lines) == 1


def test_only_what_is_to_pay_is_set_off_among_the_sums() -> None:
    table = InvoiceTable(
        heads=row("h"), rows=(row("r"),), sums=(Sum("Sub", "1"), Sum("Pay", "2", True)), notes=()
    )
    html = lay_out(Letter(language=Language.EN, subject="s", blocks=(table,))).html
    assert "<b>Pay</b>" in html
    assert ">Sub<" in html
    assert "<b>Sub</b>" not in html
