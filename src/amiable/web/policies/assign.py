"""Who gets which policy: the default, the segments, customers of their own."""

from dataclasses import dataclass

from django.http import HttpResponse

from amiable.desk.access import Power, customer_for
from amiable.desk.policy import PolicyUnknown, assign_policies, assign_policy, users_of_policies
from amiable.desk.preview import sample_customers
from amiable.engine.parties import Segment
from amiable.store.models import Customer
from amiable.store.policy import chosen_customers, newest_versions
from amiable.web.visit import Visit, page

_PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentChoice:
    """A segment and the policy it has instead of the default, if any."""

    segment: Segment
    chosen: str


@page(Power.SHAPE, methods=("GET", "POST"))
def assign(visit: Visit) -> HttpResponse:
    """The default and the segments; below, the customers with a policy of their own."""
    if visit.request.method == "POST":
        return _assign(visit)
    words = visit.request.GET.get("q", "").strip()
    listed = chosen_customers(visit.company.pk, after=_after(visit), size=_PAGE + 1)
    more = listed[_PAGE - 1] if len(listed) > _PAGE else None
    by_segment = visit.company.policies_by_segment
    return visit.render(
        "policies/assign.html",
        names=[row.name for row in newest_versions(visit.company.pk)],
        users=users_of_policies(visit.actor),
        segments=[
            SegmentChoice(segment=one, chosen=by_segment.get(one.value, "")) for one in Segment
        ],
        listed=listed[:_PAGE],
        more=more,
        words=words,
        found=sample_customers(visit.actor, words) if words else [],
    )


def _after(visit: Visit) -> tuple[str, int] | None:
    """The last customer of the page before."""
    pk = visit.request.GET.get("after", "")
    if not pk.isdigit():
        return None
    last: Customer = customer_for(visit.actor, int(pk))
    return last.name, last.pk


def _assign(visit: Visit) -> HttpResponse:
    post = visit.request.POST
    by_segment = {one: post.get(f"segment.{one.value}", "") for one in Segment}
    try:
        changed = assign_policies(visit.actor, post.get("default", ""), by_segment, at=visit.at)
    except PolicyUnknown:
        visit.warn("policies.assign_page.unknown")
    else:
        visit.done(f"policies.assign_page.{'saved' if changed else 'unchanged'}")
    return visit.go("policies/assign/")


@page(Power.SHAPE, methods=("POST",))
def assign_one(visit: Visit, pk: int) -> HttpResponse:
    """Give one customer a policy of its own, or take it away."""
    customer = customer_for(visit.actor, pk)
    name = visit.request.POST.get("policy", "")
    try:
        assign_policy(visit.actor, customer, name, at=visit.at, today=visit.today)
    except PolicyUnknown:
        visit.warn("policies.assign_page.unknown")
    else:
        done = "policies.assign_page.given" if name else "policies.assign_page.taken"
        visit.done(done, customer=customer.name, policy=name)
    return visit.go("policies/assign/")
