"""``amiable experiment``: planned, started, shown and stopped from the command line."""

from amiable.store.models import AuditEntry, Experiment
from tests.faces.conftest import Shell

WISH = ("standard", "1", "hour", "9", "14", "--points", "20")


def test_the_size_is_told_without_starting_anything(company: Shell) -> None:
    plan = company.json("experiment", "start", *WISH, "--plan")
    assert plan["total"] == plan["each"] * 2
    assert plan["noise"] == {"value": 0.5, "customers": 0}
    assert not Experiment.everywhere.exists()
    assert "It takes" in company.ok("experiment", "start", *WISH, "--plan")


def test_one_is_started_listed_shown_and_stopped(company: Shell) -> None:
    assert "No experiment yet" in company.ok("experiment", "list")
    made = company.json("experiment", "start", *WISH, "--name", "Morning")
    number = str(made["number"])
    (row,) = company.json("experiment", "list")
    assert (row["name"], row["state"], row["arms"]) == ("Morning", "running", ["9", "14"])
    assert "at 9:00 / at 14:00" in company.ok("experiment", "list")
    told = company.ok("experiment", "show", number)
    assert "Not yet to be judged" in told
    assert company.json("experiment", "show", number)["judged"] is False
    assert "under way on this step" in company.refused("experiment", "start", *WISH)
    assert company.json("experiment", "stop", number)["state"] == "stopped"
    assert "over already" in company.refused("experiment", "stop", number)
    assert "there is no verdict" in company.ok("experiment", "show", number)
    codes = set(AuditEntry.everywhere.values_list("code", flat=True))
    assert {"experiment_started", "experiment_stopped"} <= codes


def test_what_cannot_be_compared_is_refused_with_the_reason(company: Shell) -> None:
    def refused(*words: str) -> str:
        return company.refused("experiment", "start", *words)

    assert "no such step" in refused("standard", "9", "hour", "9", "14", "--days", "4")
    assert "No policy of this name" in refused("none", "1", "hour", "9", "14", "--days", "4")
    assert "sends nothing" in refused("standard", "1", "hour", "9", "19", "--days", "4")
    assert "--days or --points" in refused("standard", "1", "hour", "9", "14")
    assert "--days or --points" in refused(*WISH, "--days", "4")
    assert "no experiment 7" in company.refused("experiment", "show", "7")


def test_a_difference_nobody_could_find_is_refused_at_once(company: Shell) -> None:
    for given in (("--days", "inf"), ("--days", "0.00001"), ("--points", "500")):
        done = company.run("experiment", "start", *WISH[:5], *given)
        assert done.exit_code == 2, (given, done.output)
    assert "--days" in company.refused("experiment", "start", *WISH[:5], "--days", "nan")
    assert not Experiment.everywhere.exists()
