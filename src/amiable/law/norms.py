"""Norms: how late, and after how many days, others pay; read from the TOML file beside this."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

KINDS = ("late", "client", "supplier")


@dataclass(frozen=True, slots=True, kw_only=True)
class Norm:
    """``low`` to ``high`` days; ``low`` None: below ``high``. ``kind``: what is counted, one of
    `KINDS`; ``as_of``: the end of the time it was measured in; ``sure``: B reported, C mixed."""

    name: str
    kind: str
    high: float
    as_of: date
    source: str
    sure: str
    low: float | None = None


@cache
def norms() -> dict[str, Norm]:
    """All norms by name, in the order of the file."""
    text = files("amiable.law").joinpath("norms.toml").read_text(encoding="utf-8")
    return {name: Norm(name=name, **row) for name, row in tomllib.loads(text).items()}
