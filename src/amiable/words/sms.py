"""SMS: a letter laid out as a text message, in as few parts as it can be."""

from datetime import date

from amiable.engine.letter import Block, Letter, Link, Paragraph
from amiable.engine.sms import lightest, typed
from amiable.words.mail import Mail
from amiable.words.voice import CatalogueVoice


class SmsVoice(CatalogueVoice):
    """The voice of the catalogue, short: dates in figures, which also spares the û of août."""

    __slots__ = ()

    def long_date(self, day: date) -> str:
        """A day in a sentence, in figures."""
        return self.short_date(day)


def lay_out_sms(letter: Letter) -> Mail:
    """Write a letter for a telephone: its words alone, without subject."""
    lines = (line for block in letter.blocks for line in _lines(block))
    return Mail(subject="", text=lightest("\n".join(lines)), html="")


def _lines(block: Block) -> tuple[str, ...]:
    """What there is room for: words and addresses."""
    if isinstance(block, Link):
        return (block.address,)
    return block.lines if isinstance(block, Paragraph) else ()


def lay_out_sms_again(text: str) -> Mail:
    """A text message whose words a person changed: as they wrote it, with a keyboard's signs."""
    return Mail(subject="", text=typed(text.replace("\r\n", "\n").strip()), html="")
