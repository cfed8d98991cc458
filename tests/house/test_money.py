"""Rule 6: money is an integer of minor units, in Python and in the database.

Floats belong to statistics only.
"""

import ast

import pytest

from tests.house.source import Source, example, sources

STATISTICS = {
    "habit",
    "terms",
    "expectation",
    "metrics",
    "forecast",
    "backtest",
    "policy",
    "effect",
    "drift",
    "experiment",
}
"""Rooms of the engine that may hold floats: a policy names a quantile of the habit to wait for."""


def is_statistics(source: Source) -> bool:
    room = source.path.removeprefix("src/amiable/engine/").removesuffix(".py").split("/")[0]
    return room.split("_")[0] in STATISTICS


def makes_a_float(node: ast.AST) -> bool:
    match node:
        case ast.Constant(value=float()):
            return True
        case ast.Call(func=ast.Name(id="float")):
            return True
        case _:
            return False


def floats(source: Source) -> list[str]:
    return [
        f"{source.at(node)} makes a float where money is counted"
        for node in ast.walk(source.tree)
        if makes_a_float(node)
    ]


def inexact_columns(source: Source) -> list[str]:
    """SQLite keeps a DecimalField as a float: amounts are minor units in an integer column."""
    return [
        f"{source.at(node)} declares a DecimalField"
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Attribute | ast.Name)
        and getattr(node, "attr", getattr(node, "id", "")) == "DecimalField"
    ]


@pytest.mark.parametrize("source", sources("src/amiable/engine/"), ids=lambda source: source.path)
def test_the_engine_makes_floats_in_statistics_only(source: Source) -> None:
    assert is_statistics(source) or floats(source) == []


def test_no_column_of_the_database_is_a_decimal_field() -> None:
    found = [offence for source in sources("src/") for offence in inexact_columns(source)]
    assert found == []


@pytest.mark.parametrize("text", ["amount = 1_250", "half = total // 2", "Decimal('0.5')"])
def test_whole_units_and_decimals_pass(text: str) -> None:
    assert floats(example(text)) == []


@pytest.mark.parametrize("text", ["rate = 0.5", "float(amount)", "share = 1e-3 * total"])
def test_a_float_is_found(text: str) -> None:
    assert len(floats(example(text))) == 1


def test_the_habit_is_statistics() -> None:
    assert is_statistics(example("0.7", "src/amiable/engine/habit.py"))


def test_the_ledger_is_no_statistics() -> None:
    assert not is_statistics(example("0.7", "src/amiable/engine/ledger.py"))


def test_an_integer_column_passes() -> None:
    assert inexact_columns(example("amount = models.BigIntegerField()")) == []


def test_a_decimal_column_is_found() -> None:
    assert len(inexact_columns(example("amount = models.DecimalField()"))) == 1
