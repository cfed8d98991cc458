"""Experiments on the desk: the size before the start, the verdict in a sentence, who may what."""

import pytest
from django.test import Client

from amiable.store.models import (
    AuditEntry,
    Company,
    Experiment,
    ExperimentAssignment,
    PolicyVersion,
)
from tests.desk.books import TODAY, customer
from tests.faces.web.conftest import SignIn

pytestmark = pytest.mark.django_db

HOURS = {
    "where": "standard|1",
    "arms": ["9", "14"],
    "measure": "answer",
    "difference": "20",
    "name": "Morning or afternoon",
}


@pytest.fixture
def manager(sign_in: SignIn) -> Client:
    return sign_in("manager")


@pytest.fixture
def ended(company: Company) -> Experiment:
    """An experiment in which the text message was better."""
    row = Experiment.objects.of(company.pk).create(
        company=company, name="SMS", policy="standard", step=1, factor="channel",
        arms=["email", "sms"], measure="days", difference=4, noise=9, noise_customers=80, size=40,
        seed="x", started_on=TODAY, state="ended", ended_on=TODAY, full_on=TODAY,
        finding="better", best=1,
    )  # fmt: skip
    ExperimentAssignment.objects.of(company.pk).bulk_create(
        ExperimentAssignment(
            company=company, experiment=row, customer=customer(company, name), arm=arm,
            segment="regular", position=arm, assigned_on=TODAY, gained=4.0 * arm, answered=True,
            deviates=False,
        )
        for arm, name in enumerate(("A", "B"))
    )  # fmt: skip
    return row


def go(client: Client, where: str, data: dict[str, object] | None = None) -> tuple[int, str]:
    address = f"/c/fournil/experiments/{where}"
    answer = client.get(address) if data is None else client.post(address, data, follow=True)
    return answer.status_code, answer.content.decode()


def test_the_list_says_what_to_do_where_there_is_none(manager: Client) -> None:
    status, text = go(manager, "")
    assert status == 200
    assert "No experiment yet" in text
    assert "experiments/new/" in text


def test_the_size_is_told_before_anything_starts(manager: Client, company: Company) -> None:
    status, text = go(manager, "new/?factor=hour", HOURS | {"do": "check"})
    assert status == 200
    assert "It takes 188 customers." in text
    assert "94 for each way" in text
    assert "would take part" in text
    assert "Start the experiment" in text
    assert not Experiment.objects.of(company.pk).exists()


def test_it_starts_and_says_it_is_not_yet_to_be_judged(manager: Client, company: Company) -> None:
    status, text = go(manager, "new/?factor=hour", HOURS | {"do": "start"})
    row = Experiment.objects.of(company.pk).get()
    assert status == 200
    assert "Not yet to be judged." in text
    assert (row.arms, row.measure, row.difference) == (["9", "14"], "answer", 0.2)
    assert (row.size, row.started_by) == (188, "manager of fournil")
    assert AuditEntry.objects.of(company.pk).filter(code="experiment_started").count() == 1


def test_a_second_one_on_the_step_is_told_about_the_first(
    manager: Client, company: Company
) -> None:
    go(manager, "new/?factor=hour", HOURS | {"do": "start"})
    status, text = go(manager, "new/?factor=hour", HOURS | {"do": "start"})
    assert status == 200
    assert "under way on this step" in text
    assert Experiment.objects.of(company.pk).count() == 1


@pytest.mark.parametrize(
    ("factor", "changed", "said"),
    [
        ("hour", {"arms": ["9", "19"]}, "your company sends nothing"),
        ("hour", {"arms": ["9"]}, "at least one other way"),
        ("hour", {"difference": "0"}, "greater than or equal to"),
        ("hour", {"difference": "x"}, "Enter a number"),
        ("hour", {"measure": "days", "difference": "31"}, "at most 30"),
        ("hour", {"where": "none|1"}, "valid choice"),
        ("tone", {"arms": ["stern"]}, "no longer rise"),
        ("channel", {"arms": ["email"]}, "at least one other way"),
    ],
)
def test_what_cannot_be_compared_is_said_beside_the_field(
    manager: Client, company: Company, factor: str, changed: dict[str, object], said: str
) -> None:
    status, text = go(manager, f"new/?factor={factor}", HOURS | changed | {"do": "start"})
    assert status == 200
    assert said in text
    assert "Morning or afternoon" in text
    assert not Experiment.objects.of(company.pk).exists()


def test_the_verdict_is_a_sentence_and_a_draft_to_publish(
    manager: Client, company: Company, ended: Experiment
) -> None:
    status, text = go(manager, f"{ended.pk}/")
    assert status == 200
    assert "Text message works better than e-mail" in text
    assert "Write it into the policy" in text
    draft = text.partition('name="text" value="')[2].partition('"')[0].replace("&quot;", '"')
    before = PolicyVersion.objects.of(company.pk).count()
    opened = manager.post("/c/fournil/policies/import/", {"text": draft.replace("&#x27;", "'")})
    assert opened.status_code == 200
    assert PolicyVersion.objects.of(company.pk).count() == before


def test_it_is_stopped_once(manager: Client, company: Company) -> None:
    go(manager, "new/?factor=hour", HOURS | {"do": "start"})
    row = Experiment.objects.of(company.pk).get()
    assert "was stopped" in go(manager, f"{row.pk}/stop/", {})[1]
    assert "over already" in go(manager, f"{row.pk}/stop/", {})[1]
    assert "there is no verdict" in go(manager, f"{row.pk}/")[1]


def test_a_person_lets_it_go_on_and_ends_that(manager: Client, ended: Experiment) -> None:
    assert "seems best" in go(manager, f"{ended.pk}/learn/", {"on": "1"})[1]
    assert "New customers get:" in go(manager, f"{ended.pk}/")[1]
    assert "as the policy says" in go(manager, f"{ended.pk}/learn/", {"on": "0"})[1]
    ended.refresh_from_db()
    assert not ended.learns


def test_the_customers_are_listed_and_taken_away_as_a_file(
    manager: Client, company: Company, ended: Experiment
) -> None:
    status, text = go(manager, f"{ended.pk}/customers/")
    assert status == 200
    assert "A SARL" in text
    file = manager.get(f"/c/fournil/experiments/{ended.pk}/customers.csv")
    lines = b"".join(file.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    assert len(lines) == 3
    assert "A SARL" in lines[1]
    assert AuditEntry.objects.of(company.pk).filter(code="exported_experiment").exists()


@pytest.mark.parametrize(
    ("role", "look", "shape"),
    [
        ("manager", 200, 200),
        ("collector", 200, 403),
        ("reader", 200, 403),
        ("outside", 403, 403),
    ],
)
def test_who_may_look_and_who_may_change(
    sign_in: SignIn, ended: Experiment, role: str, look: int, shape: int
) -> None:
    client = sign_in(role)
    for where in ("", f"{ended.pk}/", f"{ended.pk}/customers/", f"{ended.pk}/customers.csv"):
        assert client.get(f"/c/fournil/experiments/{where}").status_code == look
    assert client.get("/c/fournil/experiments/new/").status_code == shape
    stopped = client.post(f"/c/fournil/experiments/{ended.pk}/stop/", follow=True)
    assert stopped.status_code == shape


def test_another_companys_experiment_does_not_exist(
    manager: Client, other: Company, ended: Experiment
) -> None:
    Experiment.objects.of(ended.company_id).filter(pk=ended.pk).update(company=other)
    for where in ("", "customers/", "customers.csv"):
        assert manager.get(f"/c/fournil/experiments/{ended.pk}/{where}").status_code == 404
    assert manager.post(f"/c/fournil/experiments/{ended.pk}/stop/").status_code == 404
