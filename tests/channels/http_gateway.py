"""A gateway's far end: a real HTTP server in a process of its own, that answers as documented.

Usage: python -m tests.channels.http_gateway KIND, which is twilio or ovhcloud. It prints its port;
what it took is read at /taken. The number that a message goes to chooses what is answered.
"""

import hashlib
import json
import sys
import time
from base64 import b64decode
from http.server import ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from tests.channels.http_far_end import FarEnd

ACCOUNT, TOKEN = "AC" + "a" * 32, "token-of-twilio"
APPLICATION, SECRET, CONSUMER = "AK-of-ovh", "AS-of-ovh", "CK-of-ovh"
AHEAD = 5_000  # seconds that OVHcloud's clock is ahead of ours
GOOD = "+33612345678"
FAILS: dict[str, tuple[int, int, str]] = {
    # number: (HTTP status, Twilio's code, words)
    "+33600000001": (400, 21211, "The 'To' number +33600000001 is not a valid phone number."),
    "+33600000002": (400, 21614, "'To' number is not a valid mobile number"),
    "+33600000003": (400, 21610, "Attempt to send to unsubscribed recipient"),
    "+33600000004": (429, 20429, "Too Many Requests"),
    "+33600000005": (500, 20500, "Internal Server Error"),
    "+33600000006": (400, 21606, "The 'From' phone number provided is not a valid number"),
}
SILENT, CUT, GARBLED = "+33600000007", "+33600000008", "+33600000009"


class Gateway(FarEnd):
    """What both have in common."""

    taken: list[dict[str, Any]]
    url = ""

    def do_GET(self) -> None:  # noqa: N802
        if self.path == "/taken":
            self.reply(200, self.taken)
        elif self.path == "/1.0/auth/time":
            self.reply(200, str(int(time.time()) + AHEAD))
        else:
            self.reply(404, {"message": "Got an invalid (or empty) URL"})

    def goes_wrong(self, number: str) -> bool:
        """What no documented answer is: none at all, a cut line, something else."""
        if number == SILENT:
            time.sleep(30)
        elif number == GARBLED:
            self.reply(200, "<html>It works!</html>")
        elif number != CUT:
            return False
        self.close_connection = True
        return True

    def keep(self, to: str, text: str, **more: Any) -> None:
        self.taken.append({"to": to, "text": text, **more})


class Twilio(Gateway):
    def do_POST(self) -> None:  # noqa: N802
        form = {name: values[0] for name, values in parse_qs(self.body().decode()).items()}
        scheme, _, login = self.headers.get("Authorization", "").partition(" ")
        if scheme != "Basic" or b64decode(login).decode() != f"{ACCOUNT}:{TOKEN}":
            self.error(401, 20003, "Authenticate")
        elif self.path != f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json":
            self.error(404, 20404, f"The requested resource {self.path} was not found")
        elif form["To"] in FAILS:
            self.error(*FAILS[form["To"]])
        elif not self.goes_wrong(form["To"]):
            self.keep(form["To"], form["Body"], **{k: v for k, v in form.items() if k != "Body"})
            sid = f"SM{len(self.taken):032x}"
            said = {"sid": sid, "status": "queued", "error_code": None, "error_message": None,
                    "num_segments": "1", "to": form["To"], "body": form["Body"]}  # fmt: skip
            self.reply(201, said)

    def error(self, status: int, code: int, message: str) -> None:
        more = f"https://www.twilio.com/docs/errors/{code}"
        said = {"code": code, "message": message, "more_info": more, "status": status}
        self.reply(status, said)


class Ovhcloud(Gateway):
    def do_POST(self) -> None:  # noqa: N802
        body = self.body().decode()
        if wrong := self.what_is_wrong(body):
            self.reply(403, {"errorCode": wrong, "httpCode": "403 Forbidden", "message": wrong})
            return
        if self.path != "/1.0/sms/sms-ab12345-1/jobs":
            self.reply(404, {"message": "This service does not exist"})
            return
        job = json.loads(body)
        (number,) = job["receivers"]
        if number == "+33600000001":
            self.reply(200, {"totalCreditsRemoved": 0, "invalidReceivers": [number], "ids": [],
                             "validReceivers": []})  # fmt: skip
        elif number == "+33600000004":
            self.reply(402, {"message": "Not enough credits"})
        elif number == "+33600000005":
            self.reply(500, {"message": "Internal server error"})
        elif number == "+33600000006":
            self.reply(400, {"message": "[sender] This sender does not exist"})
        elif not self.goes_wrong(number):
            self.keep(number, job["message"], **job)
            self.reply(200, {"totalCreditsRemoved": 1, "invalidReceivers": [],
                             "ids": [26_929_924 + len(self.taken)],
                             "validReceivers": [number]})  # fmt: skip

    def what_is_wrong(self, body: str) -> str:
        """The signature as the documentation words it, the minute checked too."""
        stamp = self.headers.get("X-Ovh-Timestamp", "0")
        signed = "+".join((SECRET, CONSUMER, "POST", self.url + self.path, body, stamp))
        wanted = "$1$" + hashlib.sha1(signed.encode()).hexdigest()
        if self.headers.get("X-Ovh-Application") != APPLICATION:
            return "INVALID_KEY"
        if self.headers.get("X-Ovh-Consumer") != CONSUMER:
            return "INVALID_CREDENTIAL"
        if abs(int(stamp) - time.time() - AHEAD) > 30:
            return "QUERY_TIME_OUT"
        return "" if self.headers.get("X-Ovh-Signature") == wanted else "INVALID_SIGNATURE"


def main(kind: str) -> None:
    handler = {"twilio": Twilio, "ovhcloud": Ovhcloud}[kind]
    handler.taken = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    handler.url = f"http://127.0.0.1:{server.server_port}"
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main(sys.argv[1])
