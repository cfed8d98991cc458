"""Door: what a request gets that cannot come in as it is: nobody signed in, or another method."""

from collections.abc import Sequence
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect

from amiable.web.language import reader_language
from amiable.words import say

_READS = ("GET", "HEAD")


def to_sign_in(request: HttpRequest, company: str) -> HttpResponse:
    """To the sign-in page, and from there back to the page one was looking at.

    A part of a page that a script asked for must not become the sign-in page: the whole window
    goes there. What was sent is not done: it is told, and one comes back to the page it stood on.
    """
    if request.method not in _READS:
        messages.error(request, say(reader_language(), "frame.signed_out"))
    address = f"{settings.LOGIN_URL}?{urlencode({'next': _page_of(request, company)})}"
    if getattr(request, "htmx", False):
        return HttpResponseClientRedirect(address)
    if request.headers.get("X-Requested-With") == "XMLHttpRequest":
        return HttpResponse(status=204, headers={"X-Go": address})
    return redirect(address)


def _page_of(request: HttpRequest, company: str) -> str:
    """The page in the window: a form's address, or a fragment's, is none."""
    if request.method in _READS and not getattr(request, "htmx", False):
        return request.get_full_path()
    shown = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(shown, {request.get_host()}):
        parts = urlsplit(shown)
        return parts.path + (f"?{parts.query}" if parts.query else "")
    return f"/c/{company}/"


def wrong_method(request: HttpRequest, allowed: Sequence[str]) -> HttpResponse:
    """A page for whoever typed, or loaded anew, the address of a form that was sent."""
    answer = render(request, "405.html", status=405)
    answer.headers["Allow"] = ", ".join(allowed)
    return answer
