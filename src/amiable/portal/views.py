"""Pages of the portal besides the answers: the account, its files, links that no longer open."""

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.csrf import csrf_protect

from amiable.desk.company_logo import logo_of
from amiable.desk.portal import portal_file, portal_statement
from amiable.desk.portal import portal_page as page_of
from amiable.desk.portal_change import answers_today, asked_address, confirm_address
from amiable.desk.portal_link import LinkGone, renew
from amiable.desk.rate import HOUR, count_all, is_too_often
from amiable.engine.parties import Language
from amiable.portal.files import as_file
from amiable.portal.visit import (
    PortalVisit,
    caller,
    gone,
    portal_page,
    too_many,
    with_headers,
)

_RENEWALS_AN_HOUR = 5
_ABOUT_MONEY = ("paid", "promise", "instalments", "dispute", "copy")
_ABOUT_PEOPLE = ("wrong", "accountant", "me")


@portal_page()
def account(visit: PortalVisit) -> HttpResponse:
    """What is open, what is late since when, how to pay, and the buttons."""
    guest = visit.guest
    return visit.render(
        "account.html",
        page=page_of(guest.company, guest.customer, guest.today),
        today=guest.today,
        answers=[(row, _label(visit, row.facts["answer"])) for row in answers_today(guest)],
        codes=[(f"{code}/", _label(visit, code)) for code in _ABOUT_MONEY],
        about=[(f"{code}/", _label(visit, code)) for code in _ABOUT_PEOPLE],
    )


def _label(visit: PortalVisit, code: str) -> str:
    return visit.say(f"portal.button.{code}")


@portal_page()
def statement(visit: PortalVisit) -> HttpResponse:
    """The statement as a PDF."""
    guest = visit.guest
    made = portal_statement(guest.company, guest.customer, guest.today, visit.language)
    return as_file(made)


@portal_page()
def invoice(visit: PortalVisit, file: int) -> HttpResponse:
    """An invoice as it was sent."""
    found = portal_file(visit.guest.company, visit.guest.customer, file)
    if found is None:
        raise LinkGone(str(file))
    return as_file(found)


@portal_page()
def logo(visit: PortalVisit) -> HttpResponse:
    """The creditor's logo."""
    found = logo_of(visit.guest.company)
    if found is None:
        raise LinkGone("logo")
    return HttpResponse(found[1], content_type=found[0])


@csrf_protect
def renewed(request: HttpRequest, token: str) -> HttpResponse:
    """Send the contact of an expired link a new one. The answer is the same for every address."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    whos = (f"portal|renew|{caller(request)}", f"portal|renew|{token}")
    if count_all((who, _RENEWALS_AN_HOUR, HOUR) for who in whos):
        return too_many(request)
    renew(token, datetime.now(UTC))
    return with_headers(render(request, "portal/renewed.html"))


@csrf_protect
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever reads at a new address says that it is right."""
    if request.method not in ("GET", "HEAD", "POST"):
        return HttpResponseNotAllowed(["GET", "POST"])
    if is_too_often(f"portal|confirm|{caller(request)}", _RENEWALS_AN_HOUR * 4, HOUR):
        return too_many(request)
    try:
        row = asked_address(token)
        assert row.customer is not None
        spoken = Language((row.contact and row.contact.language) or row.customer.language)
        done = request.method == "POST"
        if done:
            confirm_address(token, datetime.now(UTC))
    except LinkGone:
        return gone(request, token)
    with translation.override(spoken.value):
        shown = {"answer": row, "company": row.company, "done": done, "spoken": spoken.value}
        return with_headers(render(request, "portal/confirm.html", shown))
