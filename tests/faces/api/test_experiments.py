"""Experiments by the API: how they are planned, how far they are, what they found."""

from amiable.desk.experiment import stop
from amiable.store.models import Company
from tests.desk.books import TODAY, at
from tests.desk.experiment_books import WISH, manager, started
from tests.faces.api.conftest import Program


def test_a_program_reads_an_experiment_under_way_and_stopped(
    program: Program, company: Company
) -> None:
    assert program.get("experiments") == {"items": []}
    row = started(company)
    (listed,) = program.get("experiments")["items"]
    assert (listed["id"], listed["state"], listed["arms"]) == (row.pk, "running", list(WISH.arms))
    assert (listed["factor"], listed["measure"]) == (WISH.factor.value, WISH.measure.value)
    assert (listed["finding"], listed["best"]) == (None, None)
    found = program.get(f"experiments/{row.pk}")
    assert {name: found[name] for name in listed} == listed
    assert (found["judged"], found["followed"]) == (False, 0)
    assert [arm["arm"] for arm in found["results"]] == list(WISH.arms)
    assert all(arm["days_more"] is None for arm in found["results"])
    assert found["results"][0]["answers"]["enough"] is False
    stop(manager(company), row, today=TODAY, at=at(TODAY))
    assert program.get(f"experiments/{row.pk}")["state"] == "stopped"


def test_an_experiment_that_is_not_there_is_not_found(program: Program) -> None:
    assert program.ask("GET", "experiments/7").status_code == 404
