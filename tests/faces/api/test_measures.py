"""The measures by the API."""

import pytest

from amiable.engine.scorecard import GROUPS
from amiable.store.models import Company
from tests.desk.books import TODAY
from tests.faces.api.conftest import Program


def test_a_program_reads_the_measures_of_the_last_90_days(
    program: Program, company: Company
) -> None:
    found = program.get("measures")
    assert (found["fresh"], found["by"]) == (True, "company")
    assert found["before_until"] == found["since"]
    (euros,) = found["scorecards"]
    figures = {one["name"]: one for one in euros["figures"]}
    assert list(figures) == [name for names in GROUPS.values() for name in names]
    assert figures["overdue"]["number"] == 200_000
    assert figures["overdue"]["before"] == 0
    assert figures["promises_number"]["number"] is None


@pytest.mark.parametrize("by", ["segment", "collector", "policy"])
def test_each_dimension_adds_up_to_the_company(program: Program, by: str) -> None:
    asked = f"since=2026-01-01&until={TODAY}"
    (whole,) = program.get(f"measures?{asked}")["scorecards"]
    parts = program.get(f"measures?{asked}&by={by}")["scorecards"]
    for place, name in enumerate(one["name"] for one in whole["figures"]):
        if name in ("outstanding", "overdue", "sales", "received", "calendar", "avoided"):
            assert (
                sum(part["figures"][place]["number"] for part in parts)
                == (whole["figures"][place]["number"])
            )


@pytest.mark.parametrize(
    "asked",
    ["since=2026-01-01", "since=2026-02-01&until=2026-02-01", "since=2027-01-01&until=2027-02-01",
     "by=channel", "until=yesterday", "since=0001-01-01&until=2026-03-01",
     "since=2026-01-01&until=9999-12-31"],
)  # fmt: skip
def test_a_period_that_is_none_is_refused(program: Program, asked: str) -> None:
    assert program.ask("GET", f"measures?{asked}").status_code == 422
