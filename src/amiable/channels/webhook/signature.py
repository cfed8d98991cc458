"""Signatures: the receiver can tell that a delivery is ours, whole and fresh.

As in the Standard Webhooks specification: HMAC-SHA256 with the webhook's secret over
``id.timestamp.body``, in base64, behind the version of the scheme.
"""

import base64
import hmac
from secrets import token_bytes

PREFIX = "whsec_"


def new_secret() -> str:
    """A secret nobody can guess: 32 bytes in base64 behind ``whsec_``."""
    return PREFIX + base64.b64encode(token_bytes(32)).decode("ascii")


def sign(secret: str, key: str, timestamp: int, body: bytes) -> str:
    """The value of the ``Webhook-Signature`` header."""
    signed = f"{key}.{timestamp}.".encode() + body
    made = hmac.digest(base64.b64decode(secret.removeprefix(PREFIX)), signed, "sha256")
    return f"v1,{base64.b64encode(made).decode('ascii')}"
