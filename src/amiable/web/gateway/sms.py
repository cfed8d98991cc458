"""SMS gateways that call us. The key in the address is a secret: who knows it may report; Twilio
signs its calls besides. Nothing is told to whoever calls, but whether the call was understood."""

import hmac
from datetime import UTC, datetime

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.views.decorators.csrf import csrf_exempt

from amiable.channels.message import ChannelClosed
from amiable.channels.sms import Call, SmsReport, SmsText, read_call
from amiable.channels.sms.report import CallRefused
from amiable.desk.rate import MINUTE, is_too_often, network_of
from amiable.desk.sms import door_of
from amiable.desk.sms_answer import take_text
from amiable.desk.sms_report import take_report
from amiable.engine.parties import Channel
from amiable.store.gateway import gateway_by_report_key
from amiable.store.models import Gateway

_MOST = 1_200  # calls a minute from a gateway: more than any sends
_MOST_WRONG = 30  # calls a minute from one address that are nobody's
_LONGEST = 20_000  # bytes
_NOTHING_TO_SAY = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
"""For Twilio, which would send any other words back as a message."""


@csrf_exempt
def sms(request: HttpRequest, report_key: str) -> HttpResponse:
    """A delivery report or a text message that came in."""
    if request.method not in ("GET", "POST"):
        return HttpResponseNotAllowed(["GET", "POST"])
    row = gateway_called(report_key, Channel.SMS)
    if row is None:
        return refused(request)
    if is_too_often(f"gateway|{row.report_key}", _MOST, MINUTE):
        return HttpResponse(status=429, headers={"Retry-After": "60"})
    if len(request.body) > _LONGEST:
        return HttpResponse(status=413)
    try:
        _take(row, read_call(row.kind, door_of(row), _call(request)))
    except (CallRefused, ChannelClosed):
        return refused(request)
    if row.kind == "twilio":
        return HttpResponse(_NOTHING_TO_SAY, content_type="text/xml")
    return HttpResponse("", content_type="text/plain")


def _take(row: Gateway, said: SmsReport | SmsText | None) -> None:
    at = datetime.now(UTC)
    if isinstance(said, SmsReport):
        take_report(row.company, said, at)
    elif isinstance(said, SmsText):
        take_text(row.company, row.kind, said, at)


def gateway_called(report_key: str, channel: Channel) -> Gateway | None:
    """The gateway of a channel that a call is for; None for a key that is nobody's."""
    row = gateway_by_report_key(report_key)
    if row is None or not hmac.compare_digest(row.report_key.encode(), report_key.encode()):
        return None
    return row if row.channel == channel.value else None


def refused(request: HttpRequest) -> HttpResponse:
    """One answer for whatever is wrong: it must tell a stranger nothing."""
    if is_too_often(f"wrong|{_network(request)}", _MOST_WRONG, MINUTE):
        return HttpResponse(status=429, headers={"Retry-After": "60"})
    return HttpResponse(status=404)


def _network(request: HttpRequest) -> str:
    try:
        return network_of(get_adapter().get_client_ip(request))
    except (PermissionDenied, ValueError):  # nobody tells the address, or none that is one
        return ""


def _call(request: HttpRequest) -> Call:
    form = {name: value for name, value in request.POST.items() if isinstance(value, str)}
    query = {name: value for name, value in request.GET.items() if isinstance(value, str)}
    return Call(
        url=f"{settings.URL}{request.get_full_path()}",
        params={**query, **form},
        form=form,
        signature=request.headers.get("X-Twilio-Signature", ""),
    )
