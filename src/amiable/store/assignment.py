"""Assignment in the database: whose customer one is, by rule or by hand; always in whole sets."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from string import ascii_uppercase, digits
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, Substr

from amiable.store.models import AssignmentRule, Customer, Handover, Membership, User

_ORDER = digits + ascii_uppercase
_ACCENTED = [chr(code) for code in range(0xC0, 0x180)]
_NOBODY = 0


class LettersRefused(ValueError):
    """First letters are not written as "A-F" or "A-C, M, 0-9"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """Which customers are meant; an empty condition always holds."""

    segment: str = ""
    country: str = ""
    letters: str = ""
    least_minor: int | None = None


def conditions_of(rule: AssignmentRule) -> Conditions:
    """The conditions of a rule."""
    return Conditions(
        segment=rule.segment or "",
        country=rule.country,
        letters=rule.letters,
        least_minor=rule.least_minor,
    )


def first_letters(text: str) -> str:
    """The letters and figures a range names: "A-C, M" gives ABCM. Raises LettersRefused."""
    found = []
    for part in text.upper().replace(",", " ").replace(";", " ").split():
        first, _, last = part.partition("-")
        ends = (first, last or first) if "-" not in part or last else ("", "")
        if any(len(end) != 1 or end not in _ORDER for end in ends) or ends[0] > ends[1]:
            raise LettersRefused(text)
        found += [one for one in _ORDER if ends[0] <= one <= ends[1]]
    return "".join(dict.fromkeys(found))


def _initials(text: str) -> list[str]:
    """Every way a name may begin with one of the letters: small, and with an accent."""
    wanted = set(first_letters(text))
    accented = [one for one in _ACCENTED if unicodedata.normalize("NFKD", one)[0].upper() in wanted]
    return sorted(wanted | {one.lower() for one in wanted} | set(accented))


def condition(meant: Conditions) -> Q:
    """The conditions as one of the database's; `initial` is annotated by `assignable`."""
    found = Q(pk__isnull=False)
    if meant.segment:
        found &= Q(current_segment=meant.segment)
    if meant.country:
        found &= Q(country=meant.country)
    if meant.letters:
        found &= Q(initial__in=_initials(meant.letters))
    if meant.least_minor is not None:
        found &= Q(balance_minor__gte=meant.least_minor)
    return found


def assignable(company: int) -> QuerySet[Customer]:
    """The customers of a company that can be somebody's."""
    rows = Customer.objects.of(company).filter(merged_into=None)
    return rows.annotate(initial=Substr("name", 1, 1))


# --- rules ------------------------------------------------------------------------------------


def rules_of(company: int) -> list[AssignmentRule]:
    """The rules in the order they are tried."""
    rows = AssignmentRule.objects.of(company).select_related("user")
    return list(rows.order_by("position"))


def rule_of(company: int, pk: int) -> AssignmentRule | None:
    """One rule."""
    return AssignmentRule.objects.of(company).filter(pk=pk).first()


def working_rules(company: int) -> list[AssignmentRule]:
    """The rules whose person still works here."""
    here = Membership.objects.of(company).filter(active=True).values("user_id")
    return list(AssignmentRule.objects.of(company).filter(user_id__in=here).order_by("position"))


def add_rule(company: int, user: User, meant: Conditions) -> AssignmentRule:
    """Append a rule: it is tried last."""
    last = AssignmentRule.objects.of(company).order_by("-position").first()
    return AssignmentRule.objects.of(company).create(
        company_id=company, position=last.position + 1 if last else 1, user=user, **_columns(meant)
    )


def change_rule(rule: AssignmentRule, user: User, meant: Conditions) -> None:
    """Another person or other conditions; the position stays."""
    rule.user = user
    for name, value in _columns(meant).items():
        setattr(rule, name, value)
    rule.save()


def _columns(meant: Conditions) -> dict[str, Any]:
    return {
        "segment": meant.segment or None,
        "country": meant.country,
        "letters": meant.letters,
        "least_minor": meant.least_minor,
    }


def swap_rules(one: AssignmentRule, other: AssignmentRule) -> None:
    """Exchange two positions; by way of a free one, for a position is taken once."""
    rows = AssignmentRule.objects.of(one.company_id)
    last = rows.order_by("-position").values_list("position", flat=True)[0]
    first, second = one.position, other.position
    for row, position in ((one, last + 1), (other, first), (one, second)):
        row.position = position
        row.save(update_fields=["position"])


def drop_rule(rule: AssignmentRule) -> None:
    """Take a rule away."""
    rule.delete()


def count_by_rule(company: int) -> dict[int, int]:
    """How many customers each working rule takes, those assigned by hand left aside."""
    rules = working_rules(company)
    if not rules:
        return {}
    rows = assignable(company).filter(collector_by_hand=False)
    rows = rows.annotate(rule=_choice(rules, "pk")).order_by()
    counted = rows.values_list("rule").annotate(n=Count("pk"))
    return {rule: n for rule, n in counted if rule}


def follow_rules(company: int) -> int:
    """Give every customer nobody chose by hand to whom the rules say; returns how many changed.

    Without a working rule nothing changes; a customer no rule takes is nobody's.
    """
    rules = working_rules(company)
    if not rules:
        return 0
    rows = assignable(company).filter(collector_by_hand=False)
    rows = rows.annotate(wanted=_choice(rules, "user_id"), has=Coalesce("collector_id", _NOBODY))
    moved = 0
    changed = rows.exclude(wanted=F("has")).order_by().values_list("pk", "wanted")
    by_user: dict[int, list[int]] = {}
    for pk, wanted in changed:
        by_user.setdefault(wanted, []).append(pk)
    for wanted, pks in by_user.items():
        moved += (
            Customer.objects.of(company).filter(pk__among=pks).update(collector_id=wanted or None)
        )
    return moved


def _choice(rules: Sequence[AssignmentRule], column: str) -> Case:
    """The first rule that takes a customer, as a value; 0 for none."""
    cases = [
        When(condition(conditions_of(rule)), then=Value(getattr(rule, column))) for rule in rules
    ]
    return Case(*cases, default=Value(_NOBODY), output_field=IntegerField())


# --- by hand ----------------------------------------------------------------------------------


def count_by_collector(company: int) -> dict[int | None, int]:
    """How many customers each person has; None: nobody's."""
    rows = Customer.objects.of(company).filter(merged_into=None).order_by()
    return dict(rows.values_list("collector_id").annotate(n=Count("pk")))


def give(company: int, customers: Sequence[int], user: int | None) -> int:
    """Make some customers a person's, by hand; None: nobody's, and the rules decide again."""
    rows = Customer.objects.of(company).filter(pk__among=customers)
    return rows.update(collector_id=user, collector_by_hand=user is not None)


def held_by(
    company: int, giver: int | None, meant: Conditions, taker: int | None
) -> tuple[list[int], list[int]]:
    """The customers of a person that fit the conditions: chosen by hand, and by rule."""
    rows = assignable(company).filter(condition(meant), collector_id=giver)
    by_hand: list[int] = []
    by_rule: list[int] = []
    for pk, hand in rows.order_by("pk").values_list("pk", "collector_by_hand"):
        (by_hand if hand else by_rule).append(pk)
    return ([], []) if giver == taker else (by_hand, by_rule)


def count_held(company: int, giver: int | None, meant: Conditions) -> int:
    """How many customers of a person fit the conditions."""
    return assignable(company).filter(condition(meant), collector_id=giver).count()


def add_handover(
    company: int,
    *,
    giver: int | None,
    taker: int | None,
    at: datetime,
    by_hand: Sequence[int],
    by_rule: Sequence[int],
) -> Handover:
    """Keep what a handover moved, so that it can be taken back."""
    return Handover.objects.of(company).create(
        company_id=company,
        giver_id=giver,
        taker_id=taker,
        at=at,
        count=len(by_hand) + len(by_rule),
        by_hand=list(by_hand),
        by_rule=list(by_rule),
    )


def handovers_of(company: int, limit: int = 10) -> list[Handover]:
    """The newest handovers, without the customers they moved."""
    rows = Handover.objects.of(company).select_related("giver", "taker")
    return list(rows.defer("by_hand", "by_rule").order_by("-pk")[:limit])


def handover_of(company: int, pk: int) -> Handover | None:
    """One handover, locked until the transaction ends."""
    rows = Handover.objects.of(company).select_for_update()
    return rows.filter(pk=pk).first()


def take_back(handover: Handover, at: datetime) -> int:
    """Give the customers back that are still the taker's; returns how many."""
    rows = Customer.objects.of(handover.company_id)
    still = rows.filter(collector_id=handover.taker_id)
    back = 0
    for pks, by_hand in ((handover.by_hand, True), (handover.by_rule, False)):
        back += still.filter(pk__among=pks).update(
            collector_id=handover.giver_id, collector_by_hand=by_hand
        )
    handover.undone_at = at
    handover.save(update_fields=["undone_at"])
    return back
