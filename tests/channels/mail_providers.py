"""The far end of an e-mail service: a real HTTP server in a process of its own, which answers as
the service documents it.

Usage: python -m tests.channels.mail_providers KIND: postmark, mailgun, brevo or others. It prints
its port; the mails it took are read at /taken, as the service would write them (by the standard
library, which is not what we write mails with). The local part of the first recipient chooses what
is answered.
"""

import json
import subprocess
import sys
import time
import urllib.request
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.header import Header
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from http.server import ThreadingHTTPServer
from mimetypes import guess_type
from typing import Any, ClassVar
from urllib.parse import parse_qs

from tests.channels.http_far_end import FarEnd

KEY, DOMAIN = "key-of-the-service", "fournil.example"
SILENT, CUT, GARBLED = "silent", "cut", "garbled"


class Service(FarEnd):
    """What all have in common."""

    taken: list[bytes]
    seen: list[dict[str, Any]]

    def do_GET(self) -> None:  # noqa: N802
        mails = [b64encode(mail).decode() for mail in self.taken]
        self.reply(200, {"mails": mails, "seen": self.seen})

    def do_POST(self) -> None:  # noqa: N802
        answer = self.answer(self.body())
        if answer is not None:
            self.reply(*answer)

    def answer(self, body: bytes) -> tuple[int, object] | None:
        """A status and what is said with it; None: nothing is said any more."""
        raise NotImplementedError

    def goes_wrong(self, to: str) -> bool:
        """What no documented answer is: none at all, a cut line, something else."""
        who = to.partition("@")[0]
        if who == SILENT:
            time.sleep(30)
        elif who == GARBLED:
            self.reply(200, "<html>It works!</html>")
        elif who != CUT:
            return False
        self.close_connection = True
        return True


class Postmark(Service):
    """postmarkapp.com/developer/user-guide/send-email-with-api and /api/overview#error-codes."""

    WRONG: ClassVar = {
        "inactive": (422, 406, "You tried to send to recipient(s) that have been marked as"
                     " inactive. Found inactive addresses: inactive@marchand.example."
                     " Inactive recipients are ones that have generated a hard bounce, a spam"
                     " complaint, or a manual suppression."),
        "invalid": (422, 300, "Invalid 'To' address: 'invalid@marchand.example'."),
        "unsigned": (422, 400, "The 'From' address you supplied is not a Sender Signature."),
        "broke": (422, 405, "Not allowed to send: you have run out of credits."),
        "busy": (429, 429, "Rate limit exceeded."),
        "broken": (500, 500, "Internal server error."),
        "away": (503, 100, "Maintenance. The Postmark API is offline for maintenance."),
        "refused": (422, 403, "Incompatible JSON."),
    }  # fmt: skip

    def answer(self, body: bytes) -> tuple[int, object] | None:
        said = json.loads(body)
        if self.headers.get("X-Postmark-Server-Token") != KEY:
            return self.wrong(401, 10, "Bad or missing Server API token.")
        if self.path != "/email":
            return self.wrong(404, 404, "Not found")
        to = said["To"]
        if found := self.WRONG.get(to.partition("@")[0]):
            return self.wrong(*found)
        if self.goes_wrong(to):
            return None
        self.seen.append({name: said.get(name) for name in ("TrackOpens", "TrackLinks", "Metadata",
                                                            "MessageStream")})  # fmt: skip
        headers = [(one["Name"], one["Value"]) for one in said.get("Headers", ())]
        keeps = ("X-PM-KeepID", "true") in headers
        files = [(one["Name"], one["ContentType"], b64decode(one["Content"]))
                 for one in said.get("Attachments", ())]  # fmt: skip
        own = [pair for pair in headers if pair[0] != "X-PM-KeepID"]
        if not keeps:
            own = [pair for pair in own if pair[0].lower() != "message-id"]
        mail = written(
            sender=said["From"], to=to, cc=said.get("Cc", ""), reply_to=said.get("ReplyTo", ""),
            subject=said["Subject"], text=said.get("TextBody", ""), html=said.get("HtmlBody", ""),
            headers=own, files=files,
        )  # fmt: skip
        self.taken.append(mail)
        name = f"b7bc2f4a-e38e-4336-af7d-{len(self.taken):012x}"
        return 200, {"To": to, "SubmittedAt": "2026-02-19T10:30:00.0000000-05:00",
                     "MessageID": name, "ErrorCode": 0, "Message": "OK"}  # fmt: skip

    def wrong(self, status: int, code: int, message: str) -> tuple[int, object]:
        return status, {"ErrorCode": code, "Message": message}


class Mailgun(Service):
    """documentation.mailgun.com, Messages and "Status codes": basic authentication, a form."""

    WRONG: ClassVar = {
        "invalid": (400, {"message": "'to' parameter is not a valid address. please check"
                                     " documentation"}),
        "broke": (402, {"message": "Request failed"}),
        "busy": (429, {"message": "Too many requests"}),
        "broken": (500, {"message": "Internal Server Error"}),
        "away": (503, "upstream connect error"),
    }  # fmt: skip

    def answer(self, body: bytes) -> tuple[int, object] | None:
        fields, files = form(self.headers["Content-Type"], body)
        scheme, _, login = self.headers.get("Authorization", "").partition(" ")
        if scheme != "Basic" or b64decode(login).decode() != f"api:{KEY}":
            return 401, "Forbidden"
        if self.path != f"/v3/{DOMAIN}/messages":
            return 404, {"message": f"Domain not found: {self.path}"}
        to = fields["to"][0]
        if found := self.WRONG.get(to.partition("@")[0]):
            return found
        if self.goes_wrong(to):
            return None
        self.seen.append({name: values[0] for name, values in fields.items()
                          if name.startswith(("o:", "v:"))})  # fmt: skip
        headers = [(name[2:].replace("-Id", "-ID"), values[0]) for name, values in fields.items()
                   if name.startswith("h:") and name.lower() != "h:reply-to"]  # fmt: skip
        reply_to = next((values[0] for name, values in fields.items()
                         if name.lower() == "h:reply-to"), "")  # fmt: skip
        self.taken.append(written(
            sender=fields["from"][0], to=", ".join(fields["to"]),
            cc=", ".join(fields.get("cc", ())), reply_to=reply_to,
            subject=fields["subject"][0], text=fields["text"][0],
            html=fields.get("html", [""])[0], headers=headers, files=files,
        ))  # fmt: skip
        named = dict(headers).get("Message-ID")
        name = named or f"<2026.{len(self.taken)}@{DOMAIN}>"
        return 200, {"id": name, "message": "Queued. Thank you."}


class Brevo(Service):
    """developers.brevo.com/reference/sendtransacemail: it writes its own Message-ID, and guesses
    the kind of a file by its name."""

    WRONG: ClassVar = {
        "invalid": (400, "invalid_parameter", "email is not valid in to"),
        "broke": (402, "not_enough_credits", "You do not have enough credits to send"),
        "busy": (429, "too_many_requests", "Rate limit is exceeded"),
        "broken": (500, "internal_error", "Internal error"),
        "away": (503, "unavailable", "Service unavailable"),
    }

    def answer(self, body: bytes) -> tuple[int, object] | None:
        said = json.loads(body)
        if self.headers.get("api-key") != KEY:
            return 401, {"message": "Key not found", "code": "unauthorized"}
        if self.path != "/v3/smtp/email":
            return 404, {"code": "not_found", "message": "Route not found"}
        to = said["to"][0]["email"]
        if found := self.WRONG.get(to.partition("@")[0]):
            return found[0], {"code": found[1], "message": found[2]}
        if self.goes_wrong(to):
            return None
        headers = said.get("headers", {})
        self.seen.append({"X-Mailin-custom": headers.pop("X-Mailin-custom", None)})
        name = f"<202602191030.{len(self.taken):08d}@smtp-relay.mailin.fr>"
        own = [(key, value) for key, value in headers.items() if key.lower() != "message-id"]
        files = [(one["name"], guess_type(one["name"])[0] or "application/octet-stream",
                  b64decode(one["content"])) for one in said.get("attachment", ())]  # fmt: skip
        sender = said["sender"]
        self.taken.append(written(
            sender=(sender.get("name", ""), sender["email"]),
            to=", ".join(one["email"] for one in said["to"]),
            cc=", ".join(one["email"] for one in said.get("cc", ())),
            reply_to=said.get("replyTo", {}).get("email", ""),
            subject=said["subject"], text=said.get("textContent", ""),
            html=said.get("htmlContent", ""), headers=[*own, ("Message-ID", name)], files=files,
        ))  # fmt: skip
        return 201, {"messageId": name}


class Others(Service):
    """What the other services answer to a message they take, as each documents it; a key that is
    not theirs is refused. What they were told is kept as it came."""

    TAKEN: ClassVar[dict[str, Any]] = {
        "/v3.1/send": lambda said: (200, {"Messages": [{"Status": "success", "To": [
            {"Email": one["Email"], "MessageID": 456 + n, "MessageUUID": "123"}
            for n, one in enumerate(said["Messages"][0]["To"])]}]}),
        "/emails": lambda _: (200, {"id": "49a3999c-0ce1-4ea6-ab68-afcd6dc2e794"}),
        "/v3/mail/send": lambda _: (202, ""),
        "/api/v1/transmissions/": lambda said: (200, {"results": {
            "total_rejected_recipients": 0, "id": "11668787484950529",
            "total_accepted_recipients": len(said["recipients"])}}),
        "/regions/fr-par/emails": lambda said: (200, {"emails": [
            {"id": f"id-{n}", "mail_rcpt": one["email"], "status": "new"}
            for n, one in enumerate(said["to"])]}),
    }  # fmt: skip

    def answer(self, body: bytes) -> tuple[int, object] | None:
        keys = " ".join(self.headers.get(name, "") for name in ("Authorization", "X-Auth-Token"))
        scheme, _, login = keys.partition(" ")
        if KEY not in (b64decode(login).decode() if scheme == "Basic" else keys):
            return 401, {"message": "API key is invalid"}
        said = json.loads(body)
        self.seen.append(said)
        found: tuple[int, object] = self.TAKEN[self.path](said)
        return found


def written(
    *,
    sender: str | tuple[str, str],
    to: str,
    cc: str,
    reply_to: str,
    subject: str,
    text: str,
    html: str,
    headers: list[tuple[str, str]],
    files: list[tuple[str, str, bytes]],
) -> bytes:
    """The mail a service makes of the parts it is told."""
    mail = EmailMessage(policy=SMTP)
    mail.set_content(text, cte="base64")
    if html:
        mail.add_alternative(html, subtype="html", cte="base64")
    for name, kind, content in files:
        main, _, sub = kind.partition(";")[0].partition("/")
        mail.add_attachment(content, maintype=main, subtype=sub, filename=name)
    name, address = sender if isinstance(sender, tuple) else parseaddr(sender)
    lines = [f"From: {Header(name, 'utf-8').encode()} <{address}>", f"To: {to}"]
    lines += [f"Cc: {cc}"] if cc else []
    lines += [f"Reply-To: {reply_to}"] if reply_to else []
    lines += [f"Subject: {Header(subject, 'utf-8').encode()}"]
    lines += [f"Date: {format_datetime(datetime.now(UTC))}"]
    lines += [f"{key}: {value if value.isascii() else Header(value, 'utf-8').encode()}"
              for key, value in headers]  # fmt: skip
    head = "".join(f"{line}\n" for line in lines).replace("\n", "\r\n")
    return head.encode("utf-8") + mail.as_bytes()


def form(kind: str, body: bytes) -> tuple[dict[str, list[str]], list[tuple[str, str, bytes]]]:
    """The fields and files of a form, of either of its two kinds."""
    if not kind.startswith("multipart/"):
        return parse_qs(body.decode(), keep_blank_values=True), []
    fields: dict[str, list[str]] = {}
    files: list[tuple[str, str, bytes]] = []
    parsed = BytesParser(policy=SMTP).parsebytes(
        b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body
    )
    for part in parsed.iter_parts():
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        name = str(part.get_param("name", header="content-disposition"))
        if name == "attachment":
            name = part.get_filename("").replace("%22", '"')  # as browsers write it in a form
            files.append((name, part.get_content_type(), content))
        else:
            fields.setdefault(name, []).append(content.decode())
    return fields, files


KINDS = {"postmark": Postmark, "mailgun": Mailgun, "brevo": Brevo, "others": Others}


@contextmanager
def running(kind: str) -> Iterator[str]:
    command = [sys.executable, "-m", "tests.channels.mail_providers", kind]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        yield f"http://127.0.0.1:{child.stdout.readline().strip()}"
        child.terminate()


def taken(base: str) -> dict[str, Any]:
    with urllib.request.urlopen(f"{base}/taken", timeout=5) as answer:
        found: dict[str, Any] = json.load(answer)
    return found


def main(kind: str) -> None:
    handler = KINDS[kind]
    handler.taken, handler.seen = [], []
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main(sys.argv[1])
