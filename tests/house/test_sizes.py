"""Size: functions median <= 10 lines, 90 % <= 30, none > 60; files 90 % <= 300 lines, none > 450.

Everything counts: signature, docstring, comments and blank lines, from `def` to the last line.
"""

from collections.abc import Iterable, Sequence
from statistics import median

from tests.house.source import Function, Source, everything, example, functions, product

FUNCTION_MEDIAN = 10
FUNCTION_MOST = 30
FUNCTION_LONGEST = 60
FILE_MOST = 300
FILE_LONGEST = 450


def length(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def lengths(sources: Iterable[Source]) -> list[int]:
    return [length(function) for source in sources for function in functions(source)]


def long_functions(source: Source) -> list[str]:
    return [
        f"{source.at(function)} {function.name} has {length(function)} lines"
        for function in functions(source)
        if length(function) > FUNCTION_LONGEST
    ]


def long_files(sources: Iterable[Source]) -> list[str]:
    return [
        f"{source.path} has {source.lines} lines"
        for source in sources
        if source.lines > FILE_LONGEST
    ]


def share_within(sizes: Sequence[int], limit: int) -> float:
    return sum(size <= limit for size in sizes) / len(sizes)


def test_no_function_is_longer_than_60_lines() -> None:
    assert [found for source in everything() for found in long_functions(source)] == []


def test_nine_functions_in_ten_have_at_most_30_lines() -> None:
    assert share_within(lengths(product()), FUNCTION_MOST) >= 0.9


def test_half_of_the_functions_have_at_most_10_lines() -> None:
    assert median(lengths(product())) <= FUNCTION_MEDIAN


def test_no_file_is_longer_than_450_lines() -> None:
    assert long_files(everything()) == []


def test_nine_files_in_ten_have_at_most_300_lines() -> None:
    assert share_within([source.lines for source in product()], FILE_MOST) >= 0.9


def function_of(lines: int) -> Source:
    return example("def f():\n" + "    pass\n" * (lines - 1))


def test_a_function_of_60_lines_passes() -> None:
    assert long_functions(function_of(60)) == []


def test_a_function_of_61_lines_is_found() -> None:
    assert long_functions(function_of(61)) == ["src/amiable/desk/example.py:1 f has 61 lines"]


def test_a_method_counts_as_a_function() -> None:
    assert lengths([example("class A:\n    async def f(self):\n        pass\n")]) == [2]


def test_a_file_of_450_lines_passes() -> None:
    assert long_files([example("x = 1\n" * 450)]) == []


def test_a_file_of_451_lines_is_found() -> None:
    assert long_files([example("x = 1\n" * 451)]) == ["src/amiable/desk/example.py has 451 lines"]


def test_the_share_counts_those_on_the_limit() -> None:
    assert share_within([10, 30, 31, 60], 30) == 0.5
