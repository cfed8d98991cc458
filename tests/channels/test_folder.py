"""The folder channel: one file for one key, whole or not at all, under names all systems take."""

import os
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from amiable.channels.conformance import read, sample
from amiable.channels.folder import open_folder
from amiable.channels.message import ChannelClosed, Outcome


def names(folder: Path) -> list[str]:
    return sorted(os.listdir(folder))


def test_a_message_becomes_a_mail_file_named_by_date_and_key(tmp_path: Path) -> None:
    delivery = open_folder(tmp_path).send(sample("Fournil/Marchand/étape 1"))
    (name,) = names(tmp_path)
    assert re.fullmatch(r"2026-02-19-fournil-marchand-etape-1-[0-9a-f]{10}\.eml", name)
    assert (delivery.outcome, delivery.detail) == (Outcome.ACCEPTED, name)
    assert read((tmp_path / name).read_bytes()).subject == "Facture F001"


def test_the_html_stands_alone_beside_the_mail_and_says_its_encoding(tmp_path: Path) -> None:
    open_folder(tmp_path).send(sample("k", html="<p>échue</p>"))
    (page,) = tmp_path.glob("*.html")
    assert page.read_bytes() == b"\xef\xbb\xbf" + "<p>échue</p>".encode()
    assert page.with_suffix(".eml").exists()


def test_html_that_declares_its_encoding_is_written_as_it_is(tmp_path: Path) -> None:
    html = '<meta charset="utf-8"><p>échue</p>'
    open_folder(tmp_path).send(sample("k", html=html))
    (page,) = tmp_path.glob("*.html")
    assert page.read_bytes() == html.encode()


def test_the_same_message_again_is_accepted_and_stays_one_file(tmp_path: Path) -> None:
    first = open_folder(tmp_path).send(sample("k"))
    again = open_folder(tmp_path).send(sample("k"))
    assert first == again
    assert len(names(tmp_path)) == 1


@pytest.mark.parametrize("later", [timedelta(0), timedelta(days=3)])
def test_another_message_with_the_same_key_is_refused_even_on_another_day(
    tmp_path: Path, later: timedelta
) -> None:
    first = sample("k")
    other = replace(first, subject="Autre", dated_at=first.dated_at + later)
    sender = open_folder(tmp_path)
    sender.send(first)
    kept = names(tmp_path)
    for refused in (sender.send(other), open_folder(tmp_path).send(other)):
        assert refused.outcome is Outcome.REFUSED
        assert kept[0] in refused.detail
    assert names(tmp_path) == kept


def test_two_keys_with_the_same_letters_make_two_files(tmp_path: Path) -> None:
    sender = open_folder(tmp_path)
    outcomes = {sender.send(sample(key)).outcome for key in ("a/b", "a:b", "A B", "日本", "")}
    assert outcomes == {Outcome.ACCEPTED}
    assert len(names(tmp_path)) == 5


def test_every_name_is_one_that_windows_takes(tmp_path: Path) -> None:
    sender = open_folder(tmp_path)
    for key in ("con", "a" * 300, "fin.", "x\\y:z*?<>|", "\n"):
        sender.send(sample(key, html="<p>"))
    assert len(names(tmp_path)) == 10
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,99}", name) for name in names(tmp_path))
    assert not any(re.search(r"[-.]\.", name) for name in names(tmp_path))


def test_a_missing_folder_is_made(tmp_path: Path) -> None:
    open_folder(tmp_path / "var" / "outbox").send(sample("k"))
    assert len(names(tmp_path / "var" / "outbox")) == 1


def test_a_file_where_the_folder_should_be_closes_the_channel(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("x")
    with pytest.raises(ChannelClosed, match="cannot be written to the folder"):
        open_folder(tmp_path / "outbox")


def test_a_write_that_fails_leaves_nothing_and_may_be_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sender = open_folder(tmp_path)

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        failed = sender.send(sample("k", html="<p>"))
    assert (failed.outcome, names(tmp_path)) == (Outcome.FAILED, [])
    assert "No space left on device" in failed.detail
    assert sender.send(sample("k", html="<p>")).outcome is Outcome.ACCEPTED


def test_a_folder_taken_away_fails_for_now(tmp_path: Path) -> None:
    sender = open_folder(tmp_path / "outbox")
    (tmp_path / "outbox").rmdir()
    assert sender.send(sample("k")).outcome is Outcome.FAILED
