"""Assignment: rules that say whose customer one is, and handovers of many at once."""

from dataclasses import dataclass

from django.http import HttpResponse

from amiable.desk.access import Power
from amiable.desk.assign import (
    UndoneBefore,
    add_rule,
    apply_rules_now,
    change_rule,
    drop_rule,
    hand_over_all,
    move_rule,
    rule_for,
    undo_handover,
)
from amiable.desk.member import member_for
from amiable.engine.money import Money
from amiable.store.assignment import conditions_of, count_by_collector, count_by_rule, rules_of
from amiable.store.models import AssignmentRule
from amiable.web.people.conditions import ConditionsForm, in_words
from amiable.web.people.team import collectors
from amiable.web.visit import Visit, page


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRow:
    """A rule in words, with how many customers it takes; None: its person has left."""

    rule: AssignmentRule
    words: str
    takes: int | None


def _rows(visit: Visit) -> list[RuleRow]:
    counts = count_by_rule(visit.company.pk)
    here = {user.pk for user in collectors(visit)}
    return [
        RuleRow(
            rule=rule,
            words=in_words(conditions_of(rule), visit.company.currency),
            takes=counts.get(rule.pk, 0) if rule.user_id in here else None,
        )
        for rule in rules_of(visit.company.pk)
    ]


@page(Power.ASSIGN, methods=("GET", "POST"))
def rules(visit: Visit) -> HttpResponse:
    """The rules in order, how many customers each takes, and a form for another."""
    posted = visit.request.method == "POST"
    form = _rule_form(visit, visit.request.POST if posted else None)
    if posted and form.is_valid() and form.chosen:
        add_rule(visit.actor, form.chosen, form.meant, visit.at)
        visit.done("people.done.rule_added")
        return visit.go("people/rules/")
    return visit.render(
        "people/rules.html",
        rows=_rows(visit),
        form=form,
        unassigned=count_by_collector(visit.company.pk).get(None, 0),
        current="people",
        status=422 if posted else 200,
    )


@page(Power.ASSIGN, methods=("GET", "POST"))
def rule(visit: Visit, rule: int) -> HttpResponse:
    """Change one rule."""
    row = rule_for(visit.actor, rule)
    if visit.request.method == "POST":
        form = _rule_form(visit, visit.request.POST)
        if form.is_valid() and form.chosen:
            change_rule(visit.actor, rule, form.chosen, form.meant, visit.at)
            visit.done("people.done.rule_changed")
            return visit.go("people/rules/")
        return visit.render("people/rule.html", form=form, rule=row, current="people", status=422)
    form = _rule_form(visit, None, row)
    return visit.render("people/rule.html", form=form, rule=row, current="people")


def _rule_form(
    visit: Visit, said: dict[str, str] | None, row: AssignmentRule | None = None
) -> ConditionsForm:
    company = visit.company
    initial = {}
    if row is not None:
        meant = conditions_of(row)
        least = ""
        if meant.least_minor is not None:
            least = str(Money(minor=meant.least_minor, currency=company.currency).decimal())
        initial = {"user": row.user_id, "segment": meant.segment, "letters": meant.letters,
                   "country": meant.country, "least": least}  # fmt: skip
    return ConditionsForm(
        said, people=collectors(visit), currency=company.currency, initial=initial
    )


@page(Power.ASSIGN, methods=("POST",))
def move(visit: Visit, rule: int) -> HttpResponse:
    """Try a rule earlier or later."""
    move_rule(visit.actor, rule, 1 if visit.request.POST.get("to") == "later" else -1, visit.at)
    return visit.go("people/rules/")


@page(Power.ASSIGN, methods=("POST",))
def drop(visit: Visit, rule: int) -> HttpResponse:
    """Take a rule away."""
    drop_rule(visit.actor, rule, visit.at)
    visit.done("people.done.rule_dropped")
    return visit.go("people/rules/")


@page(Power.ASSIGN, methods=("POST",))
def apply(visit: Visit) -> HttpResponse:
    """Apply the rules now rather than with the next plan."""
    visit.done("people.done.applied", n=apply_rules_now(visit.actor, visit.at))
    return visit.go("people/rules/")


@page(Power.ASSIGN, methods=("POST",))
def hand_over(visit: Visit, user: int) -> HttpResponse:
    """Hand the customers of a member over, all or those that fit the conditions."""
    row = member_for(visit.actor, user)
    people = [one for one in collectors(visit) if one.pk != user]
    nobody = visit.say("people.rules_decide")
    form = ConditionsForm(
        visit.request.POST, people=people, currency=visit.company.currency, nobody=nobody
    )
    if not form.is_valid():
        return visit.render(
            "people/hand_over.html", form=form, member=row, current="people", status=422
        )
    moved = hand_over_all(visit.actor, row.user, form.chosen, form.meant, visit.at)
    visit.done("people.done.handed", n=moved.count, to=str(form.chosen or nobody))
    return visit.go("people/")


@page(Power.ASSIGN, methods=("GET", "POST"))
def unassigned(visit: Visit) -> HttpResponse:
    """Give the customers that are nobody's to somebody."""
    posted = visit.request.method == "POST"
    form = ConditionsForm(
        visit.request.POST if posted else None,
        people=collectors(visit),
        currency=visit.company.currency,
    )
    if posted and form.is_valid():
        moved = hand_over_all(visit.actor, None, form.chosen, form.meant, visit.at)
        visit.done("people.done.handed", n=moved.count, to=str(form.chosen))
        return visit.go("people/")
    return visit.render(
        "people/hand_over.html",
        form=form,
        member=None,
        unassigned=count_by_collector(visit.company.pk).get(None, 0),
        current="people",
        status=422 if posted else 200,
    )


@page(Power.ASSIGN, methods=("POST",))
def undo(visit: Visit, handover: int) -> HttpResponse:
    """Take a handover back."""
    try:
        visit.done("people.done.undone", n=undo_handover(visit.actor, handover, visit.at))
    except UndoneBefore:
        visit.warn("people.error.undone")
    return visit.go("people/")
