"""E-mail providers: against a server of its own process that answers as each service documents."""

import json
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from amiable.channels.conformance import (
    CHECKS_OF_ANY_CHANNEL,
    CHECKS_OF_MAIL,
    ChannelUnderTest,
    Check,
    check_attachments_arrive_to_the_byte,
    check_every_mail_says_what_it_is,
    check_threading_headers_are_kept,
    read,
    sample,
)
from amiable.channels.message import Attachment, ChannelClosed, Fault, Outcome, OutgoingMessage
from amiable.channels.provider import SERVICES, ProviderDoor, open_provider
from tests.channels import mail_providers as far

DOORS = {
    "postmark": ProviderDoor(settings={}, secrets={"server_token": far.KEY}),
    "mailgun": ProviderDoor(
        settings={"sender_domain": far.DOMAIN, "region": "eu"}, secrets={"api_key": far.KEY}
    ),
    "brevo": ProviderDoor(settings={}, secrets={"api_key": far.KEY}),
}
PATHS = {"postmark": "", "mailgun": "/v3", "brevo": "/v3"}
NOT_OF_BREVO = {
    check_attachments_arrive_to_the_byte,  # it guesses the kind of a file by its name
    check_threading_headers_are_kept,  # it writes a Message-ID of its own
    check_every_mail_says_what_it_is,  # the same; and it cannot carry accents in such fields
}


def mails(base: str) -> list[bytes]:
    return [b64decode(one) for one in far.taken(base)["mails"]]


@pytest.fixture(scope="module")
def bases() -> Iterator[dict[str, str]]:
    with (
        far.running("postmark") as postmark,
        far.running("mailgun") as mailgun,
        far.running("brevo") as brevo,
    ):
        yield {"postmark": postmark, "mailgun": mailgun, "brevo": brevo}


def door(kind: str, bases: dict[str, str], **more: Any) -> ProviderDoor:
    base = bases[kind] + PATHS[kind]
    return replace(DOORS[kind], base=base, private=True, timeout=2, **more)


@pytest.mark.parametrize("kind", sorted(DOORS))
@pytest.mark.parametrize(
    "check", [*CHECKS_OF_ANY_CHANNEL, *CHECKS_OF_MAIL], ids=lambda check: check.__name__
)
def test_the_provider_passes(check: Check, kind: str, bases: dict[str, str]) -> None:
    if kind == "brevo" and check in NOT_OF_BREVO:
        with pytest.raises(AssertionError):  # should it ever hold, the list is too long
            check(under_test(kind, bases))
    else:
        check(under_test(kind, bases))


def under_test(kind: str, bases: dict[str, str]) -> ChannelUnderTest:
    return ChannelUnderTest(
        open=lambda: open_provider(kind, door(kind, bases)),
        arrived=lambda: mails(bases[kind]),
        writes=True,
    )


def test_brevo_keeps_what_it_can_of_a_thread_and_of_files(bases: dict[str, str]) -> None:
    message = sample(
        "brevo",
        in_reply_to="<before@fournil.example>",
        headers=(("List-Unsubscribe", "<https://fournil.example/stop/1>"),),
        reply_to="compta+r-1@fournil.example",
        attachments=(Attachment(filename="F1.pdf", content_type="application/pdf", content=b"%P"),),
    )
    delivery = open_provider("brevo", door("brevo", bases)).send(message)
    arrival = read(mails(bases["brevo"])[-1])
    assert arrival.headers["In-Reply-To"] == "<before@fournil.example>"
    assert arrival.headers["References"] == "<before@fournil.example>"
    assert arrival.headers["List-Unsubscribe"] == "<https://fournil.example/stop/1>"
    assert arrival.headers["Auto-Submitted"] == "auto-generated"
    assert arrival.reply_to == "compta+r-1@fournil.example"
    assert arrival.attachments == message.attachments
    assert delivery.reference == arrival.headers["Message-ID"]


FAILED, REFUSED = Outcome.FAILED, Outcome.REFUSED
AMBIGUOUS, ACCEPTED = Outcome.AMBIGUOUS, Outcome.ACCEPTED
COMMON = {
    "achats": (ACCEPTED, None, ""),
    "busy": (FAILED, None, "429"),
    "broken": (AMBIGUOUS, None, "500"),
    "away": (AMBIGUOUS, None, "503"),
    far.SILENT: (AMBIGUOUS, None, ""),
    far.CUT: (AMBIGUOUS, None, ""),
    far.GARBLED: (AMBIGUOUS, None, "200"),
}
SAYS = {
    "postmark": COMMON
    | {
        "inactive": (REFUSED, Fault.NOBODY, "422 You tried to send to recipient(s) that have been"),
        "invalid": (REFUSED, Fault.NOBODY, "422 Invalid 'To' address"),
        "unsigned": (FAILED, None, "422 The 'From' address you supplied is not a Sender Signature"),
        "broke": (FAILED, None, "422 Not allowed to send"),
        "refused": (FAILED, None, "422"),
    },
    "mailgun": COMMON
    | {
        "invalid": (REFUSED, None, "400 'to' parameter is not a valid address"),
        "broke": (FAILED, None, "402 Request failed"),
    },
    "brevo": COMMON
    | {
        "invalid": (REFUSED, None, "400 email is not valid in to"),
        "broke": (FAILED, None, "402 You do not have enough credits"),
    },
}
CASES = [(kind, who, *says) for kind, answers in SAYS.items() for who, says in answers.items()]


@pytest.mark.parametrize(("kind", "who", "outcome", "fault", "words"), CASES)
def test_each_answer_is_told_apart(
    bases: dict[str, str], kind: str, who: str, outcome: Outcome, fault: Fault | None, words: str
) -> None:
    sender = open_provider(kind, door(kind, bases))
    before = len(mails(bases[kind]))
    delivery = sender.send(sample(who, to=(f"{who}@marchand.example",)))
    assert (delivery.outcome, delivery.fault) == (outcome, fault), delivery
    assert delivery.detail.startswith(words)
    assert delivery.detail
    assert len(mails(bases[kind])) - before == (outcome is ACCEPTED)
    assert bool(delivery.reference) == (outcome is ACCEPTED)


@pytest.mark.parametrize("kind", sorted(DOORS))
def test_a_wrong_key_is_told_and_may_be_mended(bases: dict[str, str], kind: str) -> None:
    (name,) = (one for one in SERVICES[kind].secrets if one != SERVICES[kind].signed_with)
    wrong = replace(door(kind, bases), secrets={name: "another-key"})
    delivery = open_provider(kind, wrong).send(sample("key"))
    assert delivery.outcome is Outcome.FAILED
    assert delivery.detail.startswith("401")
    assert "another-key" not in delivery.detail


def test_a_service_nobody_listens_at_took_nothing() -> None:
    nowhere = replace(DOORS["postmark"], base="http://127.0.0.1:9", private=True)
    delivery = open_provider("postmark", nowhere).send(sample("nobody"))
    assert delivery.outcome is Outcome.FAILED
    assert delivery.detail.startswith("postmark: ")


def test_an_address_inside_the_house_is_not_called() -> None:
    delivery = open_provider("postmark", replace(DOORS["postmark"], base="https://127.0.0.1:9"))
    assert delivery.send(sample("inside")).detail == "postmark: private_address 127.0.0.1"


@pytest.mark.parametrize("kind", sorted(SERVICES))
def test_without_its_keys_a_service_is_not_opened(kind: str) -> None:
    with pytest.raises(ChannelClosed, match="give"):
        open_provider(kind, ProviderDoor(settings={}, secrets={}))


def test_a_service_that_does_not_exist_is_not_opened() -> None:
    with pytest.raises(ChannelClosed, match="there is no e-mail provider 'carrier-pigeon'"):
        open_provider("carrier-pigeon", ProviderDoor(settings={}, secrets={}))


def sent(kind: str, bases: dict[str, str], message: OutgoingMessage, **more: Any) -> dict[str, Any]:
    """What the service was told beside the mail."""
    delivery = open_provider(kind, door(kind, bases, **more)).send(message)
    assert delivery.outcome is Outcome.ACCEPTED, delivery
    seen: dict[str, Any] = far.taken(bases[kind])["seen"][-1]
    return seen


@pytest.mark.parametrize("tracks", [False, True])
def test_openings_are_tracked_only_when_the_company_wants_to_know(
    bases: dict[str, str], tracks: bool
) -> None:
    message = sample("opens", html="<p>Bonjour</p>")
    postmark = sent("postmark", bases, message, tracks_opens=tracks)
    mailgun = sent("mailgun", bases, message, tracks_opens=tracks)
    assert (postmark["TrackOpens"], postmark["TrackLinks"]) == (tracks, "None")
    assert mailgun["o:tracking-opens"] == ("yes" if tracks else "no")
    assert mailgun["o:tracking-clicks"] == "no"


def test_our_own_mark_travels_with_a_message(bases: dict[str, str]) -> None:
    message = sample("mark", message_id="<mark-1@fournil.example>")
    wanted = "mark-1@fournil.example"
    assert sent("postmark", bases, message)["Metadata"] == {"amiable": wanted}
    assert sent("mailgun", bases, message)["v:amiable"] == wanted
    assert json.loads(sent("brevo", bases, message)["X-Mailin-custom"]) == {"amiable": wanted}


def test_a_stream_of_postmark_is_named(bases: dict[str, str]) -> None:
    chosen = sent("postmark", bases, sample("stream"), settings={"message_stream": "reminders"})
    assert chosen["MessageStream"] == "reminders"


OTHERS: dict[str, tuple[str, dict[str, str], dict[str, str]]] = {
    # kind: (where its interface begins, secrets, settings)
    "mailjet": ("/v3.1", {"api_key": "public", "secret_key": far.KEY}, {}),
    "resend": ("", {"api_key": far.KEY, "signing_secret": ""}, {}),
    "sendgrid": ("/v3", {"api_key": far.KEY}, {}),
    "sparkpost": ("/api/v1", {"api_key": far.KEY}, {"region": "eu"}),
    "scaleway": ("/regions/fr-par", {"secret_key": far.KEY}, {"project_id": "p"}),
}


@pytest.fixture(scope="module")
def others() -> Iterator[str]:
    with far.running("others") as base:
        yield base


def other_door(kind: str, base: str) -> ProviderDoor:
    path, secrets, settings = OTHERS[kind]
    return ProviderDoor(
        settings=settings, secrets=secrets, base=base + path, private=True, timeout=5
    )


@pytest.mark.filterwarnings("ignore:django-anymail has dropped official support")
@pytest.mark.parametrize("kind", sorted(OTHERS))
def test_every_other_service_takes_a_whole_message(others: str, kind: str) -> None:
    message = sample(
        "whole",
        html="<p>Voici.</p>",
        cc=("chef@marchand.example",),
        reply_to="compta+r-1@fournil.example",
        message_id="<m-7@fournil.example>",
        in_reply_to="<before@fournil.example>",
        headers=(("List-Unsubscribe", "<https://fournil.example/stop/1>"),),
        attachments=(Attachment(filename="F1.pdf", content_type="application/pdf", content=b"%P"),),
    )
    delivery = open_provider(kind, other_door(kind, others)).send(message)
    assert delivery.outcome is Outcome.ACCEPTED, delivery
    assert delivery.reference
    told = json.dumps(far.taken(others)["seen"][-1], ensure_ascii=False)
    for part in (
        "Facture F001",
        "La facture F001 est échue.",
        "<p>Voici.</p>",
        "achats@marchand.example",
        "chef@marchand.example",
        "compta+r-1@fournil.example",
        "<before@fournil.example>",
        "<https://fournil.example/stop/1>",
        "auto-generated",
        "m-7@fournil.example",
        "F1.pdf",
        "JVA=",
    ):
        assert part in told, f"{part} did not reach {kind}"


@pytest.mark.filterwarnings("ignore:django-anymail has dropped official support")
@pytest.mark.parametrize("kind", sorted(OTHERS))
def test_every_other_service_tells_a_wrong_key(others: str, kind: str) -> None:
    right = other_door(kind, others)
    wrong = replace(right, secrets=dict.fromkeys(right.secrets, "another-key"))
    delivery = open_provider(kind, wrong).send(sample("key"))
    assert (delivery.outcome, delivery.detail) == (Outcome.FAILED, "401 API key is invalid")
