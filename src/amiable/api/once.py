"""Once: a write is all or nothing, and one repeated under its ``Idempotency-Key`` is done once."""

import re
from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError

from amiable.api.auth import Bearer, Call
from amiable.api.problems import Problem, answer, invalid, problem_of
from amiable.desk.kept_answer import KeyClash, Turn, take_turn

HEADER = "Idempotency-Key"
LONGEST = 200
Run = Callable[..., HttpResponse]
_KEY = re.compile(rf"[\x21-\x7e]{{1,{LONGEST}}}")
_CLASHES = {"busy": "key_busy", "other": "key_reused"}


def once(bearer: Bearer, media: str) -> Callable[[Run], Run]:
    """Around a whole operation: what ends in an error leaves no trace at all.

    ``media``: the type a body must be of.
    """

    def decorate(run: Run) -> Run:
        @wraps(run)
        def guarded(request: HttpRequest, **named: Any) -> HttpResponse:
            length = _length(request)
            if request.content_type != media and length:
                return answer(request, Problem("media_type", media=media))
            if length > settings.UPLOAD_MOST:
                return answer(request, Problem("too_large"))
            if HEADER not in request.headers:
                return _whole(run, request, named)
            try:
                turn = _turn(bearer, request)
            except Exception as error:
                return answer(request, problem_of(error))
            return _answered(turn) or _work(turn, run, request, named)

        return guarded

    return decorate


def _length(request: HttpRequest) -> int:
    """The length of the body, as told; a body without one is none."""
    told = request.META.get("CONTENT_LENGTH") or "0"
    return int(told) if told.isdigit() else 0


def _turn(bearer: Bearer, request: HttpRequest) -> Turn:
    key = request.headers[HEADER]
    if not _KEY.fullmatch(key):
        raise invalid(HEADER, "key_unusable", location="header", longest=LONGEST)
    call = bearer(request)
    if not isinstance(call, Call):
        raise Problem("unauthenticated", headers={"WWW-Authenticate": 'Bearer realm="amiable"'})
    request.auth = call  # type: ignore[attr-defined]  # from here on files are let in
    try:
        return take_turn(call.token, key, fingerprint_of(request), at=call.at)
    except KeyClash as clash:
        raise Problem(_CLASHES[clash.clash.value]) from clash


def _answered(turn: Turn) -> HttpResponse | None:
    if turn.kept.status is None:
        return None
    response = HttpResponse(
        turn.kept.body,
        status=turn.kept.status,
        content_type="application/json; charset=utf-8",
    )
    response.headers["Idempotency-Replayed"] = "true"
    response.headers["Cache-Control"] = "no-store"
    return response


def _work(turn: Turn, run: Run, request: HttpRequest, named: dict[str, Any]) -> HttpResponse:
    def keep(response: HttpResponse) -> None:
        turn.answer(response.status_code, response.content.decode())

    try:
        response = _whole(run, request, named, keep)
    except Exception as error:
        turn.give_back()
        return answer(request, problem_of(error))
    if response.status_code >= 400:
        turn.give_back()
    return response


def _whole(
    run: Run,
    request: HttpRequest,
    named: dict[str, Any],
    keep: Callable[[HttpResponse], None] | None = None,
) -> HttpResponse:
    """Run in one transaction; an answer that is an error takes everything back."""
    with transaction.atomic():
        response = run(request, **named)
        if response.status_code >= 400:
            transaction.set_rollback(True)
        elif keep is not None:
            keep(response)
    return response


def fingerprint_of(request: HttpRequest) -> str:
    """What makes two requests the same: method, address and body."""
    made = sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if request.content_type == "multipart/form-data":
        try:
            for name, value in sorted(request.POST.items()):
                made.update(f"{name}={value}\n".encode())
            for name, file in sorted(request.FILES.items()):
                assert isinstance(file, UploadedFile)  # a name given twice: the last one
                made.update(f"{name}={file.name}\n".encode())
                for chunk in file.chunks():
                    made.update(chunk)
                file.seek(0)
        except UnreadablePostError as error:
            raise Problem("malformed") from error
    else:
        made.update(request.body)
    return made.hexdigest()
