"""Mail: a letter laid out as a subject, plain text and HTML that say the same."""

from dataclasses import dataclass

from amiable.engine.letter import Letter
from amiable.words.mail_html import write_html
from amiable.words.mail_text import write_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A letter ready for a mail program; ``text`` is always there, ``html`` says the same."""

    subject: str
    text: str
    html: str


def lay_out(letter: Letter) -> Mail:
    """Write a letter for a mail program."""
    return Mail(subject=letter.subject, text=write_text(letter), html=write_html(letter))
