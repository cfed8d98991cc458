"""What answers mean: a corpus of French and English mails, measured; days as people write them."""

import sys
import tomllib
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from amiable.channels.mailbox.answer import answer_of
from amiable.engine.reply import Suggestion, plain, understand
from amiable.engine.reply_day import Side, said_days

TODAY = date(2026, 3, 10)  # a Tuesday
SAMPLES = Path(__file__).parents[1] / "samples" / "replies"
NUMBERS = ("F2026-014", "F2026-031")
OURS = ("compta@fournil.example",)


def mails() -> list[Any]:
    return [
        pytest.param(one, id=f"{file.stem}: {one['name']}")
        for file in sorted(SAMPLES.glob("*.toml"))
        for one in tomllib.loads(file.read_text(encoding="utf-8"))["mail"]
    ]


def understood(mail: dict[str, Any]) -> tuple[Suggestion, ...]:
    text = answer_of(mail["text"]) if mail.get("raw") else mail["text"]
    subject = mail.get("subject", "")
    return understand(text, today=TODAY, subject=subject, numbers=NUMBERS, strangers_to=OURS)


@pytest.mark.parametrize("mail", mails())
def test_a_mail_is_understood_as_a_person_would(mail: dict[str, Any]) -> None:
    found = {one.code.value: one for one in understood(mail)}
    wanted = mail.get("means", {})
    missed = set(mail.get("missed", ()))
    assert set(found) == set(wanted) - missed
    for code, facts in wanted.items():
        if code in missed:
            continue
        read = {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in found[code].facts.items()
        }
        assert {name: read.get(name) for name in facts} == facts


def test_every_suggestion_rests_on_words_of_the_mail() -> None:
    for one in mails():
        mail = one.values[0]
        words = " ".join(mail["text"].split())
        for suggestion in understood(mail):
            assert suggestion.reasons, mail["name"]
            assert all(reason in words for reason in suggestion.reasons), mail["name"]


def test_precision_and_recall_are_measured(capsys: pytest.CaptureFixture[str]) -> None:
    right: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    for one in mails():
        found = {suggestion.code.value for suggestion in understood(one.values[0])}
        wanted = set(one.values[0].get("means", {}))
        right.update(found & wanted)
        wrong.update(found - wanted)
        missed.update(wanted - found)
    precision = right.total() / (right.total() + wrong.total())
    recall = right.total() / (right.total() + missed.total())
    with capsys.disabled():
        told = f"{len(mails())} answers: precision {precision:.1%}, recall {recall:.1%}"
        sys.stdout.write(f"\n{told}\n")
    assert precision >= 0.98
    assert recall >= 0.95  # unseen.toml tells how it fares where no phrase was written for it


def test_a_denial_turns_no_promise_into_another() -> None:
    assert understand("Nous n'avons pas payé et nous ne paierons pas.", today=TODAY) == ()


def test_nothing_said_means_nothing() -> None:
    assert understand("", today=TODAY) == ()
    assert understand("\n\n???\n", today=TODAY) == ()


def test_a_very_long_answer_is_read_in_no_time() -> None:
    text = "le la les " * 4_000 + "a" * 5_000 + " facture" * 2_000
    assert understand(text, today=TODAY) == ()


# --- days -------------------------------------------------------------------------------------

AHEAD = [
    ("le 15 mars", "2026-03-15"),
    ("le 1er avril", "2026-04-01"),
    ("lundi 16 mars", "2026-03-16"),
    ("lundi 16/03", "2026-03-16"),
    ("31.03.2026", "2026-03-31"),
    ("2026-03-31", "2026-03-31"),
    ("march 15th, 2026", "2026-03-15"),
    ("on the 20th", "2026-03-20"),
    ("le 20 courant", "2026-03-20"),
    ("le 5.", "2026-04-05"),
    ("fin de mois", "2026-03-31"),
    ("d'ici fin avril", "2026-04-30"),
    ("by end of march", "2026-03-31"),
    ("at the end of next month", "2026-04-30"),
    ("mi-avril", "2026-04-15"),
    ("debut avril", "2026-04-10"),
    ("au cours du mois d'avril", "2026-04-30"),
    ("vendredi", "2026-03-13"),
    ("vendredi prochain", "2026-03-13"),
    ("next friday", "2026-03-20"),
    ("lundi en huit", "2026-03-23"),
    ("la semaine prochaine", "2026-03-20"),
    ("en debut de semaine prochaine", "2026-03-18"),
    ("by the end of the week", "2026-03-13"),
    ("sous 8 jours", "2026-03-18"),
    ("sous huit jours", "2026-03-18"),
    ("sous 8 a 10 jours", "2026-03-20"),
    ("sous quinzaine", "2026-03-25"),
    ("within 5 working days", "2026-03-17"),
    ("sous 48h", "2026-03-12"),
    ("in two weeks", "2026-03-24"),
    ("dans un mois", "2026-04-10"),
    ("demain", "2026-03-11"),
    ("the day after tomorrow", "2026-03-12"),
    ("end of the year", "2026-12-31"),
]
NO_DAY = (
    "dans les prochains jours", "12.50", "facture 12/2025", "mon virement", "le 9 mars",
    "31 fevrier", "1/2", "tres bientot", "hier", "lundi dernier", "le mois dernier",
)  # fmt: skip
PAST = [
    ("le 4 mars", "2026-03-04"),
    ("le 15 decembre", "2025-12-15"),
    ("hier", "2026-03-09"),
    ("avant-hier", "2026-03-08"),
    ("lundi dernier", "2026-03-09"),
    ("last friday", "2026-03-06"),
    ("27/02/2026", "2026-02-27"),
    ("ce matin", "2026-03-10"),
    ("le 20.", "2026-02-20"),
]


@pytest.mark.parametrize(("text", "day"), AHEAD)
def test_a_day_to_come_is_read(text: str, day: str) -> None:
    assert [one.day.isoformat() for one in said_days(text, TODAY, Side.AHEAD)] == [day]


@pytest.mark.parametrize("text", NO_DAY)
def test_what_names_no_day_to_come_is_none(text: str) -> None:
    assert said_days(text, TODAY, Side.AHEAD) == []


@pytest.mark.parametrize(("text", "day"), PAST)
def test_a_day_gone_by_is_read(text: str, day: str) -> None:
    assert [one.day.isoformat() for one in said_days(text, TODAY, Side.PAST)] == [day]


def test_digits_that_are_two_days_are_none_in_english() -> None:
    assert said_days("on 04/05", TODAY, Side.AHEAD, english=True) == []
    assert [one.day for one in said_days("on 27/03", TODAY, Side.AHEAD, english=True)] == [
        date(2026, 3, 27)
    ]


def test_plain_text_is_as_long_as_what_was_written() -> None:
    assert plain("Réglé « déjà » l’été") == "regle « deja » l'ete"
