"""SMS: text messages by a gateway's HTTP interface; its delivery reports and what is answered."""

from collections.abc import Callable, Mapping

from amiable.channels.message import ChannelClosed, Sender
from amiable.channels.sms import kannel, ovhcloud, twilio
from amiable.channels.sms.report import Call, SmsReport, SmsText
from amiable.channels.sms.sender import Door

KINDS: Mapping[str, tuple[str, ...]] = {
    "ovhcloud": ovhcloud.SECRETS,
    "twilio": twilio.SECRETS,
    "kannel": kannel.SECRETS,
}
"""The gateways one may choose, with the names of their secrets."""
_OPEN: Mapping[str, Callable[[Door], Sender]] = {
    "ovhcloud": ovhcloud.open_ovhcloud,
    "twilio": twilio.open_twilio,
    "kannel": kannel.open_kannel,
}
_READ: Mapping[str, Callable[[Door, Call], SmsReport | SmsText | None]] = {
    "ovhcloud": ovhcloud.read_call,
    "twilio": twilio.read_call,
    "kannel": kannel.read_call,
}


def open_sms(kind: str, door: Door) -> Sender:
    """A channel to a gateway. Raises ChannelClosed when it cannot be used as it is set up."""
    if kind not in _OPEN:
        raise ChannelClosed(f"there is no SMS gateway {kind!r}")
    return _OPEN[kind](door)


def read_call(kind: str, door: Door, call: Call) -> SmsReport | SmsText | None:
    """What a gateway that calls us says; None when it says nothing we need.

    Raises CallRefused when the call is not the gateway's.
    """
    return _READ[kind](door, call)


__all__ = ["KINDS", "Call", "Door", "SmsReport", "SmsText", "open_sms", "read_call"]
