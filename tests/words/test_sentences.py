"""Every reason can be read aloud, in both languages, and reads well."""

from datetime import date

import pytest

from amiable.engine.money import Money
from amiable.engine.parties import Language
from amiable.engine.reasons import REASONS, Fact, because
from amiable.words import sentence

DAY = date(2026, 2, 4)
EUROS = Money(minor=120000, currency="EUR")
SAMPLES: dict[str, Fact] = {
    **dict.fromkeys(("days", "usual", "late", "step", "steps", "count"), 2),
    **dict.fromkeys(("credits", "claim", "amount", "minimum"), EUROS),
    **dict.fromkeys(("reason", "note"), "prix contesté"),
    "channel": "email",
    "wanted": "accountant",
    "used": "main",
    "address": "compta@exemple.fr",
}


def _samples(code: str) -> dict[str, Fact]:
    return {name: SAMPLES.get(name, DAY) for name in REASONS[code].facts}


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("code", REASONS)
def test_every_reason_has_a_sentence(code: str, language: Language) -> None:
    text = sentence(because(code, **_samples(code)), language)
    assert "{" not in text
    assert "  " not in text
    assert text[0] == text[0].upper()
    assert not text.endswith(".")


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("code", [code for code in REASONS if REASONS[code].facts])
def test_every_sentence_shows_at_least_one_of_its_facts(code: str, language: Language) -> None:
    other: dict[str, Fact] = {"days": 9, "usual": 9, "late": 9, "step": 9, "steps": 9, "count": 9}
    shown = sentence(because(code, **_samples(code)), language)
    changed = {
        name: other.get(name, fact if isinstance(fact, str) else _another(fact))
        for name, fact in _samples(code).items()
    }
    if all(isinstance(fact, str) for fact in changed.values()):
        changed = dict.fromkeys(changed, "lettre ouverte")
    assert sentence(because(code, **changed), language) != shown


def _another(fact: Fact) -> Fact:
    return Money(minor=1, currency="EUR") if isinstance(fact, Money) else date(2027, 7, 14)


def _habit(usual: int, late: int, language: Language) -> str:
    return sentence(because("habit.beyond", usual=usual, late=late), language)


def test_the_founding_case_reads_as_people_say_it() -> None:
    assert _habit(10, 16, Language.EN) == "16 days after the due date; usually pays at 10"
    assert _habit(10, 16, Language.FR) == "16 jours après l’échéance\u00a0; paie d’habitude à 10"


def test_one_day_is_singular() -> None:
    assert _habit(10, 1, Language.EN).startswith("1 day after")
    assert _habit(10, 1, Language.FR).startswith("1 jour après")


def test_paying_early_or_on_the_day_reads_well() -> None:
    assert _habit(-3, 4, Language.FR).endswith("paie d’habitude 3 jours avant l’échéance")
    assert _habit(0, 4, Language.FR).endswith("paie d’habitude à l’échéance")
    assert _habit(-1, 4, Language.EN).endswith("usually pays 1 day before it")
    assert _habit(0, 4, Language.EN).endswith("usually pays on the due date")


def test_a_due_date_that_is_today_is_said_so() -> None:
    assert _habit(2, 0, Language.FR).startswith("Échéance aujourd’hui")


@pytest.mark.parametrize("until", ["", date.max])
def test_a_hold_without_an_end_says_until_further_notice(until: Fact) -> None:
    held = because("hold.person", until=until, note="")
    assert sentence(held, Language.FR) == "Relances suspendues jusqu’à nouvel ordre"
    assert sentence(held, Language.EN) == "Reminders on hold until further notice"


def test_a_step_may_be_a_number_a_tone_or_a_name_of_the_policy() -> None:
    def due(step: Fact) -> str:
        return sentence(because("step.not_yet", step=step, next_on=DAY), Language.EN)

    assert due(2).startswith("Step 2 ")
    assert due("firm").startswith("Firm reminder ")
    assert due("call the owner").startswith("Call the owner ")


def test_codes_are_put_in_words() -> None:
    moved = because("reach.fallback", wanted="accountant", used="sms")
    assert sentence(moved, Language.FR) == "Comptable indisponible\u00a0: SMS à la place"
