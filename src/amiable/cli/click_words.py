"""Click's own words ("Usage:", "No such option") in French.

Click looks its texts up in the gettext functions that each of its modules imports. Its French
texts live in the catalogue, under ``click``: the English catalogue holds Click's own sentence,
the French one its translation, so that a test finds a sentence that Click changed.
"""

from collections.abc import Mapping
from functools import cache

import click.core
import click.decorators
import click.exceptions
import click.formatting
import click.parser
import click.termui
import click.types

from amiable.cli.texts import language, t
from amiable.engine.parties import Language
from amiable.words.catalogue import texts
from amiable.words.typography import curly

MODULES = (
    click.core, click.decorators, click.exceptions, click.formatting, click.parser, click.termui,
    click.types,
)  # fmt: skip


@cache
def french_words() -> Mapping[str, str]:
    """Click's sentence, with curly apostrophes, and the French one."""
    english, french = texts(Language.EN), texts(Language.FR)
    pairs = ((english[key], french[key]) for key in english if key.startswith("click."))
    return {
        mine: yours for mine, yours in pairs if isinstance(mine, str) and isinstance(yours, str)
    }


def translated(sentence: str) -> str:
    """Click's sentence in the language of the commands; unknown ones as they are."""
    if language() is not Language.FR:
        return sentence
    return french_words().get(curly(sentence), sentence)


def translated_count(one: str, other: str, count: int) -> str:
    """The same for a sentence with a plural; French says none and one alike."""
    several = count > 1 if language() is Language.FR else count != 1
    return translated(other if several else one)


class Formatter(click.formatting.HelpFormatter):
    """Help as Click lays it out, with the colon of a heading as the language writes it."""

    def write_heading(self, heading: str) -> None:
        """A heading of a section."""
        self.write(f"{'':>{self.current_indent}}{t('understood.heading', heading=heading)}\n")


def teach_click() -> None:
    """Make Click speak the language of the commands."""
    for module in MODULES:
        for name, function in (("_", translated), ("ngettext", translated_count)):
            if hasattr(module, name):
                setattr(module, name, function)
    click.core.Context.formatter_class = Formatter
