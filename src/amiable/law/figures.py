"""Figures of law as series of dated values, read from the TOML files beside this module."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files


class OutsideSeries(LookupError):
    """A figure was asked for a day its series does not know."""

    def __init__(self, name: str, on: date) -> None:
        super().__init__(
            f"{name} is not known for {on}: the law files must be brought up to date first"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A value in force from ``from_on`` on, until the next figure of its series."""

    from_on: date
    value: int
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """The figures of one rule, oldest first."""

    name: str
    meaning: str
    figures: tuple[Figure, ...]

    def on(self, day: date) -> Figure:
        """The figure in force on ``day``; raises OutsideSeries before the first."""
        for figure in reversed(self.figures):
            if figure.from_on <= day:
                return figure
        raise OutsideSeries(self.name, day)


@cache
def series() -> dict[str, Series]:
    """All series, by name such as ``limitation.business``."""
    text = files("amiable.law").joinpath("france.toml").read_text(encoding="utf-8")
    return {name: _series(name, data) for name, data in tomllib.loads(text).items()}


def _series(name: str, data: dict[str, object]) -> Series:
    rows = data["figures"]
    assert isinstance(rows, list)
    figures = tuple(Figure(**row) for row in rows)
    assert figures == tuple(sorted(figures, key=lambda figure: figure.from_on))
    return Series(name=name, meaning=str(data["meaning"]), figures=figures)
