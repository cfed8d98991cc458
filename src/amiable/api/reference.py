"""The reference of the API as a page, drawn from its OpenAPI document: no script, no other host."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from amiable.api.api import api
from amiable.api.problems import STATUS, language_of
from amiable.desk.event import EVENTS
from amiable.desk.token import SCOPES
from amiable.engine.parties import Language
from amiable.words import say


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A parameter of an operation, or a field of a body or an answer."""

    name: str
    type: str
    required: bool
    told: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation, as it is shown."""

    method: str
    path: str
    anchor: str
    summary: str
    told: str
    scope: str
    parameters: list[Part]
    body: str
    answers: list[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """One kind of object in requests and answers."""

    name: str
    told: str
    parts: list[Part]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """All of it: operations by their noun, shapes by name."""

    told: str
    points: tuple[str, ...]
    nouns: dict[str, list[Operation]]
    shapes: list[Shape]


@cache
def reference_of() -> Reference:
    """The reference, drawn once: the document does not change while a process runs."""
    schema = api.get_openapi_schema()
    nouns: dict[str, list[Operation]] = {}
    for path, operations in schema["paths"].items():
        for method, told in operations.items():
            nouns.setdefault(told["tags"][0], []).append(_operation(method.upper(), path, told))
    shapes = sorted(schema["components"]["schemas"].items())
    told = schema["info"]["description"]
    return Reference(
        told=told,
        points=tuple(_one_line(point) for point in told.split("\n* ")),
        nouns=nouns,
        shapes=[_shape(name, told) for name, told in shapes],
    )


def _operation(method: str, path: str, told: dict[str, Any]) -> Operation:
    parameters = [
        Part(
            name=one["name"],
            type=f"{one['in']}: {type_of(one['schema'])}",
            required=one.get("required", False),
            told=one.get("description") or one["schema"].get("description", ""),
        )
        for one in told.get("parameters", [])
    ]
    content = told.get("requestBody", {}).get("content", {})
    body = ", ".join(f"{type_of(one['schema'])} ({media})" for media, one in content.items())
    return Operation(
        method=method,
        path=path,
        anchor=told["operationId"].removeprefix("amiable_api_"),
        summary=told["summary"],
        told=_one_line(told.get("description", "")),
        scope=told["x-scope"],
        parameters=parameters,
        body=body,
        answers=list(_answers(told["responses"])),
    )


def _answers(responses: dict[Any, dict[str, Any]]) -> Iterator[tuple[str, str]]:
    for status, told in responses.items():
        for one in told.get("content", {}).values():
            yield str(status), type_of(one["schema"])


def _shape(name: str, told: dict[str, Any]) -> Shape:
    required = told.get("required", [])
    parts = [
        Part(
            name=field,
            type=type_of(one),
            required=field in required,
            told=_one_line(one.get("description", "")),
        )
        for field, one in told.get("properties", {}).items()
    ]
    if "enum" in told:
        parts = [Part(name=str(value), type="", required=False, told="") for value in told["enum"]]
    return Shape(name=name, told=_one_line(told.get("description", "")), parts=parts)


def type_of(schema: dict[str, Any]) -> str:
    """The type of a value in a few words: ``list of Amount``, ``string (date)``, ``or null``."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    for key in ("anyOf", "allOf"):
        if key in schema:
            return " or ".join(type_of(one) for one in schema[key])
    if "enum" in schema:
        return " | ".join(str(value) for value in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {type_of(schema['items'])}"
    if "additionalProperties" in schema and isinstance(schema["additionalProperties"], dict):
        return f"object of {type_of(schema['additionalProperties'])}"
    kind = str(schema.get("const", schema.get("type", "value")))
    return f"{kind} ({schema['format']})" if "format" in schema else kind


def _one_line(text: str) -> str:
    return " ".join(text.split())


def problems_of(language: Language) -> list[tuple[str, int, str, str]]:
    """(code, status, title, text) of every problem."""
    return [
        (code, status, say(language, f"problem.{code}.title"), _problem_text(language, code))
        for code, status in STATUS.items()
    ]


def _problem_text(language: Language, code: str) -> str:
    return say(language, f"problem.{code}.detail", missing="…", media="…", seconds="…")


def reference(request: HttpRequest) -> HttpResponse:
    """The page."""
    language = language_of(request)
    with translation.override(language.value):
        page = reference_of()
        response = render(
            request,
            "api/reference.html",
            {
                "reference": page,
                "scopes": SCOPES,
                "events": EVENTS,
                "problems": problems_of(language),
            },
        )
    response.headers["Content-Language"] = language.value
    return response
