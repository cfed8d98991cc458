"""Rounds: due by state, one failure never stops the others, two workers do no more than one."""

import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django_tasks_db.models import DBTaskResult

from amiable.desk import upload_work
from amiable.desk.access import Actor
from amiable.desk.upload import bring_in, receive
from amiable.desk.upload_folder import beating, folder_path, last_beat, progress_of
from amiable.desk.upload_work import DEAD_AFTER, clear_old_uploads, free_dead_uploads, work_on
from amiable.store.models import Company, ImportRun, Invoice, Upload
from amiable.store.models.membership import Role
from amiable.store.models.upload import UploadState
from amiable.store.upload import claim_upload
from amiable.worker import rounds
from amiable.worker.rounds import Round, Rounds
from amiable.worker.tasks import clear_old_results, take_up_uploads
from tests.desk.books import TODAY, company_with_debtors, new_company
from tests.worker.work import run_tasks, work

CSV = b"Code client;Client;Numero;Date;Montant TTC\nA;A SARL;N1;05/01/2026;1200,00\n"
pytestmark = pytest.mark.django_db


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def company(db: None, settings: Any, tmp_path: Path) -> Company:
    settings.VAR, settings.PLAYED_DAY = tmp_path, TODAY
    return new_company()


@pytest.fixture
def upload(company: Company) -> Upload:
    """A file that was received and not read yet."""
    actor = Actor(company=company, role=Role.MANAGER)
    given = SimpleUploadedFile("factures.csv", CSV)
    return receive(actor, [given], today=TODAY, at=now())[0]


@pytest.fixture(autouse=True)
def told(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.INFO, logger="amiable"):
        yield caplog


@pytest.fixture(autouse=True)
def one_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """The transaction of a test would end with its connection."""
    monkeypatch.setattr(rounds, "close_old_connections", lambda: None)


def state_of(upload: Upload) -> str:
    upload.refresh_from_db()
    return upload.state


def broken(_at: datetime) -> int:
    raise ValueError("a customer's name")


def test_a_round_that_fails_is_told_and_stops_no_other(told: pytest.LogCaptureFixture) -> None:
    made: list[str] = []
    good = Round(name="good", lane="x", every=5, run=lambda _at: len(made.append("good") or made))
    maker = Rounds((Round(name="bad", lane="x", every=5, run=broken), good))
    maker.make(100.0)
    assert made == ["good"]
    assert [record.levelname for record in told.records] == ["ERROR", "INFO"]


def test_a_round_that_fails_is_made_again_after_a_growing_pause() -> None:
    maker = Rounds((Round(name="bad", lane="x", every=5, run=broken),))
    maker.make(100.0)
    assert maker.next["bad"] == 110
    maker.make(105.0)
    assert maker.failures["bad"] == 1
    maker.make(110.0)
    assert maker.next["bad"] == 130
    for _ in range(20):
        maker.make(maker.next["bad"])
    now = maker.next["bad"]
    maker.make(now)
    assert maker.next["bad"] - now == 300  # it grows no longer


def test_a_round_that_heeds_is_told_when_the_worker_stops() -> None:
    stop, said = Event(), []

    def work(_at: datetime, stopping: Callable[[], bool]) -> int:
        said.append(stopping())
        stop.set()
        said.append(stopping())
        return 0

    Rounds((Round(name="x", lane="x", every=5, run=work, heeds=True),)).make(100.0, stop)
    assert said == [False, True]


def test_a_round_is_not_made_before_its_time() -> None:
    made: list[datetime] = []
    maker = Rounds((Round(name="x", lane="x", every=5, run=lambda at: made.append(at) or 0),))
    for clock in (1.0, 3.0, 6.0, 10.9, 11.0):
        maker.make(clock)
    assert len(made) == 3


def test_every_round_can_be_made_on_an_empty_desk(company: Company) -> None:
    for lane in rounds.lanes():
        maker = Rounds(lane)
        maker.make(1.0)
        assert not any(maker.failures.values()), maker.failures


def test_the_plan_of_the_day_is_drawn_by_itself_and_once(
    db: None, settings: Any, tmp_path: Path
) -> None:
    settings.VAR, settings.PLAYED_DAY = tmp_path, TODAY
    company_with_debtors(("A", "B"))
    assert rounds.prepare_days(now()) == 1
    assert rounds.prepare_days(now()) == 0


def test_the_trouble_of_one_company_does_not_keep_the_others_from_work(
    db: None, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    told: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    settings.VAR, settings.PLAYED_DAY = tmp_path, TODAY
    company_with_debtors(("A",), key="a")
    company_with_debtors(("B",), key="b")
    real = rounds.prepare_alone

    def prepare(company: Company, *rest: Any) -> Any:
        if company.key == "a":
            raise ValueError
        return real(company, *rest)

    monkeypatch.setattr(rounds, "prepare_alone", prepare)
    with pytest.raises(rounds.SomeFailed):
        rounds.prepare_days(now())
    assert [record.company for record in told.records if record.msg == "plan failed"] == ["a"]
    monkeypatch.setattr(rounds, "prepare_alone", real)
    assert rounds.prepare_days(now()) == 1


def test_an_upload_is_handed_out_once(upload: Upload) -> None:
    assert take_up_uploads(now()) == 1
    assert take_up_uploads(now()) == 0
    assert DBTaskResult.objects.count() == 1


def test_two_workers_do_the_work_of_one(upload: Upload) -> None:
    take_up_uploads(now())
    task = Upload.everywhere.get().task
    assert work_on(task, now())
    assert not work_on(task, now())
    assert state_of(upload) == UploadState.READY


def test_what_a_killed_worker_had_is_taken_up_again(upload: Upload) -> None:
    take_up_uploads(now())
    claim_upload(Upload.everywhere.get().task, now())
    run_tasks()  # the task finds its upload claimed by one that is dead
    assert state_of(upload) == UploadState.READING
    assert free_dead_uploads(now()) == 0
    assert free_dead_uploads(now() + DEAD_AFTER) == 1
    work()
    assert state_of(upload) == UploadState.READY


def test_a_file_that_kills_every_worker_is_given_up_with_a_remedy(upload: Upload) -> None:
    for _ in range(3):
        take_up_uploads(now())
        claim_upload(Upload.everywhere.get().task, now())
        free_dead_uploads(now() + DEAD_AFTER)
    assert state_of(upload) == UploadState.FAILED
    assert upload.problem["code"] == "upload.killed"


def test_a_worker_that_gives_signs_of_life_keeps_its_upload(upload: Upload) -> None:
    take_up_uploads(now())
    claim_upload(Upload.everywhere.get().task, now() - timedelta(hours=1))
    with beating(str(upload.folder)) as beat:
        beat.tell(3, 4)
        assert free_dead_uploads(now()) == 0
        assert progress_of(str(upload.folder)).percent == 75
    assert last_beat(str(upload.folder)) is not None


def test_a_task_that_vanished_is_handed_out_anew(upload: Upload) -> None:
    take_up_uploads(now())
    DBTaskResult.objects.all().delete()
    assert take_up_uploads(now()) == 1
    run_tasks()
    assert state_of(upload) == UploadState.READY


def test_who_lost_an_upload_writes_nothing(
    upload: Upload, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    work()
    bring_in(upload)
    take_up_uploads(now())
    real = upload_work.import_reading

    def slow(*given: Any, **named: Any) -> Any:
        report = real(*given, **named)
        Upload.everywhere.update(task="another worker's")
        return report

    monkeypatch.setattr(upload_work, "import_reading", slow)
    run_tasks()
    assert not ImportRun.objects.of(company.pk).exists()
    assert not Invoice.objects.of(company.pk).exists()
    assert state_of(upload) == UploadState.STORING


def test_told_to_stop_in_the_middle_nothing_is_half_written(
    upload: Upload, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    work()
    bring_in(upload)
    take_up_uploads(now())
    real = upload_work.import_reading

    def stopped(*given: Any, **named: Any) -> None:
        real(*given, **named)
        raise SystemExit(0)

    monkeypatch.setattr(upload_work, "import_reading", stopped)
    run_tasks()
    assert not Invoice.objects.of(company.pk).exists()
    assert state_of(upload) == UploadState.STORING
    monkeypatch.setattr(upload_work, "import_reading", real)
    work()
    assert state_of(upload) == UploadState.DONE
    assert Invoice.objects.of(company.pk).count() == 1


def test_a_fault_is_told_to_the_person_and_to_the_log_without_words_of_the_file(
    upload: Upload, monkeypatch: pytest.MonkeyPatch, told: pytest.LogCaptureFixture
) -> None:
    def fault(*_given: Any, **_named: Any) -> None:
        raise ValueError("Madame Marchand")

    monkeypatch.setattr(upload_work, "open_source", fault)
    work()
    assert state_of(upload) == UploadState.FAILED
    assert upload.problem["code"] == "upload.fault"
    assert "upload failed" in [record.msg for record in told.records]


def test_old_files_are_cleared_and_their_history_stays(upload: Upload, company: Company) -> None:
    work()
    bring_in(upload)
    work()
    upload.refresh_from_db()
    folder = folder_path(str(upload.folder))
    assert clear_old_uploads(now()) == 0
    assert clear_old_uploads(now() + timedelta(days=31)) == 1
    assert not folder.exists()
    assert state_of(upload) == UploadState.DONE
    assert upload.folder is None


def test_forgotten_files_are_thrown_away(upload: Upload) -> None:
    work()
    clear_old_uploads(now() + timedelta(days=31))
    assert state_of(upload) == UploadState.DROPPED


def test_old_task_results_are_forgotten(upload: Upload) -> None:
    work()
    assert clear_old_results(now()) == 0
    assert clear_old_results(now() + timedelta(days=15)) > 0
    assert not DBTaskResult.objects.exists()
