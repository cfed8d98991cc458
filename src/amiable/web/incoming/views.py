"""A mail handed in by another system: as it is, or inside what an e-mail provider posts.

Taken: the raw mail (any content type, message/rfc822 by rights); Postmark's JSON with "RawEmail";
Mailgun's and SendGrid's forms with the raw mail in "body-mime" or "email".
"""

import json
from datetime import UTC, datetime

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt

from amiable.desk.incoming import take_in
from amiable.desk.rate import MINUTE, is_too_often
from amiable.store.mailbox import mailbox_at
from amiable.store.models.incoming import IncomingSource
from amiable.web.gateway.sms import refused

MAIL_MOST = 35_000_000
"""Bytes that may be handed in at once: 25 MB of files, as mails write them."""
_MOST = 600  # mails a minute
_FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")
_RAW_FIELDS = ("body-mime", "email")


@csrf_exempt
def hand_in(request: HttpRequest, web_key: str) -> HttpResponse:
    """Take a mail in; the same mail again changes nothing."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    box = mailbox_at(web_key)
    if box is None or not constant_time_compare(box.web_key or "", web_key):
        return refused(request)
    if is_too_often(f"incoming|{web_key}", _MOST, MINUTE):
        return HttpResponse(status=429, headers={"Retry-After": "60"})
    try:
        raw = _raw(request)
    except RequestDataTooBig:
        return HttpResponse(status=413)
    if not raw:
        return HttpResponse(status=400)
    row = take_in(box.company, raw, IncomingSource.WEBHOOK, datetime.now(UTC))
    return JsonResponse({"taken": row is not None})


def _raw(request: HttpRequest) -> bytes:
    """The mail itself; empty when there is none in it. Raises RequestDataTooBig."""
    if request.content_type in _FORMS:
        given = (request.POST.get(name, "") for name in _RAW_FIELDS)
        return next((one for one in given if one), "").encode("utf-8", "surrogateescape")
    data = request.read(MAIL_MOST + 1)
    if len(data) > MAIL_MOST:
        raise RequestDataTooBig
    return _of_json(data) if request.content_type == "application/json" else data


def _of_json(data: bytes) -> bytes:
    try:
        told = json.loads(data)
    except (ValueError, RecursionError):
        return b""
    raw = told.get("RawEmail") if isinstance(told, dict) else None
    return raw.encode("utf-8", "surrogatepass") if isinstance(raw, str) else b""
