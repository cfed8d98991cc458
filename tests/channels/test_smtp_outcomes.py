"""What the mail channel answers when the server refuses, drops, hangs or asks for more."""

import base64
import shutil
import socket
import ssl
import subprocess
from pathlib import Path
from typing import Any

import pytest

from amiable.channels.conformance import sample
from amiable.channels.email.smtp import SmtpSettings, open_smtp
from amiable.channels.message import ChannelClosed, Delivery, Outcome
from amiable.channels.security import Security
from tests.channels.scripted_smtp import DROP, HANG, ScriptedServer

PASSWORD = "s3cret-é"


def settings(server: ScriptedServer, **changes: Any) -> SmtpSettings:
    chosen: dict[str, Any] = {
        "host": "127.0.0.1",
        "port": server.port,
        "security": Security.NONE,
        "timeout": 0.5,
        "answer_timeout": 0.5,
    }
    return SmtpSettings(**(chosen | changes))


def send(server: ScriptedServer, count: int = 1, **changes: Any) -> list[Delivery]:
    sender = open_smtp(settings(server))
    try:
        return [sender.send(sample(f"k{number}", **changes)) for number in range(count)]
    finally:
        sender.close()


def test_an_accepted_mail_gives_the_server_words_and_the_message_id() -> None:
    with ScriptedServer() as server:
        (delivery,) = send(server, message_id="<m@x>")
    assert delivery == Delivery(
        outcome=Outcome.ACCEPTED, detail="250 queued as 42", reference="<m@x>"
    )
    assert len(server.mails) == 1


def test_a_line_starting_with_a_dot_reaches_the_server_as_written() -> None:
    with ScriptedServer() as server:
        send(server, text=".\n..a\n.b\n")
    assert server.mails[0].endswith(b"\r\n\r\n=2E\r\n..a\r\n.b\r\n")


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA", "DOT"])
@pytest.mark.parametrize(
    ("reply", "outcome"), [("550 no", Outcome.REFUSED), ("451 later", Outcome.FAILED)]
)
def test_a_refusal_at_any_step_is_for_good_or_for_now_by_its_code(
    step: str, reply: str, outcome: Outcome
) -> None:
    with ScriptedServer({step: [reply]}) as server:
        first, second = send(server, 2)
    assert first.outcome is outcome
    assert reply in first.detail
    assert second.outcome is Outcome.ACCEPTED
    assert server.connections == 1


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
def test_a_server_that_closes_with_421_before_the_mail_fails_for_now(step: str) -> None:
    with ScriptedServer({step: ["421 closing", "421 closing"]}) as server:
        (delivery,) = send(server)
    assert delivery.outcome is Outcome.FAILED
    assert server.mails == []


def test_several_lines_of_reply_are_kept_on_one_line() -> None:
    with ScriptedServer({"RCPT": ["550-no such\n550 user"]}) as server:
        (delivery,) = send(server)
    assert delivery.detail == "achats@marchand.example: 550 no such user"


@pytest.mark.parametrize("what", [DROP, HANG])
@pytest.mark.parametrize("step", ["RCPT", "DATA", "BODY"])
def test_a_connection_lost_before_the_final_dot_fails_for_now(step: str, what: str) -> None:
    with ScriptedServer({step: [what]}) as server:
        # More than the socket's buffers hold, so that the mail cannot be sent unread.
        (delivery,) = send(server, text="ligne\n" * 2_000_000 if step == "BODY" else "a")
    assert delivery.outcome is Outcome.FAILED
    assert server.mails == []


@pytest.mark.parametrize("what", [DROP, HANG, "", "nonsense", "25"])
def test_no_clear_answer_after_the_final_dot_is_ambiguous(what: str) -> None:
    with ScriptedServer({"DOT": [what]}) as server:
        (delivery,) = send(server, message_id="<m@x>")
    assert delivery.outcome is Outcome.AMBIGUOUS
    assert delivery.reference == "<m@x>"
    assert delivery.detail
    assert len(server.mails) == 1


def test_an_ambiguous_mail_is_not_sent_again_and_the_next_one_goes_on_a_new_connection() -> None:
    with ScriptedServer({"DOT": [DROP]}) as server:
        first, second = send(server, 2)
    assert (first.outcome, second.outcome) == (Outcome.AMBIGUOUS, Outcome.ACCEPTED)
    assert (server.connections, len(server.mails)) == (2, 2)


def test_a_long_answer_after_the_dot_has_its_own_patience() -> None:
    with ScriptedServer({"DOT": [HANG]}) as server:
        sender = open_smtp(settings(server, timeout=5, answer_timeout=0.2))
        assert sender.send(sample("k")).outcome is Outcome.AMBIGUOUS


@pytest.mark.parametrize("what", [DROP, "421 idle too long"])
def test_a_connection_dropped_while_idle_is_opened_again_once(what: str) -> None:
    with ScriptedServer({"MAIL": ["250 ok", what]}) as server:
        deliveries = send(server, 2)
    assert [one.outcome for one in deliveries] == [Outcome.ACCEPTED, Outcome.ACCEPTED]
    assert (server.connections, len(server.mails)) == (2, 2)


def test_a_connection_that_drops_again_fails_for_now() -> None:
    with ScriptedServer({"MAIL": ["250 ok", DROP, DROP]}) as server:
        deliveries = send(server, 3)
    outcomes = [one.outcome for one in deliveries]
    assert outcomes == [Outcome.ACCEPTED, Outcome.FAILED, Outcome.ACCEPTED]
    assert server.connections == 3


def test_one_connection_carries_only_so_many_mails() -> None:
    with ScriptedServer() as server:
        sender = open_smtp(settings(server, messages_per_connection=2))
        outcomes = {sender.send(sample(f"k{number}")).outcome for number in range(5)}
        sender.close()
    assert outcomes == {Outcome.ACCEPTED}
    assert (server.connections, server.verbs().count("QUIT")) == (3, 3)


def test_one_refused_recipient_of_two_is_named_and_the_mail_is_accepted() -> None:
    with ScriptedServer({"RCPT": ["550 unknown", "250 ok"]}) as server:
        (delivery,) = send(server, to=("a@x.example", "b@x.example"))
    assert delivery.outcome is Outcome.ACCEPTED
    assert "not for a@x.example: 550 unknown" in delivery.detail


def test_all_recipients_refused_is_for_good_only_when_each_is() -> None:
    with ScriptedServer({"RCPT": ["550 a", "551 b", "550 a", "450 b"]}) as server:
        first, second = send(server, 2, to=("a@x.example", "b@x.example"))
    assert (first.outcome, second.outcome) == (Outcome.REFUSED, Outcome.FAILED)
    assert server.mails == []


def test_copies_are_told_to_the_server_and_nobody_else() -> None:
    with ScriptedServer() as server:
        send(server, to=("a@x.example",), cc=("b@x.example", "a@x.example"))
    told = [command for command in server.commands if command.startswith("RCPT")]
    assert told == ["RCPT TO:<a@x.example>", "RCPT TO:<b@x.example>"]


def test_the_size_is_announced_where_the_server_asks_for_it() -> None:
    with ScriptedServer({"EHLO": ["250-scripted\n250 SIZE 1000000"]}) as server:
        send(server)
    assert f"MAIL FROM:<compta@fournil.example> SIZE={len(server.mails[0])}" in server.commands


def test_an_address_in_another_script_needs_a_server_that_speaks_smtputf8() -> None:
    with ScriptedServer({"EHLO": ["250-scripted\n250 SMTPUTF8", "250 scripted"]}) as server:
        (able,) = send(server, to=("été@x.example",))
        (unable,) = send(server, to=("été@x.example",))
    assert (able.outcome, unable.outcome) == (Outcome.ACCEPTED, Outcome.REFUSED)
    assert "RCPT TO:<été@x.example>" in server.commands
    assert server.mails[0].count("été@x.example".encode()) == 1
    assert len(server.mails) == 1


def test_a_mail_that_cannot_be_written_is_refused_and_nothing_is_said_to_the_server() -> None:
    with ScriptedServer() as server:
        (delivery,) = send(server, subject="a\r\nBcc: b@x.example")
    assert delivery.outcome is Outcome.REFUSED
    assert server.verbs() == ["ehlo", "QUIT"]


def test_a_server_that_listens_nowhere_fails_for_now_and_is_tried_at_each_message() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    chosen = SmtpSettings(host="127.0.0.1", port=port, security=Security.NONE, timeout=0.5)
    sender = open_smtp(chosen)
    delivery = sender.send(sample("k"))
    sender.close()
    assert delivery.outcome is Outcome.FAILED
    assert f"127.0.0.1:{port} cannot be reached" in delivery.detail


@pytest.mark.parametrize("what", [HANG, DROP, "421 busy"])
def test_a_greeting_that_may_come_later_fails_for_now_then_works(what: str) -> None:
    with ScriptedServer({"GREETING": [what, what]}) as server:
        first, second = send(server, 2)
    assert (first.outcome, second.outcome) == (Outcome.FAILED, Outcome.ACCEPTED)


def test_a_server_that_turns_us_away_for_good_closes_the_channel() -> None:
    with (
        ScriptedServer({"GREETING": ["554 not you"]}) as server,
        pytest.raises(ChannelClosed, match="554 not you"),
    ):
        open_smtp(settings(server))


def test_an_unknown_host_closes_the_channel_with_a_remedy() -> None:
    chosen = SmtpSettings(host="no-such-host.invalid", timeout=0.5)
    with pytest.raises(ChannelClosed, match=r"'no-such-host\.invalid' was not found; check"):
        open_smtp(chosen)


def login(server: ScriptedServer) -> SmtpSettings:
    return settings(server, username="compta", password=PASSWORD)


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def test_login_by_plain_tells_name_and_password_in_utf8() -> None:
    with ScriptedServer({"EHLO": ["250-scripted\n250 AUTH LOGIN PLAIN"]}) as server:
        open_smtp(login(server)).close()
    assert server.commands[1] == f"AUTH PLAIN {b64(f'{chr(0)}compta{chr(0)}{PASSWORD}')}"


def test_login_by_login_tells_name_then_password() -> None:
    script = {"EHLO": ["250-scripted\n250 AUTH LOGIN"], "AUTH": ["334 UGFzc3dvcmQ6"]}
    with ScriptedServer(script) as server:
        open_smtp(login(server)).close()
    assert server.commands[1:3] == [f"AUTH LOGIN {b64('compta')}", b64(PASSWORD)]


@pytest.mark.parametrize("kind", ["PLAIN", "LOGIN"])
def test_a_refused_login_closes_the_channel_without_showing_the_password(kind: str) -> None:
    plain = b64(f"\0compta\0{PASSWORD}")
    refusal = f"535 wrong {PASSWORD} {b64(PASSWORD)} {plain}"
    script = {
        "EHLO": [f"250-scripted\n250 AUTH {kind}"],
        "AUTH": [refusal if kind == "PLAIN" else "334 UGFzc3dvcmQ6"],
        "PASSWORD": [refusal],
    }
    with ScriptedServer(script) as server, pytest.raises(ChannelClosed) as caught:
        open_smtp(login(server))
    said = str(caught.value)
    assert "refused the login of 'compta': 535 wrong *** *** ***; check" in said
    assert PASSWORD not in said
    assert PASSWORD not in repr(login(server))


def test_a_login_that_cannot_be_checked_for_now_is_tried_again_with_the_message() -> None:
    extensions = "250-scripted\n250 AUTH PLAIN"
    script = {"EHLO": [extensions, extensions, extensions], "AUTH": ["454 later", "454 later"]}
    with ScriptedServer(script) as server:
        sender = open_smtp(login(server))
        outcomes = [sender.send(sample(key)).outcome for key in "ab"]
        sender.close()
    assert outcomes == [Outcome.FAILED, Outcome.ACCEPTED]


def test_a_server_without_a_login_we_know_closes_the_channel() -> None:
    with (
        ScriptedServer({"EHLO": ["250-scripted\n250 AUTH GSSAPI"]}) as server,
        pytest.raises(ChannelClosed, match="no login by PLAIN or LOGIN"),
    ):
        open_smtp(login(server))


def test_a_login_refused_on_a_later_connection_fails_for_now() -> None:
    extensions = "250-scripted\n250 AUTH PLAIN"
    script = {"EHLO": [extensions] * 2, "AUTH": ["235 ok", "535 no"], "MAIL": [DROP]}
    with ScriptedServer(script) as server:
        sender = open_smtp(login(server))
        delivery = sender.send(sample("k"))
        sender.close()
    assert delivery.outcome is Outcome.FAILED
    assert "refused the login" in delivery.detail


def test_starttls_demanded_and_not_offered_closes_the_channel() -> None:
    with (
        ScriptedServer() as server,
        pytest.raises(ChannelClosed, match="does not offer STARTTLS, and nothing is sent"),
    ):
        open_smtp(settings(server, security=Security.STARTTLS))
    assert server.mails == []


def test_tls_on_a_port_that_speaks_plainly_closes_the_channel_with_a_remedy() -> None:
    with (
        ScriptedServer() as server,
        pytest.raises(ChannelClosed, match=r"did not agree on TLS .* starttls port 587"),
    ):
        open_smtp(settings(server, security=Security.TLS))


def test_settings_that_make_no_sense_are_refused() -> None:
    for wrong in ({"host": ""}, {"port": 0}, {"timeout": 0}, {"local_hostname": "a\nb"}):
        with pytest.raises(ValueError, match="SMTP: "):
            SmtpSettings(**({"host": "x"} | wrong))  # type: ignore[arg-type]


def make_certificate(folder: Path, names: str) -> Path:
    """Return a certificate and its key in one file, made by the openssl command."""
    if shutil.which("openssl") is None:
        pytest.skip("TLS is not exercised: the openssl command is not installed")
    wanted = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
    wanted += " -keyout key.pem -out cert.pem -subj /CN=localhost"
    wanted += f" -addext subjectAltName={names}"
    subprocess.run(["openssl", *wanted.split()], cwd=folder, check=True, capture_output=True)
    both = folder / "both.pem"
    both.write_bytes((folder / "key.pem").read_bytes() + (folder / "cert.pem").read_bytes())
    return both


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("tls"), "DNS:localhost,IP:127.0.0.1")


def tls_server(certificate: Path, security: Security) -> ScriptedServer:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    extensions = "250-scripted\n250 STARTTLS"
    return ScriptedServer(
        {"EHLO": [extensions, "250-scripted\n250 AUTH PLAIN"]} if security == "starttls" else {},
        tls=context,
        tls_on_connect=security is Security.TLS,
    )


TLS_KINDS = pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])


@TLS_KINDS
def test_a_mail_goes_over_tls_with_a_trusted_certificate(
    certificate: Path, security: Security
) -> None:
    with tls_server(certificate, security) as server:
        chosen = settings(server, security=security, ca_file=str(certificate))
        sender = open_smtp(chosen)
        delivery = sender.send(sample("k"))
        sender.close()
    assert delivery.outcome is Outcome.ACCEPTED
    assert len(server.mails) == 1


@TLS_KINDS
def test_an_unknown_certificate_closes_the_channel_before_anything_is_said(
    certificate: Path, security: Security
) -> None:
    with (
        tls_server(certificate, security) as server,
        pytest.raises(ChannelClosed, match=r"certificate of .* cannot be trusted: self-signed"),
    ):
        open_smtp(settings(server, security=security, username="u", password=PASSWORD))
    assert not [command for command in server.commands if command.startswith("AUTH")]


@TLS_KINDS
def test_an_unknown_certificate_is_taken_when_checking_is_switched_off(
    certificate: Path, security: Security
) -> None:
    with tls_server(certificate, security) as server:
        sender = open_smtp(settings(server, security=security, verify_certificates=False))
        delivery = sender.send(sample("k"))
        sender.close()
    assert delivery.outcome is Outcome.ACCEPTED


def test_a_certificate_for_another_name_closes_the_channel(tmp_path: Path) -> None:
    other = make_certificate(tmp_path, "DNS:mail.other.example")
    with (
        tls_server(other, Security.TLS) as server,
        pytest.raises(ChannelClosed, match=r"cannot be trusted: .*mismatch"),
    ):
        open_smtp(settings(server, security=Security.TLS, ca_file=str(other)))


def test_login_happens_inside_starttls(certificate: Path) -> None:
    with tls_server(certificate, Security.STARTTLS) as server:
        chosen = settings(
            server,
            security=Security.STARTTLS,
            ca_file=str(certificate),
            username="u",
            password=PASSWORD,
        )
        open_smtp(chosen).close()
    assert server.verbs() == ["ehlo", "STARTTLS", "ehlo", "AUTH", "QUIT"]


@TLS_KINDS
def test_over_tls_a_connection_cut_after_the_final_dot_is_ambiguous(
    certificate: Path, security: Security
) -> None:
    server = tls_server(certificate, security)
    server.script("DOT", DROP)
    with server:
        sender = open_smtp(settings(server, security=security, ca_file=str(certificate)))
        delivery = sender.send(sample("k"))
        sender.close()
    assert delivery.outcome is Outcome.AMBIGUOUS


def test_a_file_of_authorities_that_is_missing_closes_the_channel() -> None:
    with ScriptedServer() as server, pytest.raises(ChannelClosed, match="give a PEM file"):
        open_smtp(settings(server, security=Security.TLS, ca_file="/no/such.pem"))
