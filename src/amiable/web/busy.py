"""Busy: somebody else writes into the database for longer than one waits; say so, lose nothing."""

import logging
from collections.abc import Callable

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

_SIGNS = ("locked", "lock timeout")  # of SQLite, of PostgreSQL
_RETRY_AFTER = "10"

log = logging.getLogger("amiable.web")


class DatabaseBusy:
    """Answers 503 with what to do, where a deed could not be written in its time."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The page that says so; any other error goes its way."""
        if not isinstance(error, OperationalError) or not any(one in str(error) for one in _SIGNS):
            return None
        log.warning("database busy", extra={"path": request.path, "method": request.method})
        answer = render(request, "503.html", status=503)
        answer.headers["Retry-After"] = _RETRY_AFTER
        return answer
