"""The catalogue holds every text in both languages, and refuses what it does not hold."""

import ast
from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from pathlib import Path

import pytest

import amiable
from amiable.engine.ledger import AllocationBasis, CreditKind, DueBasis, InvoiceKind
from amiable.engine.money import Money
from amiable.engine.parties import Channel, ContactRole, CustomerKind, Language, Segment
from amiable.engine.promise import PromiseState
from amiable.engine.reasons import Fact
from amiable.engine.template import Audience, LetterTone
from amiable.engine.timeline import ContactPurpose
from amiable.words import MissingFact, MissingText, say, term
from amiable.words.catalogue import placeholders, texts

SOURCE = Path(amiable.__file__).parent


def test_both_languages_hold_the_same_keys() -> None:
    assert set(texts(Language.FR)) == set(texts(Language.EN))


@pytest.mark.parametrize("key", sorted(texts(Language.EN)))
def test_a_text_has_the_same_placeholders_in_both_languages(key: str) -> None:
    french, english = texts(Language.FR)[key], texts(Language.EN)[key]
    assert placeholders(french) == placeholders(english)
    assert isinstance(french, dict) == isinstance(english, dict)


def test_no_text_is_empty() -> None:
    for language in Language:
        for text in texts(language).values():
            assert all([text] if isinstance(text, str) else text.values())


FAMILIES: dict[str, type[StrEnum]] = {
    "channel": Channel,
    "role": ContactRole,
    "segment": Segment,
    "kind": CustomerKind,
    "due": DueBasis,
    "invoice": InvoiceKind,
    "credit": CreditKind,
    "allocation": AllocationBasis,
    "promise": PromiseState,
    "purpose": ContactPurpose,
    "tone": LetterTone,
    "audience": Audience,
}


@pytest.mark.parametrize("family", FAMILIES)
def test_every_value_of_an_enumeration_has_a_word(family: str) -> None:
    for language in Language:
        for value in FAMILIES[family]:
            assert term(language, family, value.value)


def _calls_with_a_literal_key() -> Iterator[tuple[Path, ast.Call, str]]:
    """Calls of ``say(language, "key", ...)`` and of a voice's ``say("key", ...)``."""
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _called(node) == "say":
                for key in node.args[:2]:
                    if isinstance(key, ast.Constant) and isinstance(key.value, str):
                        yield path, node, key.value


def _called(call: ast.Call) -> str:
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def test_every_key_asked_for_in_the_code_is_in_the_catalogue() -> None:
    found = list(_calls_with_a_literal_key())
    assert found
    unknown = [(path.name, call.lineno, key) for path, call, key in found if key not in _known()]
    assert unknown == []


def test_every_call_in_the_code_gives_the_facts_its_text_needs() -> None:
    lacking = []
    for path, call, key in _calls_with_a_literal_key():
        given = {keyword.arg for keyword in call.keywords}
        if None not in given and key in _known():
            lacking += [(path.name, key, name) for name in placeholders(_known()[key]) - given]
    assert lacking == []


def _known() -> dict[str, str | dict[str, str]]:
    return dict(texts(Language.EN))


def test_an_unknown_key_is_refused() -> None:
    with pytest.raises(MissingText, match=r"no\.such\.key"):
        say(Language.FR, "no.such.key")


def test_a_missing_fact_is_refused_by_its_name() -> None:
    with pytest.raises(MissingFact, match="'n'"):
        say(Language.EN, "phrase.late.after")
    with pytest.raises(MissingFact, match="'day'"):
        say(Language.EN, "phrase.until.date")


def test_a_fact_is_never_read_as_a_text_with_placeholders() -> None:
    assert say(Language.EN, "phrase.aside", text="{n} and {0.__class__}") == (
        " ({n} and {0.__class__})"
    )


def test_money_and_dates_are_written_in_the_language() -> None:
    facts: dict[str, Fact] = {
        "amount": Money(minor=120000, currency="EUR"),
        "promised_on": date(2026, 2, 4),
    }
    french = say(Language.FR, "reason.promise.broken", **facts)
    assert "1\u202f200,00\u00a0€ promis pour le 4 février 2026" in french
    english = say(Language.EN, "reason.promise.broken", **facts)
    assert "€1,200.00 promised for 4 February 2026" in english


def test_a_count_sets_its_thousands_apart() -> None:
    assert say(Language.FR, "phrase.late.after", n=1339).startswith("1\u202f339 jours")
    assert say(Language.EN, "phrase.late.after", n=1339).startswith("1,339 days")


def test_zero_is_singular_in_french_and_plural_in_english() -> None:
    assert say(Language.FR, "reason.account.drifting", n=0).startswith("Paie désormais 0 jour ")
    assert say(Language.EN, "reason.account.drifting", n=0).startswith("Now pays 0 days ")


def test_french_texts_have_their_no_break_spaces_and_curly_apostrophes() -> None:
    for text in texts(Language.FR).values():
        for form in [text] if isinstance(text, str) else text.values():
            assert not any(f" {sign}" in form for sign in ";:!?»")
            assert "'" not in form
