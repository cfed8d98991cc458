"""Assign: say whose customer one is, by hand or by rule, one by one or in whole sets."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from amiable.desk.access import POWERS, Actor, OtherCompany, Power, own, own_customers
from amiable.desk.audit import recorded, subject
from amiable.store import assignment as store
from amiable.store.assignment import Conditions, first_letters
from amiable.store.company import lock_company
from amiable.store.membership import member_of
from amiable.store.models import AssignmentRule, Company, Customer, Handover, User
from amiable.store.models.membership import Role


class NotACollector(ValueError):
    """Customers cannot be this person's: not a member at work here, or one who only reads."""


class UndoneBefore(ValueError):
    """The handover was taken back already."""


def hand_over(actor: Actor, customer: Customer, user: User | None, at: datetime) -> None:
    """Make a customer a person's, whatever the rules say; None: nobody's, the rules decide again.

    Raises NotACollector, OtherCompany.
    """
    own(actor.company, customer)
    _demand_collector(actor.company, user)
    code = "assigned" if user else "unassigned"
    facts: dict[str, Any] = {"to": str(user)} if user else {}
    with recorded(actor, code, at=at, customer=customer, **facts) as entry:
        store.give(actor.company.pk, [customer.pk], user.pk if user else None)
        entry.subject = subject(customer)
    customer.collector = user
    customer.collector_by_hand = user is not None


def hand_over_set(actor: Actor, customers: Sequence[int], user: User | None, at: datetime) -> int:
    """Make some customers a person's at once; returns how many. Raises as `hand_over` does."""
    own_customers(actor.company, customers)
    _demand_collector(actor.company, user)
    code = "assigned_set" if user else "unassigned_set"
    facts: dict[str, Any] = {"to": str(user)} if user else {}
    with recorded(actor, code, at=at, n=len(customers), **facts):
        return store.give(actor.company.pk, customers, user.pk if user else None)


def hand_over_all(
    actor: Actor, giver: User | None, taker: User | None, meant: Conditions, at: datetime
) -> Handover:
    """Move all customers of a person that fit the conditions to another; it can be taken back.

    ``giver`` None: the customers that are nobody's; ``taker`` None: to nobody, so that the rules
    decide again. Raises NotACollector.
    """
    company = actor.company
    _demand_collector(company, taker)
    taken_by = taker.pk if taker else None
    given_by = giver.pk if giver else None
    facts: dict[str, Any] = {"from": str(giver or ""), "to": str(taker or "")}
    with recorded(actor, _handover_code(giver, taker), at=at, **facts) as entry:
        lock_company(company)
        by_hand, by_rule = store.held_by(company.pk, given_by, meant, taken_by)
        store.give(company.pk, [*by_hand, *by_rule], taken_by)
        row = store.add_handover(
            company.pk, giver=given_by, taker=taken_by, at=at, by_hand=by_hand, by_rule=by_rule
        )
        entry.facts["n"] = row.count
        entry.subject = subject(row)
    return row


def _handover_code(giver: User | None, taker: User | None) -> str:
    if giver is None:
        return "handed_unassigned"
    return "handed_over" if taker else "handed_back"


def undo_handover(actor: Actor, pk: int, at: datetime) -> int:
    """Take a handover back: the customers that are still the taker's return to the giver.

    Returns how many. Raises OtherCompany, UndoneBefore.
    """
    with recorded(actor, "handover_undone", at=at) as entry:
        row = store.handover_of(actor.company.pk, pk)
        if row is None:
            raise OtherCompany(actor.company, "handover")
        if row.undone_at is not None:
            raise UndoneBefore(pk)
        back = store.take_back(row, at)
        entry.facts["n"] = back
        entry.subject = subject(row)
    return back


def add_rule(actor: Actor, user: User, meant: Conditions, at: datetime) -> AssignmentRule:
    """Append a rule. Raises NotACollector, LettersRefused."""
    _demand_collector(actor.company, user)
    first_letters(meant.letters)
    with recorded(actor, "rule_added", at=at, to=str(user)) as entry:
        row = store.add_rule(actor.company.pk, user, meant)
        entry.subject = subject(row)
    return row


def change_rule(actor: Actor, pk: int, user: User, meant: Conditions, at: datetime) -> None:
    """Change a rule. Raises NotACollector, LettersRefused, OtherCompany."""
    _demand_collector(actor.company, user)
    first_letters(meant.letters)
    with recorded(actor, "rule_changed", at=at, to=str(user)) as entry:
        row = rule_for(actor, pk)
        store.change_rule(row, user, meant)
        entry.subject = subject(row)


def move_rule(actor: Actor, pk: int, by: int, at: datetime) -> None:
    """Try a rule earlier (-1) or later (+1); at the end of the list nothing changes.

    Raises OtherCompany.
    """
    with transaction.atomic():
        lock_company(actor.company)
        rule_for(actor, pk)
        rules = store.rules_of(actor.company.pk)
        place = [rule.pk for rule in rules].index(pk)
        if 0 <= place + by < len(rules):
            with recorded(actor, "rule_moved", at=at, to=str(rules[place].user)) as entry:
                store.swap_rules(rules[place], rules[place + by])
                entry.subject = subject(rules[place])


def drop_rule(actor: Actor, pk: int, at: datetime) -> None:
    """Take a rule away; who has which customer stays until the rules are applied again.

    Raises OtherCompany.
    """
    row = rule_for(actor, pk)
    with recorded(actor, "rule_dropped", at=at, to=str(row.user)) as entry:
        entry.subject = subject(row)
        store.drop_rule(row)


def rule_for(actor: Actor, pk: int) -> AssignmentRule:
    """A rule of the company. Raises OtherCompany."""
    row = store.rule_of(actor.company.pk, pk)
    if row is None:
        raise OtherCompany(actor.company, "rule")
    return row


def apply_rules_now(actor: Actor, at: datetime) -> int:
    """Apply the rules because a person asks; returns how many customers changed hands."""
    with recorded(actor, "rules_applied", at=at) as entry:
        entry.facts["n"] = apply_rules(actor.company)
    return int(entry.facts["n"])


def apply_rules(company: Company) -> int:
    """Give the customers nobody chose by hand to whom the rules say; returns how many changed."""
    with transaction.atomic():
        return store.follow_rules(company.pk)


def _demand_collector(company: Company, user: User | None) -> None:
    if user is None:
        return
    found = member_of(company.pk, user.pk)
    if found is None or not found.active or Power.WORK not in POWERS[Role(found.role)]:
        raise NotACollector(str(user))
