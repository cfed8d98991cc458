"""Policies: the list, one read as a ladder, two versions compared."""

from dataclasses import dataclass
from datetime import date
from itertools import zip_longest

from django.http import HttpResponse
from django.utils.safestring import SafeString

from amiable.desk.access import Power, customer_for
from amiable.desk.calendar import day_of
from amiable.desk.policy import (
    published_policy,
    segments_of_policies,
    users_of_policies,
    version_for,
)
from amiable.desk.policy_effect import CustomerLadder, ladder_of
from amiable.desk.preview import sample_customers
from amiable.engine.parties import Segment
from amiable.engine.policy import Policy
from amiable.store.models import Customer, PolicyVersion
from amiable.store.policy import newest_version, newest_versions, versions_of_policy
from amiable.web.policies.compare import comparison
from amiable.web.policies.ladder import Rung, customer_rungs, draw_customer, picture_of
from amiable.web.visit import Visit, page
from amiable.words.policies import described, trigger_sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyLine:
    """A policy in the list."""

    pk: int
    name: str
    version: int
    since: date
    description: str
    trigger: str
    steps: int
    users: int
    segments: list[Segment]
    default: bool


@page()
def policies(visit: Visit) -> HttpResponse:
    """All policies in force."""
    company = visit.company
    users, segments = users_of_policies(visit.actor), segments_of_policies(company)
    lines = [
        _line(visit, row, users[row.name], segments.get(row.name, []))
        for row in newest_versions(company.pk)
    ]
    return visit.render("policies/list.html", lines=lines, may_shape=visit.may(Power.SHAPE))


def _line(visit: Visit, row: PolicyVersion, users: int, segments: list[Segment]) -> PolicyLine:
    policy = published_policy(row)
    return PolicyLine(
        pk=row.pk,
        name=row.name,
        version=row.version,
        since=day_of(visit.company, row.published_at),
        description=described(policy, visit.language),
        trigger=trigger_sentence(policy.trigger, visit.language),
        steps=len(policy.steps),
        users=users,
        segments=segments,
        default=row.name == visit.company.policy,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionLine:
    """A version in the list, and the one before it to compare with."""

    row: PolicyVersion
    on: date
    before: int | None


def _versions(visit: Visit, name: str) -> list[VersionLine]:
    rows = versions_of_policy(visit.company.pk, name)
    return [
        VersionLine(
            row=row,
            on=day_of(visit.company, row.published_at),
            before=earlier.pk if earlier else None,
        )
        for row, earlier in zip_longest(rows, rows[1:])
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class ForCustomer:
    """A policy seen with one customer."""

    ladder: CustomerLadder
    usual: str
    line: SafeString | None
    rungs: tuple[Rung, ...]
    samples: list[Customer]
    words: str


@page()
def policy(visit: Visit, pk: int) -> HttpResponse:
    """One version, read as a ladder."""
    row = version_for(visit.actor, pk)
    shown = published_policy(row)
    newest = newest_version(visit.company.pk, row.name) or row
    return visit.render(
        "policies/policy.html",
        row=row,
        newest=newest if newest.pk != row.pk else None,
        picture=picture_of(visit, shown),
        customer=_for_customer(visit, shown),
        versions=_versions(visit, row.name),
        users=users_of_policies(visit.actor)[row.name],
        may_shape=visit.may(Power.SHAPE),
        may_prove=visit.may(Power.PROOF) and newest.pk == row.pk,
    )


def _for_customer(visit: Visit, shown: Policy) -> ForCustomer | None:
    words = visit.request.GET.get("q", "").strip()
    samples = sample_customers(visit.actor, words) or sample_customers(visit.actor)
    wanted = visit.request.GET.get("customer", "")
    # A search that was not confirmed by a choice shows its first hit.
    chosen = customer_for(visit.actor, int(wanted)) if wanted.isdigit() and not words else None
    chosen = chosen or next(iter(samples), None)
    if chosen is None:
        return None
    if chosen.pk not in {one.pk for one in samples}:
        samples = [chosen, *samples]
    ladder = ladder_of(visit.company, shown, chosen, visit.today)
    return ForCustomer(
        ladder=ladder,
        usual=_usual(visit, ladder.usual),
        line=draw_customer(shown, ladder, visit.language),
        rungs=customer_rungs(shown, ladder, visit.language),
        samples=samples,
        words=words,
    )


def _usual(visit: Visit, days: int) -> str:
    if days == 0:
        return visit.say("policies.customer.on")
    return visit.say(f"policies.customer.{'after' if days > 0 else 'before'}", n=abs(days))


@page()
def export(visit: Visit, pk: int) -> HttpResponse:
    """A version as a TOML file."""
    row = version_for(visit.actor, pk)
    answer = HttpResponse(row.toml, content_type="application/toml; charset=utf-8")
    plain = "".join(char if char.isalnum() and char.isascii() else "-" for char in row.name)
    name = f"{plain}-v{row.version}.toml"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@page()
def compare(visit: Visit, pk: int, other: int) -> HttpResponse:
    """Two versions, field by field and as files."""
    one, two = version_for(visit.actor, pk), version_for(visit.actor, other)
    if one.version > two.version:
        one, two = two, one
    return visit.render(
        "policies/compare.html",
        one=one,
        two=two,
        comparison=comparison(one, two, visit.company.currency, visit.language),
    )
