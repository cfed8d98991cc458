"""Kept answers: a write repeated under the same key is done once and answered alike.

The key is claimed before the work begins, in a transaction of its own, so that whoever repeats
it meanwhile is told to wait. The answer is kept in the transaction of the work: a request that
broke off left neither, and its key may be taken over.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from amiable.store.api_token import (
    claim_key,
    forget_answers,
    give_key_back,
    keep_answer,
    kept_answer,
    take_over,
)
from amiable.store.models import ApiToken, KeptAnswer

KEPT = timedelta(hours=24)
_BROKEN_OFF = timedelta(minutes=10)  # longer than any request lasts


class Clash(StrEnum):
    """Why a request under a key cannot go on."""

    BUSY = "busy"  # the first request under this key is still at work
    OTHER = "other"  # the key was used for another request


class KeyClash(Exception):
    """An idempotency key is taken; ``clash`` says how."""

    def __init__(self, clash: Clash) -> None:
        super().__init__(clash.value)
        self.clash = clash


class KeyLost(RuntimeError):
    """The key was taken over while the work was done: the work must not stand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A request's turn under a key: either an answer of before, or the work is to be done."""

    kept: KeptAnswer

    @property
    def answered(self) -> bool:
        """Whether the answer is there already."""
        return self.kept.status is not None

    def answer(self, status: int, body: str) -> None:
        """Keep the answer; call it in the transaction of the work. Raises KeyLost."""
        if not keep_answer(self.kept, status, body):
            raise KeyLost(self.kept.key)

    def give_back(self) -> None:
        """Nothing was done: the key is free again."""
        give_key_back(self.kept)


def forget_old(at: datetime) -> int:
    """Delete the answers nobody may ask for any more. For a round of the worker now and then."""
    return forget_answers(at - KEPT)


def take_turn(token: ApiToken, key: str, fingerprint: str, *, at: datetime) -> Turn:
    """Begin a request under a key. Raises KeyClash."""
    known = kept_answer(token, key)
    if known is not None and known.at <= at - KEPT:
        forget_old(at)
        known = None
    if known is None:
        mine = claim_key(token, key, fingerprint, at)
        if mine is not None:
            return Turn(kept=mine)
        known = kept_answer(token, key)
    if known is None:  # claimed and given back within a blink
        raise KeyClash(Clash.BUSY)
    if known.fingerprint != fingerprint:
        raise KeyClash(Clash.OTHER)
    if known.status is None and not (known.at <= at - _BROKEN_OFF and take_over(known, at)):
        raise KeyClash(Clash.BUSY)
    return Turn(kept=known)
