"""Twilio: its Messages resource, status callbacks and incoming messages.

Source: twilio.com/docs/messaging/api/message-resource, /docs/usage/security (signatures), and the
dictionary of error codes. Twilio documents no key that would make a repeated POST harmless, so
that what ended without an answer is ambiguous.
"""

import hmac
from base64 import b64encode
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from amiable.channels.http import Answer
from amiable.channels.message import (
    ChannelClosed,
    Delivery,
    Fault,
    Outcome,
    OutgoingMessage,
    Sender,
)
from amiable.channels.sms.report import Call, CallRefused, SmsReport, SmsState, SmsText
from amiable.channels.sms.sender import Door, HttpSender, Request

SECRETS = ("auth_token",)
BASE = "https://api.twilio.com"
_FAULTS = {
    21211: Fault.NOBODY,  # not a number
    21217: Fault.NOBODY,  # does not appear to be valid
    30005: Fault.NOBODY,  # unknown destination handset
    21614: Fault.UNFIT,  # not a mobile number
    30006: Fault.UNFIT,  # landline or unreachable carrier
    21610: Fault.STOPPED,  # the recipient answered STOP
}
_STATES = {
    "delivered": SmsState.DELIVERED,
    "read": SmsState.DELIVERED,
    "undelivered": SmsState.LOST,
    "failed": SmsState.LOST,
    "canceled": SmsState.LOST,
}


def open_twilio(door: Door) -> Sender:
    """A channel to Twilio. Settings: account_sid, sender (a number, a sender id or the SID of a
    messaging service). Raises ChannelClosed."""
    account, token = door.settings.get("account_sid", ""), door.secrets.get("auth_token", "")
    if not account or not token:
        raise ChannelClosed("give Twilio's account SID and auth token", "login")
    url = f"{door.base or BASE}/2010-04-01/Accounts/{quote(account, safe='')}/Messages.json"
    login = b64encode(f"{account}:{token}".encode()).decode("ascii")
    headers = {
        "Authorization": f"Basic {login}",
        "Content-Type": "application/x-www-form-urlencoded",
        "Accept": "application/json",
    }

    def request(message: OutgoingMessage) -> Request:
        sender = door.settings.get("sender", "")
        by = "MessagingServiceSid" if sender.startswith("MG") and len(sender) == 34 else "From"
        form = {"To": message.to[0], by: sender, "Body": message.text}
        if reports := door.reports_on(message):
            form["StatusCallback"] = reports
        return Request(url=url, body=urlencode(form).encode("ascii"), headers=headers)

    return HttpSender(door, request, _read)


def _read(answer: Answer, _message: OutgoingMessage) -> Delivery:
    said = answer.said
    code = said.get("code")
    detail = f"{code or answer.status} {said.get('message') or answer.detail}"
    if answer.status in (200, 201) and said.get("sid"):
        return _taken(said)
    if answer.status in (401, 403, 429):  # a wrong login, too many at once: nothing was taken
        return Delivery(outcome=Outcome.FAILED, detail=detail)
    if answer.status is not None and 400 <= answer.status < 500:
        return Delivery(outcome=Outcome.REFUSED, detail=detail, fault=_fault(code))
    return Delivery(outcome=Outcome.AMBIGUOUS, detail=detail)


def _taken(said: Mapping[str, Any]) -> Delivery:
    sid, status = str(said["sid"]), str(said.get("status", ""))
    if status == "failed":
        code = said.get("error_code")
        detail = f"{code or status} {said.get('error_message') or ''}".strip()
        return Delivery(outcome=Outcome.REFUSED, detail=detail, reference=sid, fault=_fault(code))
    return Delivery(outcome=Outcome.ACCEPTED, detail=f"{sid} {status}".strip(), reference=sid)


def _fault(code: object) -> Fault | None:
    return _FAULTS.get(code) if isinstance(code, int) else None


# --- calls from Twilio ------------------------------------------------------------------------


def sign(token: str, url: str, form: Mapping[str, str]) -> str:
    """The value of X-Twilio-Signature: HMAC-SHA1 over the address and the sorted form."""
    signed = url + "".join(f"{name}{form[name]}" for name in sorted(form))
    return b64encode(hmac.digest(token.encode(), signed.encode(), "sha1")).decode("ascii")


def read_call(door: Door, call: Call) -> SmsReport | SmsText | None:
    """A status callback or an incoming message. Raises CallRefused for another's signature."""
    wanted = sign(door.secrets.get("auth_token", ""), call.url, call.form)
    if not hmac.compare_digest(wanted.encode(), call.signature.encode()):
        raise CallRefused("the signature is not Twilio's")
    form = call.form
    sid = form.get("MessageSid") or form.get("SmsSid") or ""
    if form.get("From") and "Body" in form and form.get("SmsStatus", "received") == "received":
        stops = form.get("OptOutType", "") == "STOP"
        return SmsText(key=sid, sender=form["From"], text=form["Body"], stops=stops)
    status = form.get("MessageStatus") or form.get("SmsStatus") or ""
    if not status:
        return None
    code = form.get("ErrorCode", "")
    return SmsReport(
        state=_STATES.get(status, SmsState.UNDERWAY),
        mark=call.params.get("mark", ""),
        reference=sid,
        detail=f"{code} {status}".strip(),
        fault=_fault(int(code)) if code.isdigit() else None,
    )
