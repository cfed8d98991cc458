"""The shipped text messages: sound, polite, who writes and what is owed, in two parts at most."""

import re
from typing import Any

import pytest

from amiable.engine.compose import compose
from amiable.engine.ledger import Credit
from amiable.engine.letter import Correspondent
from amiable.engine.money import Money
from amiable.engine.parties import Contact, Language
from amiable.engine.sms import Alphabet, weigh
from amiable.engine.template import (
    Audience,
    LetterTone,
    Template,
    TemplateProblem,
    check_template,
    is_written,
)
from amiable.words import SmsVoice, lay_out_sms, lay_out_sms_again, shipped_templates
from tests.engine.letters import ON, letter_facts, line, lines

TONES = [tone for tone in LetterTone if is_written(tone, Audience.SMS)]
every_text = pytest.mark.parametrize(
    ("tone", "language"), [(tone, one) for tone in TONES for one in Language]
)


def text_of(tone: LetterTone, language: Language, count: int = 1, **changes: Any) -> str:
    due = ON.replace(day=24) if tone is LetterTone.NOTICE else ON.replace(day=4)
    paid = Credit(
        key="q", customer="k", number="", received_on=ON, amount=Money(minor=123456, currency="EUR")
    )
    facts = letter_facts(language, **{"lines": lines(count, due), "payments": (paid,), **changes})
    template = shipped_templates()[tone, Audience.SMS, language]
    return lay_out_sms(compose(template, facts, SmsVoice(language))).text


@every_text
def test_a_shipped_text_message_is_sound(tone: LetterTone, language: Language) -> None:
    assert check_template(shipped_templates()[tone, Audience.SMS, language]) == ()


@every_text
@pytest.mark.parametrize("count", [1, 5])
def test_it_says_who_writes_and_what_is_owed_in_two_parts(
    tone: LetterTone, language: Language, count: int
) -> None:
    due = ON.replace(day=24) if tone is LetterTone.NOTICE else ON.replace(day=4)
    owed = tuple(line(f"F-2026-{number:04d}", due_on=due) for number in range(count))
    text = text_of(tone, language, lines=owed)
    weight = weigh(text)
    assert weight.alphabet is Alphabet.GSM7
    assert weight.parts <= 2
    assert "Fournil SARL" in text
    figures = {1: "1 200,00 €", 5: "6 000,00 €"}[count]
    if tone is LetterTone.THANKS:
        figures = "1 234,56 €"
    english = f"€{figures[:-2].replace(' ', '_').replace(',', '.').replace('_', ',')}"
    assert (figures if language is Language.FR else english) in text


@every_text
def test_without_a_contact_or_a_telephone_it_still_reads_well(
    tone: LetterTone, language: Language
) -> None:
    text = text_of(tone, language, contact=None, answer_to=Correspondent())
    assert text.startswith(("Bonjour,", "Hello,"))
    assert text.endswith("\nFournil SARL")
    assert "  " not in text


@every_text
def test_it_threatens_nobody_and_offers_nothing(tone: LetterTone, language: Language) -> None:
    text = text_of(tone, language)
    threats = r"mise en demeure|formal notice|contentieux|tribunal|court|huissier|pénalité|penalt"
    offers = r"offre|promo|remise|offer|discount|www|http"
    assert not re.search(f"{threats}|{offers}", text, re.IGNORECASE)


@pytest.mark.parametrize("day", range(1, 13))
def test_no_month_makes_a_french_message_longer(day: int) -> None:
    due = ON.replace(year=ON.year - 1, month=day, day=1)
    text = text_of(LetterTone.FRIENDLY, Language.FR, lines=(line("F1", due_on=due),))
    assert weigh(text).alphabet is Alphabet.GSM7


def test_a_name_that_would_cost_a_part_more_loses_its_cedilla() -> None:
    contact = Contact(key="p", customer="k", name="Françoise Lebœuf")
    text = text_of(LetterTone.FIRM, Language.FR, contact=contact)
    assert text.startswith("Bonjour Francoise Leboeuf,")


def own(body: str, tone: LetterTone = LetterTone.FRIENDLY) -> Template:
    return Template(
        key="own", language=Language.FR, tone=tone, audience=Audience.SMS, subject="", body=body
    )


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ("[company] [amount_due]", []),
        ("[company]", [(TemplateProblem.MISSING, "amount_due")]),
        ("[amount_due]", [(TemplateProblem.MISSING, "company")]),
        ("[company] [amount_due]\n\n[table]", [(TemplateProblem.NOT_IN_SMS, "table")]),
        ("[company] [amount_du]", [(TemplateProblem.UNKNOWN, "amount_du"),
                                   (TemplateProblem.MISSING, "amount_due")]),
        ("[company] [amount_due] [", [(TemplateProblem.UNCLOSED, "")]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_text_message_is_told_when_it_is_saved(body, wanted) -> None:
    assert [(error.problem, error.name) for error in check_template(own(body))] == wanted


def test_a_promise_broken_must_name_the_day() -> None:
    errors = check_template(own("[company] [amount_due]", LetterTone.BROKEN_PROMISE))
    assert [error.name for error in errors] == ["promise_date"]


def test_words_of_ones_own_stay_as_they_were_typed() -> None:
    typed = lay_out_sms_again(" Bonjour, c\u2019est re\u00e7u\u00a0!\r\nMerci \u2013 Zo\u00eb ")
    assert typed.text == "Bonjour, c'est re\u00e7u !\nMerci - Zo\u00eb"
    assert (typed.subject, typed.html) == ("", "")


def test_the_address_of_the_portal_stands_on_a_line_of_its_own() -> None:
    template = own("[company], [amount_due]\n\n[portal]\n\nMerci")
    assert check_template(template) == ()
    facts = letter_facts(Language.FR, portal="https://desk.example/p/x")
    text = lay_out_sms(compose(template, facts, SmsVoice(Language.FR))).text
    assert text == "Fournil SARL, 1 200,00 €\nhttps://desk.example/p/x\nMerci"
    (error,) = check_template(own("[company], [amount_due] [portal]"))
    assert (error.problem, error.name) == (TemplateProblem.NOT_ALONE, "portal")
