"""Backtest reports as JSON: what is saved loads equal.

A report is a tree of frozen dataclasses whose types say how each value is read back, so that
the writer names no field and cannot forget one.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, cast, get_args, get_origin, get_type_hints

from amiable.engine.backtest_report import BacktestReport


class ReportUnreadable(ValueError):
    """A report was kept by another version of the product, in another shape."""


def report_to_json(report: BacktestReport) -> dict[str, Any]:
    """A report as JSON holds it."""
    return cast(dict[str, Any], _plain(report))


def report_from_json(data: Mapping[str, Any]) -> BacktestReport:
    """A report that was kept. Raises ReportUnreadable."""
    try:
        return cast(BacktestReport, _built(BacktestReport, data))
    except (KeyError, TypeError, ValueError) as error:
        raise ReportUnreadable(str(error)) from error


def _plain(value: Any) -> Any:
    match value:
        case Enum():
            return value.value
        case date():
            return value.isoformat()
        case tuple():
            return [_plain(one) for one in value]
        case Mapping():
            return {_plain(key): _plain(one) for key, one in value.items()}
    if is_dataclass(value):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    return value


@cache
def _types(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _built(kind: Any, value: Any) -> Any:
    origin, inside = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return _optional(inside, value)
    if origin is tuple:
        kinds = inside[:1] * len(value) if inside[-1:] == (...,) else inside
        return tuple(_built(one, part) for one, part in zip(kinds, value, strict=True))
    if origin is not None:  # a mapping by text
        return {_built(inside[0], key): _built(inside[1], one) for key, one in value.items()}
    if is_dataclass(kind):
        return _record(cast(type, kind), value)
    if kind is date:
        return date.fromisoformat(value)
    return kind(value) if isinstance(kind, type) and issubclass(kind, (Enum, float)) else value


def _record(kind: type, value: Mapping[str, Any]) -> Any:
    """Every field by its name; one that this version does not know is refused, not dropped."""
    return kind(**{name: _built(_types(kind)[name], one) for name, one in value.items()})


def _optional(kinds: tuple[Any, ...], value: Any) -> Any:
    if value is None:
        return None
    (kind,) = (one for one in kinds if one is not NoneType)
    return _built(kind, value)
