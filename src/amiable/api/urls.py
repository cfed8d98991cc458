"""Addresses of the API, under /api/v1/; whatever is wrong with an address is told as a problem."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, re_path
from django.views.decorators.csrf import csrf_exempt

from amiable.api.api import api
from amiable.api.problems import Problem, answer, problem_of
from amiable.api.rate import rate_of
from amiable.api.reference import reference

View = Callable[..., HttpResponse]


def _in_problems(view: View) -> View:
    """A view whose errors are problems, those before and after its operation too."""

    @csrf_exempt  # no cookie lets anybody in here
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        response = _answered(view, request, *args, **named)
        response.headers.setdefault("Cache-Control", "no-store")
        rate = rate_of(request)
        for name, value in rate.headers.items() if rate else ():
            response.headers[name] = value
        return response

    return guarded


def _answered(view: View, request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
    try:
        response = view(request, *args, **named)
    except Exception as error:
        return answer(request, problem_of(error))
    if response.status_code == 405:
        allowed = {"Allow": ", ".join(sorted(response.headers["Allow"].split(", ")))}
        return answer(request, Problem("method_not_allowed", headers=allowed))
    return response


@csrf_exempt
def nothing_here(request: HttpRequest) -> HttpResponse:
    """No such address."""
    return answer(request, Problem("not_found"))


def _patterns() -> list[URLPattern]:
    patterns = [one for one in api.urls[0] if isinstance(one, URLPattern)]
    for pattern in patterns:
        pattern.callback = _in_problems(pattern.callback)
    return patterns


urlpatterns = [path("docs", reference), *_patterns(), re_path("", nothing_here)]
