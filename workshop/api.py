"""The page of docs/ that is drawn from the API's own document."""

from collections.abc import Iterator

from amiable.api.reference import Operation, Shape, problems_of, reference_of
from amiable.desk.event import EVENTS
from amiable.desk.token import SCOPES
from amiable.engine.parties import Language

Row = tuple[str, ...]


def api_page(generated: str) -> list[str]:
    """Every operation, scope, problem, event and object; ``generated`` says where it comes from."""
    page = reference_of()
    lines = ["# API", "", generated, "", *page.told.splitlines(), ""]
    lines += ["How it is used: [use the API](howto/use-the-api.md). The same as a document for"]
    lines += ["programs: `/api/v1/openapi.json`.", ""]
    for noun, operations in page.nouns.items():
        lines += [f"## {noun}", ""]
        for one in operations:
            lines += [*_operation(one), ""]
    lines += ["## Scopes", "", *_table(("scope", "allows"), _scopes()), ""]
    lines += ["## Problems", "", *_table(("code", "status", "title", "text"), _problems()), ""]
    lines += ["## Webhook events", "", *_table(("event", "in `data`", "meaning"), _events()), ""]
    lines += ["## Objects", ""]
    for shape in page.shapes:
        lines += [*_shape(shape), ""]
    return lines[:-1]


def _operation(one: Operation) -> Iterator[str]:
    yield f"### `{one.method} {one.path}`"
    yield ""
    yield f"{one.summary}. {one.told} Scope: `{one.scope}`."
    if one.parameters:
        yield ""
        rows = (
            (f"`{part.name}`" + (" (required)" if part.required else ""), part.type, part.told)
            for part in one.parameters
        )
        yield from _table(("parameter", "type", "meaning"), rows)
    yield ""
    body = f"Body: {one.body}. " if one.body else ""
    good = ", ".join(f"{status} {shape}" for status, shape in one.answers if int(status) < 400)
    bad = ", ".join(status for status, _ in one.answers if int(status) >= 400)
    yield f"{body}Answers: {good}; problems: {bad}."


def _shape(shape: Shape) -> Iterator[str]:
    yield f"### `{shape.name}`"
    yield ""
    if shape.told:
        yield shape.told
        yield ""
    for part in shape.parts:
        told = f": {part.told}" if part.told else ""
        yield f"- `{part.name}` {part.type}{' (required)' if part.required else ''}{told}".rstrip()


def _scopes() -> Iterator[Row]:
    for scope, told in SCOPES.items():
        yield f"`{scope.value}`", told


def _problems() -> Iterator[Row]:
    for code, status, title, text in problems_of(Language.EN):
        yield f"`{code}`", str(status), title, text


def _events() -> Iterator[Row]:
    for event, kind in EVENTS.items():
        yield f"`{event.value}`", ", ".join(f"`{name}`" for name in kind.data), kind.meaning


def _table(heads: Row, rows: Iterator[Row]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    for row in rows:
        cells = (" ".join(cell.replace("|", "\\|").split()) or "–" for cell in row)
        yield f"| {' | '.join(cells)} |"
