"""Text messages: what may be one, whichever way it leaves."""

import re

from amiable.channels.message import OutgoingMessage

E164 = re.compile(r"\+[1-9]\d{6,14}")
"""A telephone number in full, as networks write it."""
LONGEST = 1_600
"""Characters: what Twilio takes at most; ten parts elsewhere."""


def what_is_wrong(message: OutgoingMessage) -> str:
    """Why no gateway could carry a message; empty when one can."""
    if len(message.to) != 1 or message.cc:
        return "a text message goes to one number"
    if not E164.fullmatch(message.to[0]):
        return f"{message.to[0]!r} is no telephone number in international form"
    if not message.text.strip():
        return "the text message is empty"
    if len(message.text) > LONGEST:
        return f"the text message is longer than {LONGEST} characters"
    if message.attachments:
        return "a text message carries no files"
    return _what_would_add_a_header(message)


def _what_would_add_a_header(message: OutgoingMessage) -> str:
    for name in ("key", "message_id"):
        value: str = getattr(message, name)
        if any(ord(sign) < 32 for sign in value):
            return f"{name} holds a line break"
    return ""
