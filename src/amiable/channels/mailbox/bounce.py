"""Bounces: a mail server says that a mail of ours was not delivered, and for how long.

Read as RFC 3464 says (delivery status notifications, with the status codes of RFC 3463); servers
that write what they like are recognised by the heuristics of flufl.bounce.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message

from flufl.bounce import all_failures

_ID = re.compile(r"^message-id:\s*(<[^<>\s]{1,290}>)", re.IGNORECASE | re.MULTILINE)
_STATUS = re.compile(r"\b([245])\.\d{1,3}\.\d{1,3}\b")
_DAEMONS = re.compile(
    r"(?:mailer-daemon|postmaster|mail-daemon|bounce|mailerdaemon)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounce:
    """``permanent`` addresses will never work, ``passing`` ones may; ``detail`` the server's words.

    ``message_id``: of our mail, where the server sent its head back.
    """

    permanent: tuple[str, ...] = ()
    passing: tuple[str, ...] = ()
    detail: str = ""
    message_id: str = ""


def bounce_of(mail: Message) -> Bounce | None:
    """What a bounce says; None when the mail is none, or tells of a delivery that went well."""
    if not _looks_like(mail):
        return None
    permanent, passing, words = _reported(mail)
    if not permanent and not passing:
        if _is_report(mail):
            return None  # delivered, relayed: good news
        passing_found, permanent_found = _recognised(mail)
        permanent, passing = permanent_found, passing_found
    if not permanent and not passing:
        return None
    return Bounce(
        permanent=tuple(dict.fromkeys(permanent)),
        passing=tuple(one for one in dict.fromkeys(passing) if one not in permanent),
        detail=" ".join("".join(c if c.isprintable() else " " for c in words).split())[:500],
        message_id=_original(mail),
    )


def _looks_like(mail: Message) -> bool:
    """A bounce has no return address, or says that it is one: a person's mail is never searched."""
    sender = str(mail.get("From", "") or "")
    empty = str(mail.get("Return-Path", "") or "").strip() == "<>"
    return _is_report(mail) or empty or bool(_DAEMONS.search(sender))


def _is_report(mail: Message) -> bool:
    kind = str(mail.get_param("report-type") or "").lower()
    return mail.get_content_type() == "multipart/report" and kind == "delivery-status"


def _reported(mail: Message) -> tuple[list[str], list[str], str]:
    """The recipients a delivery status names: (permanent, passing, the server's words)."""
    permanent: list[str] = []
    passing: list[str] = []
    words = ""
    for fields in _recipients(mail):
        address = _address(fields)
        action = str(fields.get("Action", "")).strip().lower()
        status = _STATUS.search(str(fields.get("Status", "")))
        if not address or action in ("delivered", "relayed", "expanded"):
            continue
        said = str(fields.get("Diagnostic-Code", "")).partition(";")[2]
        words = words or said or (status[0] if status else "")
        lasting = action == "failed" and (status is None or status[1] == "5")
        # A full mailbox is given back for good, yet the address exists (RFC 3463 section 3.3).
        if lasting and status is not None and status[0] == "5.2.2":
            lasting = False
        (permanent if lasting else passing).append(address)
    return permanent, passing, words


def _recipients(mail: Message) -> Iterator[Message]:
    for part in mail.walk():
        if part.get_content_type() == "message/delivery-status":
            blocks = part.get_payload()
            for block in blocks if isinstance(blocks, list) else ():
                if isinstance(block, Message) and block.get("Final-Recipient"):
                    yield block


def _address(fields: Message) -> str:
    """The address we wrote to: the original recipient, else the one it was forwarded to."""
    for name in ("Original-Recipient", "Final-Recipient"):
        address = str(fields.get(name, "")).partition(";")[2].strip().strip("<>").lower()
        if "@" in address:
            return address
    return ""


def _recognised(mail: Message) -> tuple[list[str], list[str]]:
    try:
        passing, permanent = all_failures(mail)
    except Exception:  # its detectors trip over mails that are broken
        return [], []
    return [_plain(one) for one in passing], [_plain(one) for one in permanent]


def _plain(address: bytes | str) -> str:
    text = address.decode("ascii", "replace") if isinstance(address, bytes) else address
    return text.strip().lower()


def _original(mail: Message) -> str:
    """The Message-ID of the mail that came back, from the head that was sent along."""
    for part in mail.walk():
        kind = part.get_content_type()
        if part is not mail and kind == "message/rfc822":
            inner = part.get_payload()
            first = inner[0] if isinstance(inner, list) and inner else None
            if isinstance(first, Message) and first.get("Message-ID"):
                return str(first["Message-ID"]).strip()
        elif kind in ("text/rfc822-headers", "text/plain"):
            data = part.get_payload(decode=True)
            match = _ID.search(data.decode("latin-1")) if isinstance(data, bytes) else None
            if match:
                return match[1]
    return ""
