"""A text message as it is shown before it leaves: its words, parts, price, and what to spare."""

from dataclasses import dataclass

from amiable.desk.sms import weight_of
from amiable.engine.sms import Alphabet, instead
from amiable.web.visit import Visit

_NAMED = 8  # more signs would fill the page


@dataclass(frozen=True, slots=True, kw_only=True)
class TextMessage:
    """``weight``: parts and what is left of the last; ``cost`` empty: the price is not known.

    ``spare``: which signs make it a wide message, and what to write for each.
    """

    text: str
    parts: int
    weight: str
    alphabet: str
    cost: str
    spare: str


def text_message(visit: Visit, text: str) -> TextMessage:
    """A text as a message of the company's."""
    found = weight_of(visit.company, text)
    weight = found.weight
    parts = visit.say("sms.parts", n=weight.parts)
    left = visit.say("sms.left", n=weight.left)
    cost = visit.say("sms.weight.cost", amount=found.cost) if found.cost is not None else ""
    wide = weight.alphabet is Alphabet.UCS2
    return TextMessage(
        text=text,
        parts=weight.parts,
        weight=f"{parts}, {left}",
        alphabet=visit.say(f"sms.weight.{weight.alphabet}"),
        cost=cost,
        spare=visit.say("sms.weight.foreign", signs=_signs(visit, weight.foreign)) if wide else "",
    )


def _signs(visit: Visit, foreign: tuple[str, ...]) -> str:
    """The signs by what to write for each."""
    told = []
    for sign in foreign[:_NAMED]:
        shown = sign if sign.isprintable() and not sign.isspace() else f"U+{ord(sign):04X}"
        written = instead(sign)
        if written.strip():
            told.append(visit.say("sms.weight.instead", sign=shown, instead=written))
        else:
            told.append(visit.say("sms.weight.no_instead", sign=shown))
    return ", ".join(told) + ("…" if len(foreign) > _NAMED else "")
