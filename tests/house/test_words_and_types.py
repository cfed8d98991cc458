"""Every module says what it is for; what is public is documented; every function is typed."""

import ast
from collections.abc import Iterator

import pytest

from tests.house.source import Function, Source, everything, example, functions, product

Documented = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def mute_module(source: Source) -> list[str]:
    """An empty __init__.py has nothing to say only when it is really empty."""
    mute = source.text.strip() and not ast.get_docstring(source.tree)
    return [f"{source.path} does not say what it is for"] if mute else []


def public(body: list[ast.stmt]) -> Iterator[Documented]:
    """The public classes and functions of a body, and of the public classes in it."""
    for node in body:
        if isinstance(node, Documented) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef) and not is_protocol(node):
                yield from public(node.body)


def is_overriding(node: Documented) -> bool:
    """What is said elsewhere: `@override`, `@overload`, setters; and Django's Meta."""
    marks = {ast.unparse(mark).rsplit(".", 1)[-1] for mark in node.decorator_list}
    return bool(marks & {"override", "overload", "setter"}) or node.name == "Meta"


def is_protocol(node: ast.ClassDef) -> bool:
    """A protocol's own docstring says what its members are; its implementations say the rest."""
    return any(ast.unparse(base).split("[")[0].endswith("Protocol") for base in node.bases)


def undocumented(source: Source) -> list[str]:
    return [
        f"{source.at(node)} {node.name} has no docstring"
        for node in public(source.tree.body)
        if not ast.get_docstring(node) and not is_overriding(node)
    ]


def arguments(function: Function) -> list[ast.arg]:
    named = function.args
    starred = [argument for argument in (named.vararg, named.kwarg) if argument]
    return [*named.posonlyargs, *named.args, *named.kwonlyargs, *starred]


def untyped(source: Source) -> list[str]:
    """Functions whose result or an argument other than self and cls has no type."""
    return [
        f"{source.at(function)} {function.name} is not fully typed"
        for function in functions(source)
        if function.returns is None
        or any(a.annotation is None and a.arg not in {"self", "cls"} for a in arguments(function))
    ]


@pytest.mark.parametrize("source", everything(), ids=lambda source: source.path)
def test_a_module_says_what_it_is_for(source: Source) -> None:
    assert mute_module(source) == []


@pytest.mark.parametrize("source", product(), ids=lambda source: source.path)
def test_what_is_public_is_documented(source: Source) -> None:
    assert undocumented(source) == []


@pytest.mark.parametrize("source", product(), ids=lambda source: source.path)
def test_every_function_is_typed(source: Source) -> None:
    assert untyped(source) == []


def test_a_module_with_a_docstring_passes() -> None:
    assert mute_module(example('"""Says it."""\nx = 1\n')) == []


def test_a_module_without_a_docstring_is_found() -> None:
    assert len(mute_module(example("x = 1\n"))) == 1


def test_a_documented_class_and_a_private_function_pass() -> None:
    text = 'class A:\n    """Says."""\n    def f(self):\n        """Says."""\ndef _g(): pass\n'
    assert undocumented(example(text)) == []


def test_the_members_of_a_documented_protocol_pass() -> None:
    text = 'class A(Protocol):\n    """Says."""\n    def f(self) -> int: ...\n'
    assert undocumented(example(text)) == []


def test_a_public_method_without_a_docstring_is_found() -> None:
    text = 'class A:\n    """Says."""\n    def f(self): pass\n'
    assert undocumented(example(text)) == ["src/amiable/desk/example.py:3 f has no docstring"]


def test_a_typed_function_passes() -> None:
    assert untyped(example("def f(self, a: int, *b: int, c: int = 1, **d: int) -> int: ...")) == []


@pytest.mark.parametrize("text", ["def f(): ...", "def f(a) -> int: ...", "def f(*a) -> int: ..."])
def test_a_missing_type_is_found(text: str) -> None:
    assert len(untyped(example(text))) == 1
