"""Voice: what a letter needs said in one language, remembered from one letter to the next."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from amiable.engine.money import Money
from amiable.engine.parties import Language
from amiable.engine.reasons import Fact
from amiable.words.amounts import write_money
from amiable.words.catalogue import say
from amiable.words.dates import short_date, write_date


@lru_cache(maxsize=4096)
def _said(language: Language, key: str, facts: tuple[tuple[str, Fact], ...]) -> str:
    return say(language, key, **dict(facts))


@dataclass(frozen=True, slots=True)
class CatalogueVoice:
    """The voice of the catalogue (see `amiable.engine.letter.Voice`)."""

    language: Language

    def money(self, amount: Money) -> str:
        """An amount as a reader writes it."""
        return write_money(amount, self.language)

    def long_date(self, day: date) -> str:
        """A day in a sentence."""
        return write_date(day, self.language)

    def short_date(self, day: date) -> str:
        """A day in a table."""
        return short_date(day, self.language)

    def say(self, key: str, **facts: Fact) -> str:
        """A text of the catalogue by key."""
        return _said(self.language, key, tuple(facts.items()))

    def enumerate(self, items: Iterable[str]) -> str:
        """The items in one sentence: "a, b and c"."""
        *first, last = [*items] or [""]
        if not first:
            return last
        return self.say("letter.and", first=", ".join(first), last=last)
