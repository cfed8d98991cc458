"""``amiable measure``: periods, dimensions, JSON, days counted anew."""

import json
from datetime import date

import pytest

from amiable.cli.answers import ANSWERS
from amiable.store.models import Company, DayMeasure
from tests.faces.conftest import TODAY, Shell
from tests.faces.test_cli_day import missing

DAY = ("--as-of", "2026-02-24")


def test_the_measures_stand_beside_those_before(company: Shell) -> None:
    told = company.ok("measure", *DAY)
    assert "DSO, counted back" in told
    assert "before: " in told


def test_the_answer_has_the_shape_its_help_shows(company: Shell) -> None:
    answer = company.json("measure", *DAY)
    assert missing(json.loads(ANSWERS["measure"]), answer) == []
    assert (answer["since"], answer["until"]) == ("2025-11-27", "2026-02-25")
    (card,) = answer["scorecards"]
    assert "÷" in card["figures"]["dso"]["how"]


@pytest.mark.parametrize("by", ["segment", "collector", "policy"])
def test_parts_add_up_to_the_company(company: Shell, by: str) -> None:
    period = ("--from", "2026-01-01", "--until", "2026-02-24", *DAY)
    (whole,) = company.json("measure", *period)["scorecards"]
    parts = company.json("measure", "--by", by, *period)["scorecards"]
    owed = sum(one["figures"]["outstanding"]["number"] for one in parts)
    assert owed == whole["figures"]["outstanding"]["number"] > 0
    assert company.ok("measure", "--by", by, *period)


def test_days_are_counted_anew_and_told(company: Shell) -> None:
    first = company.json("measure", "rebuild", *DAY)
    assert first["changed"] > 0
    assert company.json("measure", "rebuild", *DAY)["changed"] == 0
    row = Company.objects.get()
    DayMeasure.objects.of(row.pk).filter(on__gte=date(2026, 2, 1)).update(overdue=1)
    again = company.json("measure", "rebuild", "--from", "2026-02-20", *DAY)
    assert 0 < again["changed"] < 60
    assert DayMeasure.objects.of(row.pk).filter(on__lt=date(2026, 2, 20), overdue=1).exists()
    assert "Days counted" in company.ok("measure", "rebuild", *DAY)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--on", "2026-01-01", "--from", "2026-01-01"), 2),
        (("--from", "2026-01-01"), 2),
        (("--from", "2026-02-01", "--until", "2026-01-01"), 2),
        (("--from", "2027-02-01", "--until", "2027-03-01"), 1),
        (("rebuild", "--from", "2027-02-01"), 1),
        (("rebuild", "--on", "2026-02-01"), 2),
        (("--from", "0001-01-01", "--until", "2026-03-01"), 2),
        (("--from", "2026-01-01", "--until", "9999-12-31"), 2),
    ],
)
def test_a_period_that_is_none_is_refused(
    company: Shell, words: tuple[str, ...], code: int
) -> None:
    assert company.run("measure", *words, *DAY).exit_code == code


def test_a_period_that_cannot_be_told_says_why(company: Shell) -> None:
    backwards = company.run("measure", "--from", "2026-03-01", "--until", "2026-01-01")
    assert backwards.exit_code == 2
    assert "ends before it begins" in backwards.output
    early = company.ok("measure", "--from", "2020-01-01", "--until", "2020-02-01", "--as-of", TODAY)
    assert "The ledger begins on" in early
    late = company.refused("measure", "--on", "2027-03-30", "--as-of", TODAY)
    assert "30 March 2027 is still to come" in late
