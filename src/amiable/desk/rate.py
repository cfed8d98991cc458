"""Rate: how often somebody outside may do something, counted for all processes together."""

from collections.abc import Iterable
from hashlib import sha256
from ipaddress import IPv6Address, ip_address, ip_network

from django.core.cache import caches

MINUTE, HOUR = 60, 3_600  # seconds
_NET = 64  # an IPv6 line has that many bits; the rest changes as its owner likes


def is_too_often(who: str, most: int, seconds: int) -> bool:
    """Count one more of ``who`` and tell whether there were more than ``most`` in the time, which
    begins with the first."""
    key = f"often:{sha256(who.encode()).hexdigest()}"
    cache = caches["api"]
    if cache.add(key, 1, timeout=seconds):
        return most < 1
    try:
        return bool(cache.incr(key) > most)
    except ValueError:  # the time ended in between
        return False


def count_all(limits: Iterable[tuple[str, int, int]]) -> bool:
    """Count one more against several limits (who, most, seconds); whether one was passed."""
    passed = [is_too_often(who, most, seconds) for who, most, seconds in limits]
    return any(passed)


def network_of(address: str) -> str:
    """An address as it is counted: of IPv6, its line."""
    found = ip_address(address)
    if isinstance(found, IPv6Address):
        return str(ip_network(f"{found}/{_NET}", strict=False))
    return str(found)
