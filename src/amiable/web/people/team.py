"""The team: who may do what, who is away, who has how many customers."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse

from amiable.desk.access import POWERS, Power
from amiable.desk.assign import NotACollector
from amiable.desk.invitation import invitations_for
from amiable.desk.member import (
    AbsenceRefused,
    LastAdministrator,
    change_role,
    deactivate,
    end_absence,
    member_for,
    reactivate,
    set_absence,
)
from amiable.store.assignment import count_by_collector, handovers_of
from amiable.store.models import Handover, Invitation, Membership, User
from amiable.store.models.membership import Role
from amiable.store.people import Team, is_away, team_of
from amiable.web.people.conditions import ConditionsForm
from amiable.web.people.forms import AbsenceForm, RoleForm
from amiable.web.visit import Visit, page


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamPage:
    """What the team's page shows; invitations for administrators only."""

    team: Team
    invitations: list[Invitation]
    handovers: list[Handover]


@page()
def team(visit: Visit) -> HttpResponse:
    """Everybody; an outside collector sees nobody but themselves."""
    company = visit.company.pk
    may_assign = visit.may(Power.ASSIGN)
    shown = TeamPage(
        team=team_of(company, visit.today, visit.actor.only),
        invitations=invitations_for(visit.actor) if visit.may(Power.PEOPLE) else [],
        handovers=handovers_of(company) if may_assign else [],
    )
    return visit.render(
        "people/team.html",
        page=shown,
        current="people",
        may_assign=may_assign,
        may_invite=visit.may(Power.PEOPLE),
        may_audit=visit.may(Power.AUDIT),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberPage:
    """One member, with the forms of what can be done."""

    member: Membership
    customers: int
    away: bool
    may_collect: bool
    role_form: RoleForm | None
    absence_form: AbsenceForm
    handover_form: ConditionsForm


@page(Power.ASSIGN)
def member(visit: Visit, user: int) -> HttpResponse:
    """One member."""
    return _show(visit, user)


def _show(visit: Visit, user: int, status: int = 200, **forms: Any) -> HttpResponse:
    """The member's page; a form that was refused in place of a new one."""
    row = member_for(visit.actor, user)
    others = [one for one in collectors(visit) if one.pk != user]
    shown = MemberPage(
        member=row,
        customers=count_by_collector(visit.company.pk).get(user, 0),
        away=is_away(row, visit.today),
        may_collect=Power.WORK in POWERS[Role(row.role)],
        role_form=forms.get("role_form")
        or (RoleForm(initial={"role": row.role}) if visit.may(Power.PEOPLE) else None),
        absence_form=forms.get("absence_form") or _absence_form(row, others, visit),
        handover_form=forms.get("handover_form")
        or ConditionsForm(
            people=others, currency=visit.company.currency, nobody=visit.say("people.rules_decide")
        ),
    )
    return visit.render(
        "people/member.html", page=shown, current="people", others=others, status=status
    )


def _absence_form(row: Membership, others: list[User], visit: Visit) -> AbsenceForm:
    return AbsenceForm(
        others=others,
        initial={
            "absent_from": row.absent_from or visit.today,
            "absent_until": row.absent_until,
            "stand_in": row.stand_in_id,
        },
    )


def collectors(visit: Visit) -> list[User]:
    """The members customers can be given to."""
    return [
        row.member.user
        for row in team_of(visit.company.pk, visit.today).rows
        if row.member.active and Power.WORK in POWERS[Role(row.member.role)]
    ]


@page(Power.PEOPLE, methods=("POST",))
def role(visit: Visit, user: int) -> HttpResponse:
    """Give a member another role."""
    member_for(visit.actor, user)
    form = RoleForm(visit.request.POST)
    if not form.is_valid():
        return _show(visit, user, 422, role_form=form)
    try:
        row = change_role(visit.actor, user, Role(form.cleaned_data["role"]), visit.at)
    except LastAdministrator:
        form.refuse("role", "people.error.last_administrator")
        return _show(visit, user, 422, role_form=form)
    visit.done("people.done.role", who=str(row.user))
    return visit.go(f"people/{user}/" if visit.user.pk != user else "people/")


@page(Power.PEOPLE, methods=("POST",))
def leave(visit: Visit, user: int) -> HttpResponse:
    """Close the company to a member; the customers go to whom the form names."""
    row = member_for(visit.actor, user)
    said = visit.request.POST.get("heir", "")
    heir = next((one for one in collectors(visit) if str(one.pk) == said), None)
    try:
        deactivate(visit.actor, user, visit.at, heir=heir, keep=said == "keep")
    except (LastAdministrator, NotACollector):
        visit.warn("people.error.last_administrator")
        return visit.go(f"people/{user}/")
    visit.done("people.done.left", who=str(row.user))
    return visit.go("people/")


@page(Power.PEOPLE, methods=("POST",))
def come_back(visit: Visit, user: int) -> HttpResponse:
    """Open the company to a former member again."""
    row = reactivate(visit.actor, user, visit.at)
    visit.done("people.done.back", who=str(row.user))
    return visit.go(f"people/{user}/")


@page(Power.ASSIGN, methods=("POST",))
def absence(visit: Visit, user: int) -> HttpResponse:
    """Note when a member is away and who stands in."""
    row = member_for(visit.actor, user)
    others = [one for one in collectors(visit) if one.pk != user]
    form = AbsenceForm(visit.request.POST, others=others)
    if not form.is_valid():
        return _show(visit, user, 422, absence_form=form)
    said = form.cleaned_data
    try:
        set_absence(
            visit.actor,
            user,
            absent_from=said["absent_from"],
            absent_until=said["absent_until"],
            stand_in=int(said["stand_in"]) if said["stand_in"] else None,
            at=visit.at,
        )
    except AbsenceRefused:
        form.refuse("absent_until", "people.error.absence")
        return _show(visit, user, 422, absence_form=form)
    visit.done("people.done.absence", who=str(row.user))
    return visit.go(f"people/{user}/")


@page(Power.ASSIGN, methods=("POST",))
def present(visit: Visit, user: int) -> HttpResponse:
    """The member is back."""
    row = end_absence(visit.actor, user, visit.at)
    visit.done("people.done.present", who=str(row.user))
    return visit.go(f"people/{user}/")
