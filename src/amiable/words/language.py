"""Language: which one a reader wants, and the Babel locale that writes it."""

from collections.abc import Mapping
from functools import cache

from babel import Locale

from amiable.engine.parties import Language

_VARIABLES = ("AMIABLE_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")

# British English, for its dates read the same everywhere in Europe ("4 February 2026").
_LOCALES = {Language.FR: "fr_FR", Language.EN: "en_GB"}


def language_from(environment: Mapping[str, str]) -> Language:
    """The language asked for by the first of the usual variables that is set; English if none.

    In order: AMIABLE_LANGUAGE, LC_ALL, LC_MESSAGES, LANG (POSIX). Anything but French is
    answered in English: ``fr_FR.UTF-8`` is French, ``C.UTF-8`` and ``de_DE`` are English.
    """
    asked = next((environment[name] for name in _VARIABLES if environment.get(name)), "")
    return Language.FR if asked[:2].lower() == "fr" else Language.EN


@cache
def locale(language: Language) -> Locale:
    """The Babel locale that writes ``language``."""
    return Locale.parse(_LOCALES[language])
