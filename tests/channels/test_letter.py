"""Letters: a folder to print from, a postal service, the numbers of registered letters."""

import json
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amiable.channels.http import call
from amiable.channels.letter.folder import open_print_folder
from amiable.channels.letter.mysendingbox import (
    AddressWrong,
    LetterFate,
    PostalDoor,
    letter_named,
    open_mysendingbox,
    ping,
    postal_address,
    read_letter,
)
from amiable.channels.letter.tracking import TrackingWrong, checked_tracking, s10_check
from amiable.channels.letter_conformance import CHECKS_OF_LETTERS, LetterChannel, LetterCheck
from amiable.channels.message import (
    Attachment,
    ChannelClosed,
    Delivery,
    Outcome,
    OutgoingMessage,
    Sender,
)
from tests.channels.postal_service import postal_service

OWN = ("Fournil SARL", "1 quai des Brumes", "56100 Lorient")
TO = ("Boulangerie Marchand", "Bâtiment B", "12 rue de l'Église", "75002 PARIS")
PDF = Attachment(filename="letter.pdf", content_type="application/pdf", content=b"%PDF-1.7 ...")


def letter(key: str = "fournil|C1|1|2026", **changes: object) -> OutgoingMessage:
    plain = OutgoingMessage(
        key=key,
        sender_name="Fournil",
        sender="compta@fournil.example",
        to=TO,
        subject="Facture F001",
        text="Bonjour,",
        dated_at=datetime(2026, 3, 10, 9, tzinfo=UTC),
        attachments=(PDF,),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def service() -> Iterator[str]:
    with postal_service() as url:
        yield url


def door(url: str, key: str = "test_ok", **more: object) -> PostalDoor:
    plain = PostalDoor(api_key=key, sender=OWN, base=url, private=True, timeout=20)
    return replace(plain, **more)  # type: ignore[arg-type]


def sent(url: str, key: str, message: OutgoingMessage | None = None, **more: object) -> Delivery:
    sender = open_mysendingbox(door(url, key, **more))
    try:
        return sender.send(message or letter())
    finally:
        sender.close()


def kept(url: str, reference: str) -> dict[str, object]:
    asked = door(url)
    answer = call("GET", asked.url(f"/letters/{reference}"), b"", asked.headers, private=True)
    found: dict[str, object] = json.loads(answer.text)
    return found


def becomes(url: str, reference: str, **said: object) -> None:
    body = json.dumps(said).encode()
    assert call("POST", f"{url}/tests/events/{reference}", body, {}, private=True).accepted


def test_a_letter_arrives_with_its_pdf_both_addresses_and_how_to_print_it(service: str) -> None:
    delivery = sent(service, "test_ok", letter("arrives"))
    assert (delivery.outcome, delivery.detail) == (Outcome.ACCEPTED, "EUR 1.42")
    fields = kept(service, delivery.reference)["fields"]
    assert isinstance(fields, dict)
    assert fields["source_file"] == PDF.content.decode()
    assert fields["to[name]"] == "Boulangerie Marchand"
    assert fields["to[address_line1]"] == "12 rue de l'Église"
    assert fields["to[address_line2]"] == "Bâtiment B"
    assert (fields["to[address_postalcode]"], fields["to[address_city]"]) == ("75002", "PARIS")
    assert fields["from[address_city]"] == "Lorient"
    assert (fields["postage_type"], fields["color"], fields["both_sides"]) == (
        "verte", "bw", "true",
    )  # fmt: skip


def test_a_registered_letter_goes_by_that_tariff_whatever_the_others_do(service: str) -> None:
    registered = letter("registered", registered=True)
    delivery = sent(service, "test_ok", registered, speed="ecopli", colour=True, cover=False)
    fields = kept(service, delivery.reference)["fields"]
    assert isinstance(fields, dict)
    assert fields["postage_type"] == "lrar"
    assert fields["manage_delivery_proof"] == "true"
    assert (fields["color"], fields["address_placement"]) == ("color", "first_page")


def test_the_same_letter_sent_again_by_a_person_is_not_printed_twice(service: str) -> None:
    first = sent(service, "test_ok", letter("twice"))
    again = sent(service, "test_ok", letter("twice"))
    assert first.reference == again.reference


@pytest.mark.parametrize(
    ("key", "outcome"),
    [
        ("test_401", Outcome.FAILED),
        ("test_402", Outcome.FAILED),
        ("test_429", Outcome.FAILED),
        ("test_422", Outcome.REFUSED),
        ("test_500", Outcome.AMBIGUOUS),
    ],
)
def test_refused_failed_and_unknown_are_told_apart(
    service: str, key: str, outcome: Outcome
) -> None:
    delivery = sent(service, key)
    assert delivery.outcome is outcome
    assert key.removeprefix("test_") in delivery.detail
    assert key not in delivery.detail, "the key is never told"


def test_a_letter_nobody_answered_for_may_have_been_printed(service: str) -> None:
    assert sent(service, "test_slow", letter("slow"), timeout=1).outcome is Outcome.AMBIGUOUS


def test_a_service_that_is_not_there_surely_printed_nothing() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    assert sent(url, "test_ok").outcome is Outcome.FAILED


@pytest.mark.parametrize(
    "changes",
    [
        {"to": ()},
        {"to": ("Marchand", "12 rue Haute")},
        {"to": ("Marchand", "12 rue Haute", "Paris")},
        {"to": ("M" * 46, "12 rue Haute", "75002 PARIS")},
        {"to": ("Marchand", "12 rue\nHaute", "75002 PARIS")},
        {"attachments": ()},
        {"attachments": (PDF, PDF)},
    ],
)
def test_what_cannot_be_posted_is_refused_before_anybody_is_asked(
    changes: dict[str, object],
) -> None:
    delivery = sent("http://127.0.0.1:9", "test_ok", letter(**changes))
    assert delivery.outcome is Outcome.REFUSED
    assert delivery.detail


@pytest.mark.parametrize("more", [{"api_key": ""}, {"sender": ("Fournil",)}])
def test_without_a_key_or_an_own_address_the_channel_does_not_open(more: dict[str, object]) -> None:
    with pytest.raises(ChannelClosed):
        open_mysendingbox(door("http://127.0.0.1:9", **more))


def test_a_test_asks_whether_the_key_is_known_and_prints_nothing(service: str) -> None:
    assert ping(door(service)).accepted
    assert ping(door(service, "test_401")).status == 401


def test_an_address_names_what_stands_above_the_street() -> None:
    address = postal_address(("Marchand", "Service achats", "2e étage", "3 rue Haute", "13001 X"))
    assert address["address_line1"] == "3 rue Haute"
    assert (address["address_line2"], address["address_line3"]) == ("Service achats", "2e étage")
    with pytest.raises(AddressWrong):
        postal_address(("Marchand", "a", "b", "c", "3 rue Haute", "13001 X"))


@pytest.mark.parametrize(
    ("events", "fate"),
    [
        (("created", "accepted", "sent", "in_transit"), LetterFate.UNDER_WAY),
        (("created", "sent", "distributed"), LetterFate.DELIVERED),
        (("created", "sent", "delivery_proof"), LetterFate.DELIVERED),
        (("sent", "returned_to_sender"), LetterFate.RETURNED),
        (("wrong_address", "sent"), LetterFate.RETURNED),
        (("created", "error"), LetterFate.LOST),
    ],
)
def test_what_became_of_a_letter_is_asked_of_the_service(
    service: str, events: tuple[str, ...], fate: LetterFate
) -> None:
    reference = sent(service, "test_ok", letter("fate")).reference
    said = [{"name": f"letter.{one}", "created_at": "2026-03-12T10:00:00.000Z"} for one in events]
    becomes(service, reference, events=said, tracking_number="1A00915820380")
    report = read_letter(door(service), reference)
    assert report is not None
    assert (report.fate, report.tracking) == (fate, "1A00915820380")
    assert report.at == datetime(2026, 3, 12, 10, tzinfo=UTC)
    assert read_letter(door(service), "letter999") is None
    assert read_letter(door(service), "../accounts") is None


def test_a_call_names_a_letter_or_nothing() -> None:
    assert letter_named(b'{"event": {"name": "x"}, "letter": {"_id": "abc123"}}') == "abc123"
    for wrong in (b"", b"[]", b'{"letter": 3}', b'{"letter": {"_id": "../x"}}', b"\xff\x00"):
        assert letter_named(wrong) == ""


# --- the folder -------------------------------------------------------------------------------


def folder(path: Path) -> Sender:
    return open_print_folder(path)


def test_a_print_folder_gets_one_pdf_a_letter_to_the_byte(tmp_path: Path) -> None:
    sender = folder(tmp_path)
    for number in range(3):
        assert sender.send(letter(f"k{number}")).outcome is Outcome.ACCEPTED
    names = sorted(path.name for path in tmp_path.iterdir())
    assert len(names) == 3
    assert all(path.read_bytes() == PDF.content for path in tmp_path.iterdir())
    assert folder(tmp_path).send(letter("k0")).outcome is Outcome.ACCEPTED
    assert sorted(path.name for path in tmp_path.iterdir()) == names


def at_the_service(url: str) -> list[bytes]:
    """The files of every letter the service was given."""
    asked = door(url)
    answer = call("GET", asked.url("/letters"), b"", asked.headers, private=True)
    letters = json.loads(answer.text)["letters"]
    return [one["fields"]["source_file"].encode("latin-1") for one in letters]


@pytest.mark.parametrize("check", CHECKS_OF_LETTERS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("kind", ["folder", "service"])
def test_every_channel_of_letters_passes(tmp_path: Path, kind: str, check: LetterCheck) -> None:
    if kind == "folder":
        check(
            LetterChannel(
                open=lambda: open_print_folder(tmp_path),
                arrived=lambda: [path.read_bytes() for path in tmp_path.glob("*.pdf")],
            )
        )
    else:
        with postal_service() as url:  # one of its own: nothing else is there
            check(
                LetterChannel(
                    open=lambda: open_mysendingbox(door(url)), arrived=lambda: at_the_service(url)
                )
            )


def checked(channel: LetterChannel) -> None:
    for check in CHECKS_OF_LETTERS:
        check(channel)


class Damaged:
    """A channel with one fault: it hands over another letter than it was given, or takes none."""

    def __init__(self, sender: Sender, **fault: object) -> None:
        self._sender, self._fault = sender, fault

    def send(self, message: OutgoingMessage) -> Delivery:
        return self._sender.send(replace(message, **self._fault))  # type: ignore[arg-type]

    def close(self) -> None:
        self._sender.close()


@pytest.mark.parametrize(
    "fault",
    [{"attachments": (PDF,)}, {"attachments": ()}, {"key": "always the same"}, {"to": TO}],
)
def test_a_channel_with_a_fault_is_found_out(tmp_path: Path, fault: dict[str, object]) -> None:
    channel = LetterChannel(
        open=lambda: Damaged(open_print_folder(tmp_path), **fault),
        arrived=lambda: [path.read_bytes() for path in tmp_path.glob("*.pdf")],
    )
    with pytest.raises(AssertionError):
        checked(channel)


# --- registered letters -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("RK 473124829 GB", "RK473124829GB"),
        ("rr-123.456.785-fr", "RR123456785FR"),
        ("1A 009 158 2038 0", "1A00915820380"),
        ("", ""),
        ("  ", ""),
    ],
)
def test_a_tracking_number_is_kept_one_way(typed: str, number: str) -> None:
    assert checked_tracking(typed) == number


@pytest.mark.parametrize(
    "typed", ["RK473124820GB", "RK 4731", "<script>", "REFERENCE", "é12345678"]
)
def test_a_number_that_cannot_be_right_is_refused(typed: str) -> None:
    with pytest.raises(TrackingWrong):
        checked_tracking(typed)


@given(st.from_regex("[0-9]{8}", fullmatch=True), st.integers(0, 9))
def test_only_one_last_digit_fits_the_others(digits: str, last: int) -> None:
    number = f"RK{digits}{last}FR"
    if last == s10_check(digits):
        assert checked_tracking(number) == number
    else:
        with pytest.raises(TrackingWrong):
            checked_tracking(number)
