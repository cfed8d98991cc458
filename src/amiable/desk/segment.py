"""Segments: the thresholds of a company, what others would change, and choosing them."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db import transaction

from amiable.desk.access import Actor
from amiable.desk.audit import recorded
from amiable.desk.habit import known_habits, segment_rule
from amiable.desk.settings import SettingsMoved, seen_settings
from amiable.desk.standing import weigh_new
from amiable.engine.days import week_start
from amiable.engine.habit import habit_of
from amiable.engine.parties import Segment
from amiable.engine.segment import SegmentRule
from amiable.store.company import lock_company
from amiable.store.habit import load_histories
from amiable.store.models import Company
from amiable.store.risk import weighed_by_choice
from amiable.store.standing import unweigh_all

SEGMENT_RULE = ("segment_rule",)
"""The setting that holds the thresholds, for `seen_settings`."""

_SAMPLE = 20_000  # customers weighed twice in about two seconds
_AT_ONCE = 5_000  # customers weighed, and written, while somebody waits


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentEffect:
    """Customers by segment ``before`` and ``after``; ``moves`` counts (from, to) that differ.

    ``looked_at`` of ``customers`` were weighed; a segment that a person chose stays what it is.
    """

    customers: int
    looked_at: int
    before: Counter[Segment]
    after: Counter[Segment]
    moves: Counter[tuple[Segment, Segment]]

    @property
    def moved(self) -> int:
        """How many would change."""
        return self.moves.total()

    @property
    def sampled(self) -> bool:
        """Whether not all customers were weighed."""
        return self.looked_at < self.customers


def effect_of_rule(company: Company, rule: SegmentRule, today: date) -> SegmentEffect:
    """How many customers would be in another segment; nothing is stored.

    Of more than 20,000 customers every so many-th is weighed.
    """
    chosen = weighed_by_choice(company.pk)
    sample = chosen[:: max(1, -(-len(chosen) // _SAMPLE))]
    moves = Counter(_pairs(company, sample, rule, today))
    before, after = Counter[Segment](), Counter[Segment]()
    for (one, other), count in moves.items():
        before[one] += count
        after[other] += count
    return SegmentEffect(
        customers=len(chosen),
        looked_at=len(sample),
        before=before,
        after=after,
        moves=Counter({pair: n for pair, n in moves.items() if pair[0] is not pair[1]}),
    )


def _pairs(
    company: Company, sample: list[tuple[int, str | None]], rule: SegmentRule, today: date
) -> Iterator[tuple[Segment, Segment]]:
    learned, week = known_habits(company, today), week_start(today)
    free = [pk for pk, chosen in sample if chosen is None]
    paying = 0
    for _, history in load_histories(company.pk, today, free):
        habit = habit_of(history, learned, week)
        paying += 1
        yield habit.segment(week), habit.segment(week, rule)
    for _ in range(len(free) - paying):  # nothing paid yet
        yield Segment.NEW, Segment.NEW
    for _, segment in sample:
        if segment is not None:
            yield Segment(segment), Segment(segment)


def change_segment_rule(
    actor: Actor, rule: SegmentRule, *, seen: str, today: date, at: datetime
) -> bool:
    """Choose the thresholds; every customer is weighed and decided anew. False: nothing differs.

    Few customers are weighed at once, many by the next plan, which the worker draws.
    ``seen`` is what they were when the person opened them. Raises SettingsMoved.
    """
    company = actor.company
    with transaction.atomic():
        lock_company(company)
        if seen_settings(company, SEGMENT_RULE) != seen:
            raise SettingsMoved
        before, new = asdict(segment_rule(company)), asdict(rule)
        if before == new:
            return False
        with recorded(actor, "segment_rule_changed", at=at, before=before, **new):
            company.segment_rule = new
            company.save(update_fields=["segment_rule"])
            unweigh_all(company.pk)
            if len(weighed_by_choice(company.pk)) <= _AT_ONCE:
                weigh_new(company, known_habits(company, today), today)
    return True
