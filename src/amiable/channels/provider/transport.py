"""Transport: what Anymail sends by ``requests`` goes through the one door of this house.

So that the whole exchange ends in time (a time-out of ``requests`` starts anew with every byte),
redirects are not followed, and it is known whether the request was being handed over when it went
wrong: only then may the message have been taken.
"""

from io import BytesIO

import requests
from requests.adapters import BaseAdapter

from amiable.channels.http import Answer, call

_WRITTEN_ANEW = frozenset({"content-length", "connection", "accept-encoding"})


class Unanswered(requests.RequestException):
    """No answer came."""


class HouseAdapter(BaseAdapter):
    """Makes each request of a session, and remembers the last answer."""

    def __init__(self, *, private: bool, timeout: int) -> None:
        super().__init__()
        self._private, self._timeout = private, timeout
        self.answer: Answer | None = None

    def send(
        self, request: requests.PreparedRequest, *_: object, **__: object
    ) -> requests.Response:
        """Make one request. Raises Unanswered; how far it came is in ``answer``."""
        given = {name: _text(value) for name, value in request.headers.items()}
        self.answer = call(
            request.method or "POST",
            request.url or "",
            _bytes(request.body),
            {name: text for name, text in given.items() if name.lower() not in _WRITTEN_ANEW},
            private=self._private,
            timeout=self._timeout,
        )
        if self.answer.status is None:
            raise Unanswered(self.answer.detail)
        return _response(request, self.answer)

    def close(self) -> None:
        """Nothing is kept open between two requests."""


def house_session(adapter: HouseAdapter) -> requests.Session:
    """A session whose every request the adapter makes, whatever the environment says."""
    session = requests.Session()
    session.trust_env = False
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


def _bytes(body: object) -> bytes:
    if isinstance(body, str):
        return body.encode()
    return body if isinstance(body, bytes) else b""


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode("latin-1")


def _response(request: requests.PreparedRequest, answer: Answer) -> requests.Response:
    made = requests.Response()
    made.status_code = answer.status or 0
    made.url = request.url or ""
    made.request = request
    made.encoding = "utf-8"
    made.reason = ""
    made.raw = BytesIO(answer.text.encode())
    return made
