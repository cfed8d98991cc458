"""Segment rule: from which figures on a customer is known, often late, or drifting.

The thresholds are a company's own; the defaults are those the product was studied with. They are
whole numbers and whole per cents, so that a customer at the edge is on the same side everywhere.
"""

from dataclasses import asdict, dataclass

LIMITS: dict[str, tuple[int, int]] = {
    "known_from": (1, 100),
    "late_from": (1, 100),
    "late_percent": (1, 200),
    "drift_days": (1, 90),
    "drift_percent": (0, 300),
}
"""The least and the most each threshold may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentRule:
    """The thresholds of the segments.

    ``known_from``: paid invoices from which a customer is no longer new. Often late: usual delay
    beyond ``late_percent`` of the company's cap, on ``late_from`` paid invoices or more. At risk:
    it pays later than before by more than ``drift_days`` days and by more than ``drift_percent``
    of its own spread. Raises ValueError outside `LIMITS`.
    """

    known_from: int = 3
    late_from: int = 5
    late_percent: int = 50
    drift_days: int = 7
    drift_percent: int = 50

    def __post_init__(self) -> None:
        for name, value in asdict(self).items():
            low, high = LIMITS[name]
            if not low <= value <= high:
                raise ValueError(f"{name} of {value}: give {low} to {high}")

    def is_drift(self, drift: int, spread: int) -> bool:
        """Whether a drift (days later than before) is beyond a customer's own ``spread``."""
        return drift > self.drift_days and 100 * drift > self.drift_percent * spread

    def is_late(self, n: int, usual: int, cap: int) -> bool:
        """Whether who usually pays ``usual`` days late, on ``n`` invoices, is habitually late."""
        return n >= self.late_from and 100 * usual > self.late_percent * cap


DEFAULT_RULE = SegmentRule()
