"""The glossary knows every module and enumeration of the engine, and the French of the trade."""

import inspect
import pkgutil
from enum import Enum
from importlib import import_module

import pytest

from amiable import engine
from tests.docs.documents import DOCS, read

MODULES = sorted(module.name for module in pkgutil.iter_modules(engine.__path__))

NOT_OF_THE_TRADE = {"Part", "TemplateProblem", "Language"}
"""Enumerations whose values are no words of the trade: where and how a text is wrong, fr and en."""

FRENCH = """relance; échéance; encours; retard; lettrage; avoir; acompte; litige; promesse;
échéancier; scénario de relance; étape; délai moyen de paiement; habitude; balance âgée;
pénalités de retard; indemnité forfaitaire; escompte; mise en demeure; injonction de payer;
prescription; recouvrement; créancier; client; comptable; chargé de relance"""


def enumerations() -> list[type[Enum]]:
    return [
        found
        for name in MODULES
        for _, found in inspect.getmembers(import_module(f"amiable.engine.{name}"), inspect.isclass)
        if issubclass(found, Enum) and found.__module__ == f"amiable.engine.{name}"
    ]


@pytest.fixture(scope="module")
def glossary() -> str:
    return read(DOCS / "glossary.md")


@pytest.mark.parametrize("name", MODULES)
def test_every_module_of_the_engine_is_explained(name: str, glossary: str) -> None:
    assert f"`engine.{name}`" in glossary


@pytest.mark.parametrize("kind", enumerations(), ids=lambda kind: kind.__name__)
def test_every_enumeration_of_the_engine_is_explained(kind: type[Enum], glossary: str) -> None:
    assert f"`{kind.__name__}`" in glossary
    if kind.__name__ not in NOT_OF_THE_TRADE:
        assert [one.value for one in kind if f"`{one.value}`" not in glossary] == []


@pytest.mark.parametrize("word", [" ".join(word.split()) for word in FRENCH.split(";")])
def test_the_french_of_the_trade_is_given(word: str, glossary: str) -> None:
    assert f"*{word}*" in glossary


def test_the_words_are_in_alphabetical_order(glossary: str) -> None:
    words = [line[4:].partition("**")[0] for line in glossary.splitlines() if line[:4] == "- **"]
    assert words == sorted(words, key=str.lower)
    assert len(words) == len(set(words))
