"""A visit to the portal: one request by a link, of one contact, on one day.

It needs no session: every address holds the link. Whatever does not open is answered by one and
the same page, so that nobody learns which links, customers or files there are.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from amiable.desk.calendar import day_of
from amiable.desk.company_logo import logo_of
from amiable.desk.portal_link import LinkGone, looked_at, opened
from amiable.desk.portal_taking import Guest
from amiable.desk.rate import HOUR, MINUTE, count_all, network_of
from amiable.engine.parties import Language
from amiable.engine.reasons import Fact
from amiable.portal.limit import limit_files
from amiable.store.models import PortalLink
from amiable.store.portal import contact_looked_at, note_use
from amiable.words import say

P = ParamSpec("P")

LOOKS_A_MINUTE = 60
"""Requests by one link."""
CALLS_A_MINUTE = 120
"""Requests from one network address: an office has one for all."""
ANSWERS_AN_HOUR = 30
"""Forms sent by one link."""
_HEADERS = {
    "Cache-Control": "no-store, private",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Referrer-Policy": "same-origin",  # "no-referrer" would have browsers hide a form's own origin
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalVisit:
    """``token`` as the address holds it; ``look``: a colleague sees it "as a customer"."""

    request: HttpRequest
    guest: Guest
    token: str
    language: Language
    look: bool

    def say(self, key: str, /, **facts: Fact) -> str:
        """A text in the customer's language."""
        return say(self.language, key, **facts)

    def url(self, path: str = "") -> str:
        """An address of this visit: ``visit.url("paid/")``."""
        return f"/p/look/{self.token}/{path}" if self.look else f"/p/{self.token}/{path}"

    def render(self, template: str, *, status: int = 200, **record: Any) -> HttpResponse:
        """A page with the record it shows."""
        company = self.guest.company
        context = {
            "visit": self,
            "company": company,
            "spoken": self.language.value,
            "has_logo": logo_of(company) is not None,
            **record,
        }
        return render(self.request, f"portal/{template}", context, status=status)

    def go(self, path: str = "") -> HttpResponse:
        """To another page of the visit."""
        return redirect(self.url(path))


def portal_page(
    *methods: str,
) -> Callable[[Callable[Concatenate[PortalVisit, P], HttpResponse]], Callable[..., HttpResponse]]:
    """A page behind a link; ``methods`` besides GET."""

    def decorate(
        view: Callable[Concatenate[PortalVisit, P], HttpResponse],
    ) -> Callable[..., HttpResponse]:
        @csrf_exempt  # the limits on files stand before the form is read: `_shown` checks it
        @wraps(view)
        def run(request: HttpRequest, token: str, *args: P.args, **named: P.kwargs) -> HttpResponse:
            look = bool(named.pop("look", False))
            if request.method not in ("GET", "HEAD", *methods):
                return HttpResponseNotAllowed(["GET", *methods])
            if _too_many(request, token):
                return too_many(request)
            try:
                visit = _visit(request, token, look=look)
                return _shown(visit, lambda: view(visit, *args, **named))
            except LinkGone:
                return gone(request, token)

        return run

    return decorate


def _shown(visit: PortalVisit, show: Callable[[], HttpResponse]) -> HttpResponse:
    limit_files(visit.request)
    with translation.override(visit.language.value):
        response: HttpResponse = csrf_protect(lambda _: show())(visit.request)
    return with_headers(response)


def _visit(request: HttpRequest, token: str, *, look: bool) -> PortalVisit:
    at = datetime.now(UTC)
    link = _looked_at(token, at) if look else opened(token, at)
    contact = link.contact
    if not look and request.method == "GET":
        note_use(link, at)
    guest = Guest(
        company=link.company,
        customer=contact.customer,
        contact=contact,
        link=link,
        today=day_of(link.company, at),
        at=at,
    )
    spoken = Language(contact.language or contact.customer.language)
    return PortalVisit(request=request, guest=guest, token=token, language=spoken, look=look)


def _looked_at(token: str, at: datetime) -> PortalLink:
    """What a colleague looks at stands for a link, and is never kept."""
    contact = contact_looked_at(looked_at(token))
    if contact is None:
        raise LinkGone(token[:8])
    return PortalLink(
        company=contact.company,
        customer=contact.customer,
        contact=contact,
        made_at=at,
        expires_at=at,
    )


def _too_many(request: HttpRequest, token: str) -> bool:
    limits = [(f"portal|{caller(request)}", CALLS_A_MINUTE, MINUTE),
              (f"portal|link|{token}", LOOKS_A_MINUTE, MINUTE)]  # fmt: skip
    if request.method == "POST":
        limits.append((f"portal|answers|{token}", ANSWERS_AN_HOUR, HOUR))
    return count_all(limits)


def caller(request: HttpRequest) -> str:
    """The network address somebody calls from, as proxies that are trusted tell it."""
    try:
        return network_of(get_adapter().get_client_ip(request))
    except (PermissionDenied, ValueError):
        return "unknown"


def with_headers(response: HttpResponse) -> HttpResponse:
    """Kept by nobody, found by no search engine, told to no other site."""
    for name, value in _HEADERS.items():
        response.headers[name] = value
    return response


def gone(request: HttpRequest, token: str) -> HttpResponse:
    """The one page for everything that does not open."""
    return with_headers(render(request, "portal/gone.html", {"token": token}, status=404))


def too_many(request: HttpRequest) -> HttpResponse:
    """Asked too often: come again later."""
    response = render(request, "portal/too_many.html", status=429)
    response.headers["Retry-After"] = str(MINUTE)
    return with_headers(response)
