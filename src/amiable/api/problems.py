"""Problems: every error of the API as ``application/problem+json`` (RFC 9457)."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from ninja.errors import AuthenticationError, HttpError, ValidationError
from pydantic import BaseModel, Field

from amiable.desk.access import OtherCompany
from amiable.engine.parties import Language
from amiable.engine.reasons import Fact
from amiable.words import say

log = logging.getLogger("amiable.api")

STATUS = {
    "malformed": 400,
    "unauthenticated": 401,
    "scope_missing": 403,
    "not_found": 404,
    "method_not_allowed": 405,
    "conflict": 409,
    "key_busy": 409,
    "too_large": 413,
    "media_type": 415,
    "invalid": 422,
    "key_reused": 422,
    "too_many": 429,
    "internal": 500,
}
"""Every kind of problem and its status; its title and text stand under ``problem.<code>``."""


class Fault(BaseModel):
    """One thing that is wrong with a request, and where."""

    location: str = Field(description="`body`, `query`, `path` or `header`")
    pointer: str = Field(
        description="JSON pointer into the body (`/amount/minor`), or the parameter's name"
    )
    code: str
    detail: str


class ProblemDetails(BaseModel):
    """What went wrong (RFC 9457); `type` ends with the problem's code."""

    type: str
    title: str
    status: int
    detail: str
    scope: str | None = Field(default=None, description="The scope that is missing")
    errors: list[Fault]


class Problem(Exception):
    """Ends a request with a problem; ``facts`` fill the text, ``more`` goes into the answer."""

    def __init__(
        self,
        code: str,
        *,
        errors: Sequence[Fault] = (),
        headers: Mapping[str, str] | None = None,
        scope: str = "",
        **facts: Fact,
    ) -> None:
        super().__init__(code)
        self.code, self.errors, self.facts = code, tuple(errors), facts
        self.headers, self.scope = dict(headers or {}), scope


def invalid(pointer: str, code: str, *, location: str = "body", **facts: Fact) -> Problem:
    """One value of a request cannot be taken; its text stands under ``fault.<code>``."""
    detail = say(Language.EN, f"fault.{code}", **facts)
    return Problem(
        "invalid", errors=[Fault(location=location, pointer=pointer, code=code, detail=detail)]
    )


def language_of(request: HttpRequest, otherwise: Language = Language.EN) -> Language:
    """The first of our languages that ``Accept-Language`` names."""
    for part in request.headers.get("Accept-Language", "").split(","):
        code = part.partition(";")[0].strip().lower().partition("-")[0]
        if code in set(Language):
            return Language(code)
    return otherwise


def answer(request: HttpRequest, problem: Problem) -> HttpResponse:
    """A problem as a response."""
    language = language_of(request)
    status = STATUS[problem.code]
    body: dict[str, Any] = {
        "type": f"/api/v1/docs#problem-{problem.code}",
        "title": say(language, f"problem.{problem.code}.title"),
        "status": status,
        "detail": say(language, f"problem.{problem.code}.detail", **problem.facts),
        "errors": [fault.model_dump() for fault in problem.errors],
    }
    if problem.scope:
        body["scope"] = problem.scope
    response = JsonResponse(body, status=status, content_type="application/problem+json")
    response.headers["Content-Language"] = language.value
    response.headers["Cache-Control"] = "no-store"
    for name, value in problem.headers.items():
        response.headers[name] = value
    return response


def problem_of(error: Exception) -> Problem:
    """What went wrong, told as a problem; unknown errors are ours, and go to the log."""
    match error:
        case Problem():
            return error
        case AuthenticationError():
            return Problem("unauthenticated", headers={"WWW-Authenticate": _CHALLENGE})
        case ValidationError():
            return Problem("invalid", errors=[_fault(one) for one in error.errors])
        case OtherCompany() | Http404():
            return Problem("not_found")
        case RequestDataTooBig():
            return Problem("too_large")
        case HttpError() | MultiPartParserError() | SuspiciousOperation():
            return Problem("malformed")
        case _:
            log.error("a request to the API failed", exc_info=error)
            return Problem("internal")


_CHALLENGE = 'Bearer realm="amiable"'


def _fault(error: Mapping[str, Any]) -> Fault:
    """A refusal of pydantic: ``loc`` is the place, its first part the kind of place."""
    location, *path = (str(part) for part in error["loc"])
    if location in ("body", "form", "file"):
        names = path[1:] if location == "body" else path
        pointer = "".join(f"/{name.replace('~', '~0').replace('/', '~1')}" for name in names)
        return Fault(location="body", pointer=pointer, code=error["type"], detail=error["msg"])
    return Fault(
        location=location, pointer=path[-1] if path else "", code=error["type"], detail=error["msg"]
    )
