"""A message as the bytes of a mail: read back by the standard parser and by a second reader."""

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amiable.channels.conformance import read, sample
from amiable.channels.email.mime import message_id, recipients, to_bytes
from amiable.channels.message import Attachment
from tests.channels import mail_by_hand

ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=400)
LINE = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\u2028\u2029"), max_size=200
)
ATOM = st.from_regex(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,20}", fullmatch=True)
ADDRESS = st.builds("{}@{}.example".format, ATOM, st.from_regex("[a-z0-9]{1,20}", fullmatch=True))
FILENAME = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="/\\\u2028\u2029"),
    min_size=1,
    max_size=60,
)
ATTACHMENT = st.builds(
    Attachment,
    filename=FILENAME,
    content_type=st.sampled_from(["application/pdf", "text/csv", "image/png"]),
    content=st.binary(max_size=300),
)


def lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def by_hand(text_part: mail_by_hand.Part) -> str:
    return lines(text_part.content.decode())


@given(text=ANY_TEXT, html=ANY_TEXT.filter(bool))
def test_any_text_and_html_are_read_back_by_the_second_reader(text: str, html: str) -> None:
    mail = mail_by_hand.read_mail(to_bytes(sample("k", text=text, html=html)))
    assert [by_hand(part) for part in mail.parts] == [lines(text), lines(html)]
    assert mail.parts[0]["Content-Type"] == "text/plain; charset=utf-8"
    assert mail.parts[1]["Content-Type"] == "text/html; charset=utf-8"


@given(text=ANY_TEXT, html=ANY_TEXT.filter(bool))
def test_any_text_and_html_are_read_back_by_the_standard_parser(text: str, html: str) -> None:
    found = read(to_bytes(sample("k", text=text, html=html)))
    assert (lines(found.text), lines(found.html)) == (lines(text), lines(html))


@given(text=ANY_TEXT)
def test_a_mail_of_text_alone_ends_its_last_line_and_changes_nothing_else(text: str) -> None:
    found = by_hand(mail_by_hand.read_mail(to_bytes(sample("k", text=text))))
    wanted = lines(text)
    assert found in {wanted, wanted + "\n"}


@given(text=st.text("ab =.\t\r\n-_é", max_size=300))
def test_text_made_of_troublesome_characters_is_read_back(text: str) -> None:
    mail = mail_by_hand.read_mail(to_bytes(sample("k", text=text, html="<p>")))
    assert by_hand(mail.parts[0]) == lines(text)


@pytest.mark.parametrize("length", range(60, 90))
@pytest.mark.parametrize("end", [" ", "\t", "é ", "é\t"])
def test_a_line_of_any_length_that_ends_with_a_space_is_read_back(length: int, end: str) -> None:
    text = f"{'x' * length}{end}\n{'=' * (length // 3)}{'x' * (length % 3)}{end}"
    mail = mail_by_hand.read_mail(to_bytes(sample("k", text=text, html="<p>")))
    assert mail.parts[0]["Content-Transfer-Encoding"] == "quoted-printable"
    assert by_hand(mail.parts[0]) == text


@given(subject=LINE)
def test_any_subject_is_read_back_by_the_second_reader(subject: str) -> None:
    mail = mail_by_hand.read_mail(to_bytes(sample("k", subject=subject)))
    assert mail_by_hand.words(mail["Subject"]) == subject


@given(subject=LINE)
def test_any_subject_is_read_back_by_the_standard_parser(subject: str) -> None:
    assert read(to_bytes(sample("k", subject=subject))).subject == subject


@given(name=LINE)
def test_any_sender_name_is_read_back_by_the_second_reader(name: str) -> None:
    mail = mail_by_hand.read_mail(to_bytes(sample("k", sender_name=name)))
    assert mail_by_hand.display_name(mail["From"]) == (name if name.strip() else "")


@given(name=LINE)
def test_the_sender_address_stays_the_same_beside_any_name(name: str) -> None:
    assert read(to_bytes(sample("k", sender_name=name))).sender == "compta@fournil.example"


@given(to=st.lists(ADDRESS, min_size=1, max_size=9), cc=st.lists(ADDRESS, max_size=5))
def test_any_addresses_are_read_back_by_both_readers(to: list[str], cc: list[str]) -> None:
    data = to_bytes(sample("k", to=tuple(to), cc=tuple(cc), reply_to=to[0]))
    found, mail = read(data), mail_by_hand.read_mail(data)
    assert (found.to, found.cc, found.reply_to) == (tuple(to), tuple(cc), to[0])
    assert mail["To"] == ", ".join(to)
    assert not cc or mail["Cc"] == ", ".join(cc)


@given(attachments=st.lists(ATTACHMENT, min_size=1, max_size=4), html=st.sampled_from(["", "<p>"]))
def test_any_attachments_are_read_back_by_the_second_reader(
    attachments: list[Attachment], html: str
) -> None:
    mail = mail_by_hand.read_mail(to_bytes(sample("k", html=html, attachments=tuple(attachments))))
    body, *files = mail.parts
    assert body["Content-Type"].startswith("multipart/alternative" if html else "text/plain")
    assert [
        Attachment(
            filename=mail_by_hand.filename(part),
            content_type=part["Content-Type"],
            content=part.content,
        )
        for part in files
    ] == attachments


@given(note=LINE)
def test_any_extra_header_is_read_back_by_the_second_reader(note: str) -> None:
    mail = mail_by_hand.read_mail(to_bytes(sample("k", headers=(("X-Note", note),))))
    assert mail_by_hand.words(mail["X-Note"]) == note


@given(
    field=st.sampled_from(["subject", "sender_name", "sender", "message_id", "reply_to"]),
    value=LINE,
    breaker=st.sampled_from(["\r\n", "\n", "\r", "\0", "\x0b", "\x85", "\u2028"]),
)
def test_a_line_break_anywhere_in_a_field_is_refused(field: str, value: str, breaker: str) -> None:
    with pytest.raises(ValueError, match=r"not allowed in a mail header|not a message identifier"):
        to_bytes(sample("k", **{field: value + breaker + value}))


def test_a_tab_in_the_subject_is_refused_with_its_place() -> None:
    with pytest.raises(ValueError, match=r"Subject: character U\+0009 at position 3"):
        to_bytes(sample("k", subject="ab\tc"))


def test_a_subject_that_looks_encoded_arrives_as_written() -> None:
    assert read(to_bytes(sample("k", subject="=?utf-8?b?w6k=?="))).subject == "=?utf-8?b?w6k=?="


def test_no_line_with_an_encoded_word_passes_76_characters() -> None:
    data = to_bytes(sample("k", subject="é" * 300, sender_name="ü" * 90))
    head = data.partition(b"\r\n\r\n")[0]
    assert max(len(line) for line in head.split(b"\r\n") if b"=?" in line) <= 76


def test_the_same_message_gives_the_same_bytes() -> None:
    assert to_bytes(sample("k", html="<p>")) == to_bytes(sample("k", html="<p>"))


def test_a_message_without_identifier_gets_one_that_follows_from_its_key() -> None:
    first, second = message_id(sample("a")), message_id(sample("b"))
    assert re.fullmatch(r"<[0-9a-f]{32}@fournil\.example>", first)
    assert first != second
    assert read(to_bytes(sample("a"))).headers["Message-ID"] == first


def test_the_answered_message_ends_the_references() -> None:
    data = to_bytes(sample("k", in_reply_to="<b@x>", references=("<b@x>", "<a@x>")))
    assert mail_by_hand.read_mail(data)["References"] == "<a@x> <b@x>"


def test_the_date_keeps_its_offset() -> None:
    at = datetime(2026, 2, 19, 9, 30, tzinfo=timezone(timedelta(hours=1)))
    mail = mail_by_hand.read_mail(to_bytes(sample("k", dated_at=at)))
    assert mail["Date"] == "Thu, 19 Feb 2026 09:30:00 +0100"


def test_auto_submitted_may_be_chosen_and_is_written_once() -> None:
    data = to_bytes(sample("k", headers=(("Auto-Submitted", "no"),)))
    assert mail_by_hand.read_mail(data)["Auto-Submitted"] == "no"


def test_cyrillic_text_is_written_in_base64_because_it_is_shorter() -> None:
    mail = mail_by_hand.read_mail(to_bytes(sample("k", text="Привет, мир. " * 50)))
    assert mail["Content-Transfer-Encoding"] == "base64"


def test_a_domain_in_another_script_is_written_in_ascii() -> None:
    assert recipients(sample("k", to=("a@bücher.example",))) == ("a@xn--bcher-kva.example",)


def test_each_recipient_is_told_to_the_server_once() -> None:
    message = sample("k", to=("a@x.example", "b@x.example"), cc=("a@x.example",))
    assert recipients(message) == ("a@x.example", "b@x.example")


def test_a_local_part_in_another_script_is_refused_without_smtputf8() -> None:
    with pytest.raises(ValueError, match="SMTPUTF8"):
        to_bytes(sample("k", to=("été@x.example",)))


def test_a_local_part_in_another_script_is_written_with_smtputf8() -> None:
    data = to_bytes(sample("k", to=("été@x.example",)), utf8_addresses=True)
    assert "\r\nTo: été@x.example\r\n".encode() in data


LATER = datetime(2026, 2, 19, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"to": ()}, "no recipient"),
        ({"to": ("Jean <jean@x.example>",)}, "not an e-mail address"),
        ({"to": ("jean",)}, "not an e-mail address"),
        ({"to": ("a..b@x.example",)}, "not an e-mail address"),
        ({"to": ("a@b@x.example",)}, "not an e-mail address"),
        ({"to": ("a@-x.example",)}, "domain"),
        ({"to": ("a@x.example,b@y.example",)}, "not an e-mail address"),
        ({"to": ("a@x..é",)}, "domain"),
        ({"to": ("a" * 65 + "@x.example",)}, "too long"),
        ({"dated_at": LATER.replace(tzinfo=None)}, "time zone"),
        ({"message_id": "abc"}, "not a message identifier"),
        ({"references": ("<a b@c>",)}, "not a message identifier"),
        ({"language": ""}, "language tag"),
        ({"headers": (("Bcc", "a@x.example"),)}, "written from the message itself"),
        ({"headers": (("Content-Type", "text/html"),)}, "written from the message itself"),
        ({"headers": (("X Note", "a"),)}, "not a header name"),
        ({"headers": (("List-Unsubscribe", "<https://é>"),)}, "plain ASCII"),
        ({"headers": (("X-Long", "x" * 1000),)}, "longer than a mail line"),
        ({"text": "\ud800"}, "not Unicode text"),
    ],
)
def test_what_mail_cannot_carry_is_refused_by_name(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        to_bytes(sample("k", **changes))


@pytest.mark.parametrize(
    ("filename", "content_type", "said"),
    [
        ("a/b.pdf", "application/pdf", "without folders"),
        ("..\\b.pdf", "application/pdf", "without folders"),
        ("", "application/pdf", "without folders"),
        ("é" * 128, "application/pdf", "without folders"),
        ("a.pdf", "pdf", "not a type"),
        ("a.eml", "message/rfc822", "octet-stream"),
    ],
)
def test_an_attachment_that_cannot_be_carried_is_refused(
    filename: str, content_type: str, said: str
) -> None:
    attachment = Attachment(filename=filename, content_type=content_type, content=b"")
    with pytest.raises(ValueError, match=said):
        to_bytes(sample("k", attachments=(attachment,)))
