"""Doors: how an operation is declared: its scope, its answers and every problem it may end in."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from ninja import Router
from ninja.decorators import decorate_view
from ninja.responses import Status

from amiable.api.auth import Bearer
from amiable.api.once import HEADER, LONGEST, once
from amiable.api.problems import ProblemDetails
from amiable.desk.token import Scope

F = TypeVar("F", bound=Callable[..., Any])
Declare = Callable[[F], F]

JSON = "application/json"
_KEY = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": "The same key and body is done once; repeated, it gets the same answer.",
    "schema": {
        "type": "string",
        "minLength": 1,
        "maxLength": LONGEST,
        "pattern": "^[\\x21-\\x7e]+$",
    },
}


def reads(router: Router, path: str, answer: Any, summary: str) -> Callable[[F], F]:
    """Declare a GET operation."""
    return router.get(
        path,
        auth=Bearer(Scope.READ),
        response={200: answer, **_problems(400, 401, 403, 404, 422, 429)},
        summary=summary,
        openapi_extra={"x-scope": Scope.READ.value},
    )


def writes(
    router: Router,
    path: str,
    answer: Any,
    summary: str,
    *,
    scope: Scope,
    method: str = "POST",
    status: int = 200,
    media: str = JSON,
) -> Callable[[F], F]:
    """Declare a write: all or nothing, once a key."""
    bearer = Bearer(scope)

    def declare(view: F) -> F:
        register = router.api_operation(
            [method],
            path,
            auth=bearer,
            response={status: answer, **_problems(400, 401, 403, 404, 409, 413, 415, 422, 429)},
            summary=summary,
            openapi_extra={"x-scope": scope.value, "parameters": [_KEY]},
        )

        @wraps(view)
        def answered(*args: Any, **named: Any) -> Status[Any]:
            return Status(status, view(*args, **named))

        register(decorate_view(once(bearer, media))(answered))
        return view

    return declare


def _problems(*statuses: int) -> dict[int, type[ProblemDetails]]:
    return dict.fromkeys((*statuses, 500), ProblemDetails)
