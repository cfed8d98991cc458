"""Kannel: the open-source gateway, by its sendsms interface (user guide 1.4.5, chapter 6).

A message is posted: its text is the body, all else headers, so that no password stands in an
address that servers write down. Kannel answers 202 when it has taken a message ("0: Accepted for
delivery", "3: Queued for later delivery"), 503 when it cannot for now, 4xx when it never will; it
gives the message no name, so reports are asked for at an address that holds ours.
"""

from urllib.parse import urlsplit

from amiable.channels.http import Answer
from amiable.channels.message import (
    ChannelClosed,
    Delivery,
    Fault,
    Outcome,
    OutgoingMessage,
    Sender,
)
from amiable.channels.sms.report import Call, SmsReport, SmsState, SmsText
from amiable.channels.sms.sender import Door, HttpSender, Request
from amiable.engine.sms import Alphabet, weigh

SECRETS = ("password",)
ANSWERS = "from=%q&text=%b&charset=%C&at=%T&id=%I"
"""What a ``get-url`` of Kannel's sms-service adds to our address, to bring answers in."""
_CODING = {Alphabet.GSM7: "0", Alphabet.UCS2: "2"}
_WANTED = "19"  # 1 delivered to the phone, 2 not delivered, 16 rejected by the SMS centre
_STATES = {"1": SmsState.DELIVERED, "2": SmsState.LOST, "16": SmsState.LOST}


def open_kannel(door: Door) -> Sender:
    """A channel to a Kannel. Settings: address, username, sender. Raises ChannelClosed."""
    address = urlsplit(door.settings.get("address", ""))
    if address.scheme not in ("http", "https") or not address.hostname:
        raise ChannelClosed("give Kannel's address, as https://kannel.example.org:13013", "address")
    url = f"{address.scheme}://{address.netloc}{address.path.rstrip('/')}"
    if not address.path.strip("/"):
        url += "/cgi-bin/sendsms"

    def request(message: OutgoingMessage) -> Request:
        headers = {
            "Content-Type": "text/plain; charset=UTF-8",
            "X-Kannel-Username": door.settings.get("username", ""),
            "X-Kannel-Password": door.secrets.get("password", ""),
            "X-Kannel-From": door.settings.get("sender", ""),
            "X-Kannel-To": message.to[0],
            "X-Kannel-Coding": _CODING[weigh(message.text).alphabet],
        }
        if reports := door.reports_on(message, state="%d", said="%A"):
            headers |= {"X-Kannel-DLR-Mask": _WANTED, "X-Kannel-DLR-Url": reports}
        return Request(url=url, body=message.text.encode(), headers=headers)

    return HttpSender(door, request, _read)


def _read(answer: Answer, message: OutgoingMessage) -> Delivery:
    detail = f"{answer.status} {answer.detail}"
    if answer.status == 202:
        return Delivery(outcome=Outcome.ACCEPTED, detail=detail, reference=message.message_id)
    if answer.status == 503 or answer.status in (401, 403):
        return Delivery(outcome=Outcome.FAILED, detail=detail)  # nothing was taken
    if answer.status is not None and 400 <= answer.status < 500:
        return Delivery(outcome=Outcome.REFUSED, detail=detail)
    return Delivery(outcome=Outcome.AMBIGUOUS, detail=detail)


def read_call(_door: Door, call: Call) -> SmsReport | SmsText | None:
    """A delivery report or an answer; that it is Kannel's, the address alone tells."""
    params = call.params
    if "state" in params:
        state = _STATES.get(params["state"], SmsState.UNDERWAY)
        said = params.get("said", "")
        return SmsReport(
            state=state, mark=params.get("mark", ""), detail=said, fault=_fault(state, said)
        )
    if params.get("from"):
        key = params.get("id") or f"{params['from']}|{params.get('at', '')}"
        text = _decoded(call.raw("text"), params.get("charset", ""))
        return SmsText(key=key, sender=params["from"], text=text)
    return None


def _decoded(text: bytes, charset: str) -> str:
    """Kannel hands a message on in the alphabet it came in, and names it in its own way."""
    encoding = "latin-1" if charset == "8-BIT" else charset or "utf-8"
    try:
        return text.decode(encoding, "replace")
    except LookupError:
        return text.decode("utf-8", "replace")


_NOBODY = ("unknown subscriber", "unidentified subscriber", "illegal subscriber", "err:001",
           "invalid dest")  # fmt: skip


def _fault(state: SmsState, said: str) -> Fault | None:
    """Kannel hands on what the SMS centre says: only plain words about the number count."""
    told = state is SmsState.LOST and any(words in said.lower() for words in _NOBODY)
    return Fault.NOBODY if told else None
