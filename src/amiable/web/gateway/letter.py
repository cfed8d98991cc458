"""A postal service that calls us: something became of a letter.

Its calls are not signed. What one says is not believed: it only names a letter, and the service is
asked what became of it.
"""

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.views.decorators.csrf import csrf_exempt

from amiable.channels.letter.mysendingbox import letter_named
from amiable.channels.message import ChannelClosed
from amiable.desk.postal import take_postal_report
from amiable.desk.rate import MINUTE, is_too_often
from amiable.engine.parties import Channel
from amiable.web.gateway.sms import gateway_called, refused

_MOST = 300  # calls a minute: each asks the service once
_LONGEST = 200_000  # bytes: the call holds the letter with all its events


@csrf_exempt
def letter(request: HttpRequest, report_key: str) -> HttpResponse:
    """Something became of a letter."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    row = gateway_called(report_key, Channel.LETTER)
    if row is None:
        return refused(request)
    if is_too_often(f"gateway|{row.report_key}", _MOST, MINUTE):
        return HttpResponse(status=429, headers={"Retry-After": "60"})
    if len(request.body) > _LONGEST:
        return HttpResponse(status=413)
    reference = letter_named(request.body)
    if not reference:
        return HttpResponse(status=400)
    try:
        take_postal_report(row, reference, at=datetime.now(UTC))
    except ChannelClosed:
        return HttpResponse(status=503)
    return HttpResponse("", content_type="text/plain")
