"""Reply addresses: where answers to one message go, so that they are recognised as answers to it.

"compta@fournil.example" becomes "compta+r-1z-k3v...@fournil.example": the number of the message and
a signature, in signs that survive programs which write addresses in lower case. It is given only
where the company said that its mailbox takes such addresses (RFC 5233 calls them subaddresses).
"""

import re
from base64 import b32encode
from collections.abc import Iterable

from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.http import base36_to_int, int_to_base36

from amiable.store.mailbox import answer_address
from amiable.store.models import Company

_LONGEST_LOCAL = 64  # octets before the @ (RFC 5321 section 4.5.3.1.1)
_TAG = re.compile(r"\+r-(?P<pk>[0-9a-z]{1,12})-(?P<signature>[a-z2-7]{16})@")


def reply_address(company: Company, message: int) -> str:
    """Where answers to a message (its primary key) go: the company's own address when its mailbox
    takes no others."""
    return tagged(answer_address(company.pk), company.pk, message) or company.email


def tagged(address: str, company: int, message: int) -> str:
    """An address with a message's number, signed; empty when there is none or no room in it."""
    local, at, domain = address.partition("@")
    number = int_to_base36(message)
    made = f"{local}+r-{number}-{_signature(company, message)}"
    return f"{made}@{domain}" if at and len(made.encode()) <= _LONGEST_LOCAL else ""


def answered_message(company: int, addresses: Iterable[str]) -> int | None:
    """The message whose reply address is among some; None for none, or a forged one."""
    for address in addresses:
        match = _TAG.search(address.lower())
        if match:
            message = base36_to_int(match["pk"])
            if constant_time_compare(match["signature"], _signature(company, message)):
                return message
    return None


def _signature(company: int, message: int) -> str:
    """80 bits: more than anybody can try, few enough to fit."""
    made = salted_hmac("amiable.reply_address", f"{company}:{message}", algorithm="sha256")
    return b32encode(made.digest()[:10]).decode("ascii").lower()
