"""A postal service in a process of its own: it answers as docs.mysendingbox.fr says it does.

What it does follows from the key it is asked with: ``test_500`` answers 500, ``test_slow`` takes
the letter and says nothing, ``test_ok`` takes it and keeps it.
"""

import json
import multiprocessing
import time
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from http.server import ThreadingHTTPServer
from multiprocessing.connection import Connection
from typing import Any, ClassVar

from tests.channels.http_far_end import FarEnd

REFUSALS = {
    "test_401": (401, {"error": {"message": "Invalid API key"}}),
    "test_402": (402, {"error": {"message": "Not enough credit"}}),
    "test_422": (422, {"error": {"message": "to[address_postalcode] is invalid"}}),
    "test_429": (429, {"error": {"message": "Too many requests"}}),
    "test_500": (500, {"error": {"message": "Internal error"}}),
}


class _Service(FarEnd):
    letters: ClassVar[dict[str, dict[str, Any]]] = {}
    keys: ClassVar[dict[str, str]] = {}

    def _key(self) -> str:
        kind, _, login = self.headers.get("Authorization", "").partition(" ")
        return b64decode(login).decode().removesuffix(":") if kind == "Basic" else ""

    def do_GET(self) -> None:  # noqa: N802
        key = self._key()
        if key in REFUSALS:
            return self.reply(*REFUSALS[key])
        name = self.path.removeprefix("/letters").partition("?")[0].strip("/")
        if not name:
            return self.reply(200, {"letters": list(self.letters.values())})
        found = self.letters.get(name)
        return self.reply(200, found) if found else self.reply(404, {"error": "not found"})

    def do_POST(self) -> None:  # noqa: N802
        body = self.body()
        if self.path.startswith("/tests/events/"):  # a letter's fate, as the test wants it
            self.letters[self.path.rpartition("/")[2]].update(json.loads(body))
            return self.reply(200, {})
        key = self._key()
        if key in REFUSALS:
            return self.reply(*REFUSALS[key])
        fields = _form(self.headers["Content-Type"], body)
        once = self.headers["Idempotency-Key"]
        name = self.keys.setdefault(once, f"letter{len(self.keys) + 1}")
        self.letters.setdefault(
            name,
            {
                "_id": name,
                "object": "letter",
                "price": {"total": 1.42},
                "events": [{"name": "letter.created", "created_at": "2026-03-10T09:00:00.000Z"}],
                "fields": fields,
            },
        )
        if key == "test_slow":
            time.sleep(30)
        return self.reply(201, self.letters[name])


def _form(kind: str, body: bytes) -> dict[str, str]:
    """The fields of a form; the first bytes of the file as characters."""
    parsed = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + body)
    fields = {}
    for part in parsed.get_payload():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        text = content[:2_000].decode("latin-1") if part.get_filename() else content.decode()
        fields[str(name)] = text
    return fields


def _serve(pipe: Connection) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Service)
    pipe.send(server.server_address[1])
    server.serve_forever()


@contextmanager
def postal_service() -> Iterator[str]:
    """The address of a service that runs until the block ends."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    child = context.Process(target=_serve, args=(there,), daemon=True)
    child.start()
    try:
        assert here.poll(30), "the service did not start"
        yield f"http://127.0.0.1:{here.recv()}"
    finally:
        child.terminate()
        child.join()
