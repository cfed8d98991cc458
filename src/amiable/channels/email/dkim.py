"""DKIM: a mail signed by the domain it comes from, so that its receiver can tell (RFC 6376).

The public half of the key stands in the DNS; whoever receives the mail finds it there and sees
that nothing signed was changed on the way. Keys are RSA of 2048 bits, signatures rsa-sha256: what
every receiver can check (RFC 8301 section 3).
"""

import re
from base64 import b64encode
from dataclasses import dataclass, field

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

_BITS = 2048
_LONGEST_STRING = 255
"""Bytes of one string of a TXT record (RFC 1035 section 3.3)."""
_SIGNED = frozenset(
    {b"from", b"sender", b"reply-to", b"to", b"cc", b"subject", b"date", b"message-id"}
    | {b"in-reply-to", b"references", b"mime-version", b"content-type", b"content-language"}
    | {b"content-transfer-encoding", b"auto-submitted", b"list-unsubscribe"}
    | {b"list-unsubscribe-post"}
)
"""What a reader or a program acts on (RFC 6376 section 5.4.1); RFC 8058 section 4 asks for the two
List fields."""
_NEVER_ADDED = (b"from", b"sender", b"reply-to", b"to", b"cc", b"subject", b"date")
"""Signed once more than they stand there: one that somebody adds breaks the signature (RFC 6376
section 8.15)."""
_TAG = re.compile(r"\s*([A-Za-z][A-Za-z0-9_]*)\s*=\s*(.*?)\s*", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class DkimSigner:
    """Who signs; ``private_key`` is in PEM form. The public half of it stands in the DNS at
    ``<selector>._domainkey.<domain>``."""

    domain: str
    selector: str
    private_key: str = field(repr=False)


def new_private_key() -> str:
    """A new key, in PEM form (PKCS #8)."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=_BITS)
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode("ascii")


def public_record(private_key: str) -> str:
    """The text that stands in the DNS for a key (RFC 6376 section 3.6.1)."""
    key = serialization.load_pem_private_key(private_key.encode("ascii"), password=None)
    der = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return f"v=DKIM1; k=rsa; p={b64encode(der).decode('ascii')}"


def record_strings(text: str) -> tuple[str, ...]:
    """A TXT record cut into the strings it may consist of; joined again by whoever reads it."""
    starts = range(0, len(text), _LONGEST_STRING)
    return tuple(text[start : start + _LONGEST_STRING] for start in starts)


def tags_of(text: str) -> dict[str, str]:
    """The tags of a record (``v=DKIM1; p=...``), as DKIM and DMARC write them; of one that stands
    there twice, nothing holds: the record is no record (RFC 6376 section 3.2)."""
    found: dict[str, str] = {}
    for part in text.split(";"):
        tag = _TAG.fullmatch(part)
        if tag is None:
            if part.strip():
                return {}
            continue
        if tag[1] in found:
            return {}
        found[tag[1]] = tag[2]
    return found


def signed(mail: bytes, signer: DkimSigner) -> bytes:
    """The mail with its signature before it; relaxed in both parts, as servers refold lines."""
    # Only here: it loads a whole DNS resolver, a quarter of a second of every command's start.
    import dkim  # type: ignore[import-untyped]  # noqa: PLC0415

    maker = dkim.DKIM(mail)
    names = [name.lower() for name, _ in maker.headers if name.lower() in _SIGNED]
    line: bytes = maker.sign(
        signer.selector.encode("ascii"),
        signer.domain.encode("ascii"),
        signer.private_key.encode("ascii"),
        canonicalize=(b"relaxed", b"relaxed"),
        include_headers=[*names, *_NEVER_ADDED],
    )
    return line + mail
