"""Whose conversation it is, said by a person."""

from django.http import HttpResponse

from amiable.desk.access import Power, customer_for
from amiable.desk.conversation import conversation_for
from amiable.desk.conversation_link import LinkedBefore, TooLate, link, unlink
from amiable.engine.parties import ContactRole
from amiable.web.visit import Visit, page


@page(Power.WORK, methods=("POST",))
def link_customer(visit: Visit, pk: int) -> HttpResponse:
    """It is of this customer, this once or always."""
    row = conversation_for(visit.actor, pk)
    asked = visit.request.POST
    chosen = asked.get("customer", "")
    if not (chosen.isascii() and chosen.isdigit() and len(chosen) < 19):
        visit.warn("inbox.wrong.no_customer")
        return visit.go(f"inbox/{pk}/")
    customer = customer_for(visit.actor, int(chosen))
    roles = {one.value: one for one in ContactRole}
    always = roles.get(asked.get("role", ""), ContactRole.MAIN) if asked.get("always") else None
    try:
        made = link(visit.actor, row, customer, always=always, today=visit.today, at=visit.at)
    except LinkedBefore:
        visit.warn("inbox.wrong.linked_before")
        return visit.go(f"inbox/{pk}/")
    key = "linked_always" if made is not None and always else "linked"
    visit.done(f"inbox.done.{key}", name=customer.name)
    return visit.go(f"inbox/{pk}/")


@page(Power.WORK, methods=("POST",))
def unlink_customer(visit: Visit, pk: int) -> HttpResponse:
    """It is not theirs after all."""
    row = conversation_for(visit.actor, pk)
    name = row.customer.name if row.customer else ""
    try:
        unlink(visit.actor, row, today=visit.today, at=visit.at)
    except TooLate:
        visit.warn("inbox.wrong.not_unlinked")
    else:
        visit.done("inbox.done.unlinked", name=name)
    return visit.go(f"inbox/{pk}/") if visit.actor.only is None else visit.go("inbox/")
