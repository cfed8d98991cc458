"""A text message is weighed before it is sent: alphabet, parts, price; and lightened."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amiable.engine.money import Money
from amiable.engine.sms import (
    BASIC,
    EXTENSION,
    Alphabet,
    asks_to_stop,
    cost,
    instead,
    lightest,
    typed,
    weigh,
)

anything = st.text(st.characters(blacklist_categories=("Cs",)), max_size=400)


def test_the_default_alphabet_holds_what_its_table_does():
    assert len(BASIC) == 127  # 128 places, one of them the escape
    assert len(EXTENSION) == 10
    assert not BASIC & EXTENSION


@pytest.mark.parametrize(
    ("text", "units", "parts", "left"),
    [
        ("", 0, 1, 160),
        ("a" * 160, 160, 1, 0),
        ("a" * 161, 161, 2, 145),
        ("a" * 306, 306, 2, 0),
        ("a" * 307, 307, 3, 152),
        ("€" * 80, 160, 1, 0),
        ("€" * 81, 162, 2, 143),
        # 153 is odd: an escape must not be parted from its character, so 76 of them fill a part.
        ("€" * 153, 306, 3, 151),
        ("Réglé à 12 €", 13, 1, 147),
        ("é è à ù ì ò Ç É", 15, 1, 145),
    ],
)
def test_seven_bits_make_parts_of_160_then_153(text, units, parts, left):
    found = weigh(text)
    assert found.alphabet is Alphabet.GSM7
    assert (found.units, found.parts, found.left, found.foreign) == (units, parts, left, ())


@pytest.mark.parametrize(
    ("text", "units", "parts", "left", "foreign"),
    [
        ("ç" * 70, 70, 1, 0, ("ç",)),
        ("ç" * 71, 71, 2, 63, ("ç",)),
        ("reçu, prêt", 10, 1, 60, ("ç", "ê")),
        ("👍", 2, 1, 68, ("👍",)),
        ("👍" * 35, 70, 1, 0, ("👍",)),
        # 67 is odd: the halves of a character stay together, so 33 of them fill a part.
        ("👍" * 66, 132, 2, 1, ("👍",)),
        ("👍" * 67, 134, 3, 65, ("👍",)),
        ("œuvre à 1 200,00\u202f€", 18, 1, 52, ("œ", "\u202f")),
    ],
)
def test_one_foreign_character_makes_parts_of_70_then_67(text, units, parts, left, foreign):
    found = weigh(text)
    assert found.alphabet is Alphabet.UCS2
    assert (found.units, found.parts, found.left, found.foreign) == (units, parts, left, foreign)


@given(anything)
def test_parts_always_hold_what_is_written(text):
    found = weigh(text)
    alone, room = (160, 153) if found.alphabet is Alphabet.GSM7 else (70, 67)
    assert (found.parts == 1) == (found.units <= alone)
    assert found.units + found.left <= max(alone, found.parts * room)
    assert found.left >= 0


@given(anything)
def test_a_lighter_text_is_never_in_more_parts(text):
    assert weigh(lightest(text)).parts <= max(weigh(text).parts, weigh(typed(text)).parts)
    assert lightest(lightest(text)) == lightest(text)


@pytest.mark.parametrize(
    ("sign", "written"),
    [("ê", "e"), ("ç", "c"), ("œ", "oe"), ("À", "A"), ("\u2019", "'"), ("…", "..."), ("ł", "l"),
     ("\u202f", " "), ("Ж", ""), ("日", ""), ("👍", ""), ("½", "")],
)  # fmt: skip
def test_what_to_write_instead_of_a_foreign_character(sign, written):
    assert instead(sign) == written


def test_the_signs_of_a_printer_become_those_of_a_keyboard():
    assert typed("«\u00a0L\u2019échéance\u202f: 1\u202f200,00\u00a0€…\u00a0»") == (
        '"L\'échéance : 1 200,00 €..."'
    )


def test_accents_are_left_off_only_where_that_makes_fewer_parts():
    short = "Françoise, c'est reçu."
    long = f"{short} " + "a" * 60
    assert lightest(short) == short
    assert lightest(long) == long.replace("ç", "c")


def test_what_cannot_be_written_otherwise_stays():
    text = "Łódź 日本 " + "a" * 80
    assert "日本" in lightest(text)
    assert weigh(lightest(text)).alphabet is Alphabet.UCS2


def test_accents_in_two_characters_are_one():
    assert lightest("re\u0301gle\u0301") == "réglé"


@pytest.mark.parametrize(
    ("parts", "price", "currency", "minor"),
    [(1, "0.045", "EUR", 5), (2, "0.045", "EUR", 9), (3, "0.0041", "EUR", 1), (1, "0", "EUR", 0),
     (2, "6.4", "JPY", 13), (1, "0.0195", "TND", 20)],
)  # fmt: skip
def test_the_price_is_that_of_the_parts_in_minor_units(parts, price, currency, minor):
    assert cost(parts, Decimal(price), currency) == Money(minor=minor, currency=currency)


@pytest.mark.parametrize(
    "text",
    ["STOP", "stop", " Stop. ", "ARRET", "Arrêt", "arrêt sms", "STOP SMS", "Stop SVP", "stop merci",
     "STOP au 36180", "stop stop", "Désabonnement", "Unsubscribe", "stop please", "STOP !!!"],
)  # fmt: skip
def test_who_says_nothing_but_stop_wants_no_more(text):
    assert asks_to_stop(text)


@pytest.mark.parametrize(
    "text",
    ["", "Merci", "ne pas arrêter la livraison", "stop ou encore", "Je passe au stop demain",
     "Stop, vous vous trompez de facture", "c'est payé, stop aux relances sur F001", "36180"],
)  # fmt: skip
def test_who_says_more_than_stop_is_read_by_a_person(text):
    assert not asks_to_stop(text)
