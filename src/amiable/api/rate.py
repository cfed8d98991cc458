"""Rate: how many requests a program may make in a minute, counted for all processes together.

A minute is one of the clock's. Who is refused is told when to come again (``Retry-After``); who
is let in is told what is left (``RateLimit``, draft-ietf-httpapi-ratelimit-headers).
"""

from dataclasses import dataclass
from hashlib import sha256

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import caches
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from amiable.api.problems import Problem
from amiable.desk.rate import network_of

WINDOW = 60  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """Where a caller stands in the minute that runs: ``count`` of ``most``, this one included."""

    most: int
    count: int
    ends_in: int

    @property
    def exceeded(self) -> bool:
        """Whether it was one too many."""
        return self.count > self.most

    @property
    def headers(self) -> dict[str, str]:
        """What the caller is told with every answer."""
        told = {
            "RateLimit-Policy": f'"minute";q={self.most};w={WINDOW}',
            "RateLimit": f'"minute";r={max(self.most - self.count, 0)};t={self.ends_in}',
        }
        return told | ({"Retry-After": str(self.ends_in)} if self.exceeded else {})


def count_token(request: HttpRequest, digest: str, now: float) -> None:
    """A request with a valid token. Raises Problem when there were too many."""
    _count(request, f"token:{digest}", settings.API_PER_MINUTE, now)


def count_refused(request: HttpRequest, now: float) -> None:
    """A request without one, from some address. Raises Problem when there were too many."""
    _count(request, f"address:{_network(request)}", settings.API_REFUSED_PER_MINUTE, now)


def rate_of(request: HttpRequest) -> Rate | None:
    """Where the caller of a request stands, if it was counted."""
    found = getattr(request, "amiable_rate", None)
    return found if isinstance(found, Rate) else None


def _count(request: HttpRequest, who: str, most: int, now: float) -> None:
    if not most:
        return
    minute, second = divmod(int(now), WINDOW)
    # Two keys a caller, in turn: the other minute's has ended when its turn comes again.
    key = f"{sha256(who.encode()).hexdigest()}:{minute % 2}"
    cache = caches["api"]
    cache.add(key, 0, timeout=WINDOW)
    try:
        count = cache.incr(key)
    except ValueError:  # it was cleared away in between
        count = 1
    rate = Rate(most=most, count=count, ends_in=WINDOW - second)
    request.amiable_rate = rate  # type: ignore[attr-defined]  # told with the answer: `api.urls`
    if rate.exceeded:
        raise Problem("too_many", seconds=rate.ends_in)


def _network(request: HttpRequest) -> str:
    """The caller's address as proxies that are trusted tell it; of IPv6, its line.

    Callers whose address nobody tells (a proxy that speaks through a socket of the machine) count
    as one.
    """
    try:
        return network_of(get_adapter().get_client_ip(request))
    except PermissionDenied:
        return "unknown"
