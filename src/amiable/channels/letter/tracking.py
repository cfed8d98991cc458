"""Tracking numbers of registered letters: written one way, the check digit verified if it has one.

Universal Postal Union, standard S10: two letters, eight digits and a check digit, the country of
origin (RK 1234 5678 5 FR). La Poste's own numbers (1A 123 456 7890 1) and those of other carriers
are kept as they are typed: the rule of their last digit is not published.
"""

import re

_S10 = re.compile(r"[A-Z]{2}(\d{8})(\d)[A-Z]{2}")
_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
_ANY = re.compile(r"[A-Z0-9]{8,35}")


class TrackingWrong(ValueError):
    """It cannot be the number on the slip: a digit is wrong, or it is no number at all."""


def checked_tracking(text: str) -> str:
    """The number without spaces, in capitals; empty for none. Raises TrackingWrong."""
    number = re.sub(r"[\s.-]+", "", text).upper()
    if not number:
        return ""
    if not _ANY.fullmatch(number) or not any(char.isdigit() for char in number):
        raise TrackingWrong(text)
    found = _S10.fullmatch(number)
    if found is not None and int(found[2]) != s10_check(found[1]):
        raise TrackingWrong(text)
    return number


def s10_check(digits: str) -> int:
    """The check digit of eight digits (UPU S10: weighted sum, modulo 11)."""
    rest = 11 - sum(int(d) * w for d, w in zip(digits, _WEIGHTS, strict=True)) % 11
    return {10: 0, 11: 5}.get(rest, rest)
