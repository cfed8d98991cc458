"""E-mail services that call us: a message was delivered, opened, came back, was complained about.

Most sign their calls; of those that do not, the key in the address is the proof. Nothing is told
to whoever calls, but whether the call was understood.
"""

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.views.decorators.csrf import csrf_exempt

from amiable.channels.message import ChannelClosed
from amiable.channels.provider import ReportRefused, ReportUnreadable, read_reports
from amiable.desk.mail_report import take_mail_report
from amiable.desk.provider import door_of
from amiable.desk.rate import MINUTE, is_too_often
from amiable.engine.parties import Channel
from amiable.store.models import Gateway
from amiable.web.gateway.sms import gateway_called, refused

_MOST = 1_200  # calls a minute from a service: it may tell of a hundred messages in each
_LONGEST = 2_000_000  # bytes: a batch of events


@csrf_exempt
def email(request: HttpRequest, report_key: str, kind: str) -> HttpResponse:
    """Events of messages; a service asks by HEAD whether anybody is there."""
    if request.method not in ("POST", "HEAD", "GET"):
        return HttpResponseNotAllowed(["POST", "HEAD", "GET"])
    row = gateway_called(report_key, Channel.EMAIL)
    if row is None or row.kind != kind:
        return refused(request)
    if is_too_often(f"gateway|{row.report_key}", _MOST, MINUTE):
        return HttpResponse(status=429, headers={"Retry-After": "60"})
    if request.method != "POST":
        return HttpResponse("", content_type="text/plain")
    return _taken(row, request)


def _taken(row: Gateway, request: HttpRequest) -> HttpResponse:
    """A call that may be the service's: its events written down, or why not."""
    if _length(request) > _LONGEST or len(request.body) > _LONGEST:
        return HttpResponse(status=413)
    at = datetime.now(UTC)
    try:
        for report in read_reports(row.kind, door_of(row), request, at=at):
            take_mail_report(row.company, report, at)
    except (ReportRefused, ChannelClosed):
        return refused(request)
    except ReportUnreadable:
        return HttpResponse(status=400)
    return HttpResponse("", content_type="text/plain")


def _length(request: HttpRequest) -> int:
    """What a call says of its own length, before it is read."""
    said = request.headers.get("Content-Length", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 12 else 0
