"""Risks: the alerts of a company, why each is raised, and those somebody has seen."""

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from amiable.desk.access import Actor, Power, customer_for
from amiable.desk.audit import recorded, subject
from amiable.desk.habit import known_habits
from amiable.desk.promise_fate import fates_of
from amiable.desk.settings import SettingsMoved, seen_settings
from amiable.engine.days import week_start
from amiable.engine.drift import drift_alert
from amiable.engine.habit import habit_of
from amiable.engine.money import Money
from amiable.engine.promise import PromiseState
from amiable.engine.reasons import Fact
from amiable.engine.risk import (
    BROKEN_DAYS,
    DEFAULT_RISK,
    SEEN_FOR,
    RiskKind,
    RiskRule,
    concentrations,
)
from amiable.store.company import lock_company
from amiable.store.habit import load_histories
from amiable.store.models import Company, Customer, Promise, RiskNotice
from amiable.store.promise import promises_gone_by
from amiable.store.risk import (
    add_notice,
    customers_by_pk,
    largest_debtors,
    may_drift,
    seen_levels,
)

RISK_RULE = ("risk_rule",)
"""The setting that holds the thresholds, for `seen_settings`."""

_CHUNK = 5_000
AlertFact = Fact | tuple[Money, ...]
"""A fact of an alert's text; amounts in several currencies stand side by side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """``level``: how bad it is (`RiskKind`); ``facts`` are those of its text
    ``risks.why.<kind>``; ``seen``: the notice it was last seen with, when it is no worse since."""

    kind: RiskKind
    level: int
    facts: dict[str, AlertFact]
    customer: Customer | None
    seen: RiskNotice | None


class NoSuchAlert(LookupError):
    """The alert is not raised any more, or is worse than what was looked at."""


def risk_rule(company: Company) -> RiskRule:
    """The thresholds of the alerts of a company."""
    return RiskRule(**company.risk_rule) if company.risk_rule else DEFAULT_RISK


def alerts_of(actor: Actor, today: date) -> list[Alert]:
    """The alerts a person may see, the worst of each kind first.

    Concentration is a figure of the company as a whole: only who may see those is told.
    """
    company = actor.company
    found = [*_drifting(actor, today), *_broken(actor, today)]
    if actor.may(Power.PROOF):
        found = [*_concentrated(company), *found]
    pks = [pk for _, pk, _, _ in found if pk is not None]
    customers = customers_by_pk(company.pk, pks)
    seen = seen_levels(company.pk)
    return [
        Alert(
            kind=kind,
            level=level,
            facts=facts,
            customer=customers[pk] if pk is not None else None,
            seen=_no_worse(seen.get((kind.value, pk)), kind, level, today),
        )
        for kind, pk, level, facts in found
    ]


def _no_worse(
    notice: RiskNotice | None, kind: RiskKind, level: int, today: date
) -> RiskNotice | None:
    """The notice, while it holds: later an alert rests on other facts than those looked at."""
    if notice is None or level > notice.level:
        return None
    ends_on = notice.seen_at.date() + timedelta(days=SEEN_FOR[kind])
    return notice if today <= ends_on else None


_Found = tuple[RiskKind, int | None, int, dict[str, AlertFact]]


def _drifting(actor: Actor, today: date) -> list[_Found]:
    company, week = actor.company, week_start(today)
    learned = known_habits(company, today)
    found: list[_Found] = []
    pks = may_drift(company.pk, actor.only)
    for at in range(0, len(pks), _CHUNK):
        for pk, history in load_histories(company.pk, today, pks[at : at + _CHUNK]):
            habit = habit_of(history, learned, week)
            drift = drift_alert(habit, week)
            if drift is not None:
                facts: dict[str, AlertFact] = {
                    "days": drift.days, "before": drift.before, "recent": drift.recent,
                    "spread": habit.spread, "usual": habit.usual,
                    "chance": f"{max(100 * drift.chance, 0.01):.2f}",
                }  # fmt: skip
                found.append((RiskKind.DRIFT, pk, drift.days, facts))
    return sorted(found, key=lambda one: (-one[2], one[1] or 0))


def _concentrated(company: Company) -> list[_Found]:
    rule = risk_rule(company)
    largest, total, debtors = largest_debtors(company.pk, max(rule.top_n, 100 // rule.one_percent))
    found: list[_Found] = []
    for share in concentrations([minor for _, minor in largest], total, debtors, rule):
        facts: dict[str, AlertFact] = {
            "owed": Money(minor=share.minor, currency=company.currency),
            "total": Money(minor=share.total, currency=company.currency),
            "percent": share.percent,
            "currency": company.currency,
        }
        if share.place is None:
            limits: dict[str, AlertFact] = {"count": share.count, "limit": rule.top_percent}
            found.append((RiskKind.TOP, None, share.percent, facts | limits))
        else:
            facts["limit"] = rule.one_percent
            found.append((RiskKind.CONCENTRATION, largest[share.place][0], share.percent, facts))
    return found


def _broken(actor: Actor, today: date) -> list[_Found]:
    company = actor.company
    broken = broken_promises(company, today)
    if actor.only is not None:
        mine = actor.only
        broken = {pk: rows for pk, rows in broken.items() if rows[0].customer.collector_id in mine}
    least = risk_rule(company).broken_from
    found: list[_Found] = []
    for pk, rows in broken.items():
        if len(rows) >= least:
            facts: dict[str, AlertFact] = {
                "n": len(rows), "amount": _sums(rows), "days": BROKEN_DAYS,
                "last_on": max(row.due_on for row in rows),
            }  # fmt: skip
            found.append((RiskKind.BROKEN, pk, len(rows), facts))
    return sorted(found, key=lambda one: (-one[2], one[1] or 0))


def _sums(rows: list[Promise]) -> tuple[Money, ...]:
    """What was promised, one amount a currency."""
    sums: dict[str, int] = {}
    for row in rows:
        sums[row.currency] = sums.get(row.currency, 0) + row.amount_minor
    return tuple(Money(minor=minor, currency=code) for code, minor in sorted(sums.items()))


def broken_promises(company: Company, today: date) -> dict[int, list[Promise]]:
    """By customer, the promises broken as of a day whose date lies in the last 90 days."""
    rows = [
        row
        for row in promises_gone_by(company.pk, today - timedelta(days=BROKEN_DAYS + 1), today)
        if row.customer.merged_into_id is None
    ]
    found: dict[int, list[Promise]] = {}
    fates = fates_of(company, rows, today)
    for row in rows:
        fate = fates[row.pk]
        if fate is not None and fate.state is PromiseState.BROKEN:
            found.setdefault(row.customer_id, []).append(row)
    return found


def see_alert(
    actor: Actor, kind: RiskKind, customer: int | None, level: int, *, today: date, at: datetime
) -> RiskNotice:
    """Put an alert away until it is worse than ``level``, which is what the person looked at.

    Raises NoSuchAlert when it is not raised any more or is worse already, OtherCompany for a
    customer that is not the actor's.
    """
    row = customer_for(actor, customer) if customer is not None else None
    with transaction.atomic():
        lock_company(actor.company)
        raised = (one for one in alerts_of(actor, today) if one.kind is kind)
        alert = next((one for one in raised if one.customer == row), None)
        if alert is None or alert.level > level:
            raise NoSuchAlert(kind)
        if alert.seen is not None:
            return alert.seen
        facts = {"kind": kind.value, "level": level}
        with recorded(actor, "risk_seen", at=at, customer=row, **facts) as told:
            notice = add_notice(actor.company.pk, kind, customer, alert.level, at, actor.user)
            told.subject = subject(notice)
    return notice


def change_risk_rule(actor: Actor, rule: RiskRule, *, seen: str, at: datetime) -> bool:
    """Change from when on alerts are raised. False: nothing differs.

    ``seen`` is what they were when the person opened them. Raises SettingsMoved.
    """
    company = actor.company
    with transaction.atomic():
        lock_company(company)
        if seen_settings(company, RISK_RULE) != seen:
            raise SettingsMoved
        before, new = asdict(risk_rule(company)), asdict(rule)
        if before == new:
            return False
        with recorded(actor, "risk_rule_changed", at=at, before=before, **new):
            company.risk_rule = new
            company.save(update_fields=["risk_rule"])
    return True
