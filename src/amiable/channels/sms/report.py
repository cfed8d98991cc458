"""Reports: what a gateway tells by calling us: a message arrived or not, somebody answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import parse_qs, urlsplit

from amiable.channels.message import Fault


class CallRefused(Exception):
    """A call does not come from the gateway, or cannot be read."""


class SmsState(StrEnum):
    """What became of a message that a gateway had taken."""

    DELIVERED = "delivered"
    LOST = "lost"  # for good
    UNDERWAY = "underway"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request that came in. ``url``: the whole address as the gateway called it, its query as it
    was written; ``params``: those of its query and its form; ``form``: those of its form alone."""

    url: str
    params: Mapping[str, str]
    form: Mapping[str, str]
    signature: str = ""

    def raw(self, name: str) -> bytes:
        """The bytes of a parameter of the query, which need not be UTF-8."""
        query = parse_qs(urlsplit(self.url).query, keep_blank_values=True, encoding="latin-1")
        return query.get(name, [""])[0].encode("latin-1")


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsReport:
    """What became of a message: named by our own ``mark``, or by the gateway's ``reference``."""

    state: SmsState
    mark: str = ""
    reference: str = ""
    detail: str = ""
    fault: Fault | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsText:
    """A text message that came in. ``key`` tells it from any other of the gateway.

    ``stops``: the gateway itself has taken it for a STOP.
    """

    key: str
    sender: str
    text: str
    stops: bool = False
