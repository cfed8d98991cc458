"""Sealed: secrets the database must hold but nobody should read in it (mail passwords)."""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings


class SealBroken(ValueError):
    """The secret key changed since this was sealed: it must be entered anew."""


def seal(text: str) -> str:
    """Encrypt with the site's secret key (Fernet: AES-128-CBC with HMAC-SHA256)."""
    return _box().encrypt(text.encode()).decode("ascii") if text else ""


def unseal(sealed: str) -> str:
    """What was sealed. Raises SealBroken."""
    try:
        return _box().decrypt(sealed.encode("ascii")).decode() if sealed else ""
    except InvalidToken as error:
        raise SealBroken("sealed with another secret key: enter it again") from error


def _box() -> Fernet:
    key = hashlib.sha256(b"amiable.sealed|" + str(settings.SECRET_KEY).encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
