"""Mail: a letter laid out as a subject, plain text and HTML that say the same."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from amiable.engine.letter import Block, Letter, Paragraph
from amiable.words.mail_html import write_html
from amiable.words.mail_text import write_block, write_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A letter ready for a mail program; ``text`` is always there, ``html`` says the same."""

    subject: str
    text: str
    html: str


def lay_out(letter: Letter) -> Mail:
    """Write a letter for a mail program."""
    return Mail(subject=letter.subject, text=write_text(letter), html=write_html(letter))


def lay_out_again(letter: Letter, subject: str, text: str) -> Mail:
    """A letter whose words a person changed: the text as they wrote it, the HTML from it.

    The invoices and the payment details that still stand in the text as they were written keep
    their table in the HTML; everything else becomes paragraphs.
    """
    text = text.replace("\r\n", "\n").strip() + "\n"
    edited = reworded(letter, subject, text)
    return Mail(subject=edited.subject, text=text, html=write_html(edited))


def reworded(letter: Letter, subject: str, text: str) -> Letter:
    """The letter in a person's words, its invoices and payment details as `lay_out_again` says."""
    text = text.replace("\r\n", "\n").strip() + "\n"
    subject = " ".join(subject.split())
    return replace(letter, subject=subject, blocks=tuple(_blocks(letter, text)))


def _blocks(letter: Letter, text: str) -> Iterator[Block]:
    for block in letter.blocks:
        if isinstance(block, Paragraph):
            continue
        before, kept, after = text.partition(write_block(block))
        if kept:
            yield from _paragraphs(before)
            yield block
            text = after
    yield from _paragraphs(text)


def _paragraphs(text: str) -> Iterator[Paragraph]:
    for part in text.split("\n\n"):
        if lines := tuple(line.rstrip() for line in part.split("\n") if line.strip()):
            yield Paragraph(lines)
