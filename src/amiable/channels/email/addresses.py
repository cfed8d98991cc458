"""Addresses as mail carries them: checked, and with the domain in ASCII (IDNA)."""

import re
from functools import lru_cache

from email_validator import EmailNotValidError, validate_email

from amiable.channels.email.headers import check_one_line, phrase

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_LOCAL_UTF8 = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\u00a1-\U0010ffff-]+"
    r"(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~\u00a1-\U0010ffff-]+)*"
)
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_LONGEST_LOCAL, _LONGEST = 64, 254
"""Octets; RFC 5321 section 4.5.3.1, and a path of 256 with its two angle brackets."""


def wire_address(field: str, address: str, *, utf8: bool = False) -> str:
    """Return a bare address (no name, no brackets) as it is written to a mail server.

    A domain in another script becomes its ASCII form; a local part in another script is let
    through only with ``utf8`` (a server that speaks SMTPUTF8). Raises ValueError otherwise.
    """
    check_one_line(field, address)
    local, at, domain = address.rpartition("@")
    if not at or not _is_local(local, utf8=utf8):
        raise ValueError(_bad_local(field, address, local))
    wire = f"{local}@{_ascii_domain(field, address, domain)}"
    if len(local.encode("utf-8")) > _LONGEST_LOCAL or len(wire.encode("utf-8")) > _LONGEST:
        raise ValueError(f"{field}: the address {address!r} is too long; check it")
    return wire


def mailbox(field: str, name: str, address: str, *, utf8: bool = False) -> str:
    """Return ``name <address>`` for a field, folded where it is long."""
    check_one_line(field, name)
    wire = wire_address(field, address, utf8=utf8)
    if not name.strip():
        return wire
    words = phrase(name, 76 - len(field) - 2)
    last = words.rpartition("\n")[2]
    fits = len(field) + 2 + len(last) + len(wire) + 3 <= 76
    return f"{words}{' ' if fits else chr(13) + chr(10) + ' '}<{wire}>"


def _is_local(local: str, *, utf8: bool) -> bool:
    pattern = _LOCAL_UTF8 if utf8 else _LOCAL
    return pattern.fullmatch(local) is not None


def _bad_local(field: str, address: str, local: str) -> str:
    if local and not local.isascii():
        return (
            f"{field}: the part before @ of {address!r} has letters that this mail server "
            "cannot carry (it would need SMTPUTF8); ask the contact for another address"
        )
    return f"{field}: {address!r} is not an e-mail address; write it as name@domain, alone"


def _ascii_domain(field: str, address: str, domain: str) -> str:
    wire = domain if domain.isascii() else _idna(domain)
    if not _DOMAIN.fullmatch(wire):
        raise ValueError(f"{field}: the domain of {address!r} is not valid; check what follows @")
    return wire


@lru_cache(maxsize=1024)
def _idna(domain: str) -> str:
    """Return the ASCII form of a domain, or nothing when it has none."""
    try:
        found = validate_email(
            f"x@{domain}", check_deliverability=False, globally_deliverable=False
        )
    except EmailNotValidError:
        return ""
    return found.ascii_domain
