"""No more e-mails: the page behind List-Unsubscribe, and the one click of a mail program."""

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt

from amiable.desk.portal_link import LinkGone
from amiable.desk.rate import HOUR, MINUTE, count_all
from amiable.desk.stop_link import contact_of, resume, wants_none
from amiable.desk.stop_link import stop as stop_writing
from amiable.engine.parties import Language
from amiable.portal.visit import caller, too_many, with_headers

_CALLS_A_MINUTE = 300  # a large provider calls for all its readers from few addresses
_CALLS_AN_HOUR = 30  # by one link


@csrf_exempt  # RFC 8058: the mail provider posts without a page; the address alone entitles
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks, for programs that follow links must change nothing; POST does it. Never redirects
    (RFC 8058 section 3.1)."""
    if request.method not in ("GET", "HEAD", "POST"):
        return HttpResponseNotAllowed(["GET", "POST"])
    limits = [(f"portal|stop|{caller(request)}", _CALLS_A_MINUTE, MINUTE),
              (f"portal|stop|{token}", _CALLS_AN_HOUR, HOUR)]  # fmt: skip
    if count_all(limits):
        return too_many(request)
    try:
        contact = contact_of(token)
    except LinkGone:
        return with_headers(render(request, "portal/stop_gone.html", status=404))
    resumes = request.POST.get("do") == "resume"
    if request.method == "POST":
        (resume if resumes else stop_writing)(contact, datetime.now(UTC))
        contact.refresh_from_db(fields=["refuses", "opted_out"])
    spoken = Language(contact.language or contact.customer.language)
    with translation.override(spoken.value):
        shown = {
            "contact": contact,
            "company": contact.company,
            "stopped": wants_none(contact),
            "resumed": resumes and not wants_none(contact),
            "spoken": spoken.value,
        }
        return with_headers(render(request, "portal/stop.html", shown))
