"""Limit: how often somebody may call from outside in a minute; counted for all processes."""

from django.core.cache import cache

_MINUTE = 60  # seconds


def is_too_often(who: str, most: int) -> bool:
    """Count a call and tell whether it is one too many in this minute."""
    key = f"gateway-calls|{who}"
    if cache.add(key, 1, _MINUTE):
        return False
    try:
        return bool(cache.incr(key) > most)
    except ValueError:  # the minute ended in between
        return False
