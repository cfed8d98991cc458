"""The forecast by the API."""

import pytest

from amiable.desk.forecast import count_forecast
from amiable.store.models import Company, ForecastRun
from tests.desk.books import TODAY, at
from tests.faces.api.conftest import Program


@pytest.mark.parametrize("kept", [False, True])
@pytest.mark.parametrize("scenario", ["habits", "on_time", "later"])
def test_a_program_reads_the_weeks_kept_or_counted_on_the_spot(
    program: Program, company: Company, kept: bool, scenario: str
) -> None:
    if kept:
        count_forecast(company, TODAY, at(TODAY))
    found = program.get(f"forecast?scenario={scenario}")
    assert found["made_on"] == TODAY.isoformat()
    (euros,) = found["currencies"]
    assert len(euros["weeks"]) == 13
    assert len(euros["days"]) == 14
    assert euros["open"] == {"minor": 200_000, "currency": "EUR"}
    assert found["past"]["weeks"] == 0
    assert ForecastRun.objects.of(company.pk).exists() == kept


def test_a_scenario_nobody_knows_is_refused(program: Program) -> None:
    assert program.ask("GET", "forecast?scenario=x").status_code == 422
