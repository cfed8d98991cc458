"""A test can fail: it asserts something, and when it is skipped it says why."""

import ast

import pytest

from tests.house.source import Function, Source, example, functions, sources

PROVES = ("assert", "check", "expect", "raises", "warns", "fail", "deprecated_call")
"""A call whose name starts so proves something: pytest.raises, mock.assert_called, check_sums."""

NEEDS_REASON = {"skip", "skipif", "xfail", "importorskip"}


def is_test(function: Function) -> bool:
    return function.name.startswith("test_")


def called(node: ast.Call) -> str:
    """The last part of the name of what is called: `raises` in pytest.raises(...)."""
    return ast.unparse(node.func).rsplit(".", 1)[-1]


def proves(node: ast.AST) -> bool:
    return isinstance(node, ast.Assert) or (
        isinstance(node, ast.Call) and called(node).lstrip("_").startswith(PROVES)
    )


def cannot_fail(source: Source) -> list[str]:
    return [
        f"{source.at(function)} {function.name} asserts nothing"
        for function in functions(source)
        if is_test(function) and not any(proves(node) for node in ast.walk(function))
    ]


def is_silent_skip(node: ast.AST) -> bool:
    """A skip or xfail mark, called or bare, or a call of pytest.skip, that gives no reason."""
    match node:
        case ast.Call(func=ast.Attribute(attr=attribute)) if attribute in NEEDS_REASON:
            positional = attribute in {"skip", "xfail"} and bool(node.args)
            return not positional and all(keyword.arg != "reason" for keyword in node.keywords)
        case _:
            return False


def bare_marks(source: Source) -> list[ast.expr]:
    """Decorators such as `@pytest.mark.skip`, without a call, have no place for a reason."""
    return [
        mark
        for function in functions(source)
        for mark in function.decorator_list
        if isinstance(mark, ast.Attribute) and mark.attr in NEEDS_REASON
    ]


def silent_skips(source: Source) -> list[str]:
    calls = [node for node in ast.walk(source.tree) if is_silent_skip(node)]
    return [f"{source.at(node)} skips without a reason" for node in (*calls, *bare_marks(source))]


@pytest.mark.parametrize("source", sources("tests/"), ids=lambda source: source.path)
def test_every_test_can_fail(source: Source) -> None:
    assert cannot_fail(source) == []


@pytest.mark.parametrize("source", sources("tests/"), ids=lambda source: source.path)
def test_every_skip_has_a_reason(source: Source) -> None:
    assert silent_skips(source) == []


@pytest.mark.parametrize(
    "body",
    [
        "assert f() == 1",
        "with pytest.raises(ValueError): f()",
        "check_sums(f())",
        "mock.assert_called_once()",
    ],
)
def test_a_test_that_proves_something_passes(body: str) -> None:
    assert cannot_fail(example(f"def test_it():\n    {body}\n")) == []


@pytest.mark.parametrize("body", ["f()", "print(f())", "x = f() == 1"])
def test_a_test_that_proves_nothing_is_found(body: str) -> None:
    assert len(cannot_fail(example(f"def test_it():\n    {body}\n"))) == 1


@pytest.mark.parametrize(
    "text", ["pytest.skip('no server')", "@pytest.mark.xfail(reason='x')\ndef test_a(): ..."]
)
def test_a_skip_with_a_reason_passes(text: str) -> None:
    assert silent_skips(example(text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "pytest.skip()",
        "pytest.mark.skipif(True)",
        "@pytest.mark.skip\ndef test_a(): ...",
        "@pytest.mark.xfail(strict=True)\ndef test_a(): ...",
    ],
)
def test_a_skip_without_a_reason_is_found(text: str) -> None:
    assert len(silent_skips(example(text))) == 1
