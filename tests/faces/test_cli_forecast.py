"""``amiable forecast``: weeks for people and programs, scenarios, past weeks."""

import pytest

from tests.faces.conftest import TODAY, Shell


def test_the_weeks_to_come_are_told_with_their_band(company: Shell) -> None:
    told = company.ok("forecast", "--as-of", TODAY)
    assert "Receipts expected of €1,280.50 of open invoices" in told
    assert "16 Feb 2026" not in told  # the first week is the rest of this one
    assert "19 Feb 2026 – 22 Feb 2026" in told
    assert "New sales are not invented" in told
    assert "No past week was tried yet" in told


def test_programs_get_all_sums(company: Shell) -> None:
    found = company.json("forecast", "--as-of", TODAY, "--weeks", "4")
    (euros,) = found["currencies"]
    assert found["scenario"] == "habits"
    assert len(euros["weeks"]) == 4
    parts = euros["weeks"][-1]["cumulated"]["minor"] + euros["beyond"]["minor"]
    counted_out = sum(one["minor"] for one in euros["uncounted"].values())
    assert parts + counted_out + euros["netted"]["minor"] == euros["open"]["minor"] == 128_050


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--scenario", "on_time"), "nobody pays later than the due date"),
        (("--scenario", "later", "--share", "20", "--later", "30"), "20% of customers pay 30 days"),
    ],
)
def test_a_scenario_is_named(company: Shell, words: tuple[str, ...], said: str) -> None:
    assert said in company.ok("forecast", "--as-of", TODAY, *words)


def test_the_past_is_tried_where_there_is_one(company: Shell) -> None:
    told = company.ok("forecast", "--as-of", TODAY, "--past")
    assert "Past weeks within the band" in told
    again = company.json("forecast", "--as-of", TODAY)["past"]
    assert again["weeks"] > 8
    assert 0 <= again["held"] <= again["weeks"]


def test_nothing_open_is_told_with_a_remedy(company: Shell) -> None:
    told = company.ok("forecast", "--as-of", "2025-08-01")
    assert "Nothing is open" in told


def test_a_share_beyond_all_is_refused(company: Shell) -> None:
    done = company.run("forecast", "--as-of", TODAY, "--share", "101")
    assert done.exit_code == 2


def test_figures_of_a_scenario_that_was_not_asked_for_are_refused(company: Shell) -> None:
    done = company.run("forecast", "--share", "20")
    assert done.exit_code == 2
    assert "--scenario later" in done.output
