"""Rule 7: today is an argument. Only the faces look at the clock, and hand the day down."""

import ast

import pytest

from tests.house.source import Source, example, product

FACES = ("cli", "web", "api", "portal", "worker", "site")
CLOCKS = {
    ("date", "today"),
    ("datetime", "today"),
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("time", "time"),
    ("time", "time_ns"),
    ("timezone", "now"),
    ("timezone", "localdate"),
    ("functions", "Now"),
}
CLOCK_NAMES = {"Now", "localdate", "CURRENT_DATE", "CURRENT_TIMESTAMP"}
AUTOMATIC = {"auto_now", "auto_now_add"}
"""Django fields that look at the clock when a row is saved."""


def is_face(source: Source) -> bool:
    return source.path.startswith(tuple(f"src/amiable/{face}/" for face in FACES))


def looks_at_the_clock(node: ast.AST) -> bool:
    """A mention counts, called or not: `default=timezone.now` calls it later."""
    match node:
        case ast.Attribute(value=ast.Name(id=owner) | ast.Attribute(attr=owner), attr=attribute):
            return (owner, attribute) in CLOCKS
        case ast.ImportFrom(module="time", names=names):
            return any(name.name in {"time", "time_ns"} for name in names)
        case ast.Name(id=name):
            return name in CLOCK_NAMES
        case ast.keyword(arg=str(name)):
            return name in AUTOMATIC
        case _:
            return False


def clock_calls(source: Source) -> list[str]:
    return [
        f"{source.at(node)} looks at the clock: take the day or the instant as an argument"
        for node in ast.walk(source.tree)
        if looks_at_the_clock(node)
    ]


@pytest.mark.parametrize("source", product(), ids=lambda source: source.path)
def test_only_faces_look_at_the_clock(source: Source) -> None:
    assert is_face(source) or clock_calls(source) == []


@pytest.mark.parametrize(
    "text",
    [
        "due_on > on",
        "date(2026, 1, 1)",
        "time.perf_counter()",
        "today",
        "now = at",
        "plan(today=on)",
    ],
)
def test_a_day_handed_in_passes(text: str) -> None:
    assert clock_calls(example(text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "date.today()",
        "datetime.date.today()",
        "datetime.now(UTC)",
        "dt.datetime.utcnow()",
        "time.time()",
        "from time import time",
        "DateTimeField(default=timezone.now)",
        "DateTimeField(auto_now_add=True)",
        "filter(due_on__lt=Now())",
    ],
)
def test_a_look_at_the_clock_is_found(text: str) -> None:
    assert len(clock_calls(example(text))) == 1


def test_a_face_may_look() -> None:
    assert is_face(example("date.today()", "src/amiable/cli/main.py"))


def test_the_desk_is_no_face() -> None:
    assert not is_face(example("date.today()", "src/amiable/desk/plan.py"))
