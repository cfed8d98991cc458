"""Typography: the spaces and apostrophes of French, put in so that nobody has to type them."""

import re

_NO_BREAK_SPACE = "\u00a0"
_BEFORE_SIGN = re.compile(r" (?=[;:!?»%€])")
_AFTER_SIGN = re.compile(r"(?<=«) |(?<=n°) |(?<=\bL\.) |(?<=\bD\.) ")


def french(text: str) -> str:
    """``text`` with no-break spaces before ``; : ! ? » %`` and after ``«`` and ``n°``, and curly
    apostrophes. The plain no-break space is used throughout: every mail program draws it.
    """
    text = _BEFORE_SIGN.sub(_NO_BREAK_SPACE, text)
    text = _AFTER_SIGN.sub(_NO_BREAK_SPACE, text)
    return curly(text)


def curly(text: str) -> str:
    """``text`` with curly apostrophes."""
    return text.replace("'", "’")
