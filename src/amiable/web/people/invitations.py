"""Invitations, the company's side: invite, invite again, revoke."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from amiable.desk.access import Power
from amiable.desk.invitation import (
    AlreadyMember,
    Guest,
    InvitationGone,
    Sent,
    invite,
    invite_again,
    revoke,
    send_invitation,
)
from amiable.engine.parties import Language
from amiable.store.models import Invitation
from amiable.store.models.membership import Role
from amiable.web.people.forms import InviteForm
from amiable.web.visit import Visit, page

_LINK = "invitation_link"


@page(Power.PEOPLE, methods=("GET", "POST"))
def new(visit: Visit) -> HttpResponse:
    """Invite somebody."""
    if visit.request.method != "POST":
        first = {"role": Role.COLLECTOR.value, "language": visit.company.language}
        return visit.render("people/invite.html", form=InviteForm(initial=first), current="people")
    form = InviteForm(visit.request.POST)
    if form.is_valid():
        said = form.cleaned_data
        guest = Guest(
            email=said["email"],
            name=said["name"],
            role=Role(said["role"]),
            language=Language(said["language"]),
        )
        try:
            row, secret = invite(visit.actor, guest, visit.at)
        except AlreadyMember:
            form.refuse("email", "people.error.member")
        else:
            return _sent(visit, row, secret)
    return visit.render("people/invite.html", form=form, current="people", status=422)


@page(Power.PEOPLE, methods=("POST",))
def again(visit: Visit, invitation: int) -> HttpResponse:
    """Send a new link; the old one serves no more."""
    try:
        row, secret = invite_again(visit.actor, invitation, visit.at)
    except InvitationGone:
        visit.warn("people.error.gone")
        return visit.go("people/")
    return _sent(visit, row, secret)


@page(Power.PEOPLE, methods=("POST",))
def withdraw(visit: Visit, invitation: int) -> HttpResponse:
    """The link serves no more."""
    try:
        row = revoke(visit.actor, invitation, visit.at)
        visit.done("people.done.revoked", email=row.email)
    except InvitationGone:
        visit.warn("people.error.gone")
    return visit.go("people/")


def _sent(visit: Visit, row: Invitation, secret: str) -> HttpResponse:
    """Send the mail, keep the link for the next page: it is shown once, and kept nowhere."""
    link = invitation_link(secret, visit.request)
    sent = send_invitation(row, link, visit.at)
    visit.request.session[_LINK] = {"link": link, "email": row.email, "way": sent.way,
                                    "detail": sent.detail}  # fmt: skip
    return visit.go("people/invited/")


@page(Power.PEOPLE)
def invited(visit: Visit) -> HttpResponse:
    """What became of the mail, and the link to pass on by other ways."""
    kept = visit.request.session.pop(_LINK, None)
    if kept is None:
        return visit.go("people/")
    sent = Sent(way=kept["way"], detail=kept["detail"])
    return visit.render(
        "people/invited.html",
        link=kept["link"],
        email=kept["email"],
        sent=sent,
        current="people",
    )


def invitation_link(secret: str, request: HttpRequest | None = None) -> str:
    """Where an invitation is accepted; under AMIABLE_URL, or as the desk was reached."""
    path = f"/invitation/{secret}/"
    if request is None or settings.URL.startswith("https"):
        return f"{settings.URL}{path}"
    return request.build_absolute_uri(path)
