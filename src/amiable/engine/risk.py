"""Risk: what deserves a look at a whole account: drift, concentration, broken promises."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum

BROKEN_DAYS = 90
"""Promises whose day went by in so many days count."""

LIMITS: dict[str, tuple[int, int]] = {
    "one_percent": (1, 100),
    "top_n": (2, 50),
    "top_percent": (1, 100),
    "broken_from": (1, 20),
}
"""The least and the most each threshold may be."""


class RiskKind(StrEnum):
    """What an alert is about. The level of each: days later, per cent, per cent, promises."""

    DRIFT = "drift"
    CONCENTRATION = "concentration"
    TOP = "top"
    BROKEN = "broken"


SEEN_FOR = {
    RiskKind.DRIFT: 180,
    RiskKind.CONCENTRATION: 180,
    RiskKind.TOP: 180,
    RiskKind.BROKEN: BROKEN_DAYS,
}
"""Days that an alert somebody has seen stays away while it gets no worse: as long as the past it
is about (for concentration, half a year)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskRule:
    """From when on an alert is raised: one debtor owes more than ``one_percent`` of what is
    outstanding, the ``top_n`` largest more than ``top_percent``; ``broken_from`` promises broken
    in `BROKEN_DAYS`. Raises ValueError outside `LIMITS`.
    """

    one_percent: int = 20
    top_n: int = 5
    top_percent: int = 50
    broken_from: int = 2

    def __post_init__(self) -> None:
        for name, value in asdict(self).items():
            low, high = LIMITS[name]
            if not low <= value <= high:
                raise ValueError(f"{name} of {value}: give {low} to {high}")


DEFAULT_RISK = RiskRule()


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Part of what is outstanding: ``minor`` of ``total``, owed by ``place`` (its rank from 0) or,
    None, by the largest ``count`` together. ``percent`` is rounded down."""

    place: int | None
    count: int
    minor: int
    total: int

    @property
    def percent(self) -> int:
        """The share in whole per cents."""
        return 100 * self.minor // self.total


def concentrations(largest: Sequence[int], total: int, debtors: int, rule: RiskRule) -> list[Share]:
    """Where what is outstanding hangs on few: single debtors, and the largest together.

    ``largest``: what the largest debtors owe, in falling order, ``top_n`` of them at least where
    there are as many; ``total``: what all ``debtors`` owe. The largest together say something
    only where there are at least twice as many debtors.
    """
    if total <= 0:
        return []
    found = [
        Share(place=place, count=1, minor=minor, total=total)
        for place, minor in enumerate(largest)
        if 100 * minor > rule.one_percent * total
    ]
    together = sum(largest[: rule.top_n])
    if debtors >= 2 * rule.top_n and 100 * together > rule.top_percent * total:
        found.append(Share(place=None, count=rule.top_n, minor=together, total=total))
    return found
