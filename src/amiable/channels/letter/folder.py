"""A folder an office prints from: each letter as a PDF of its own, written once."""

from pathlib import Path

from amiable.channels.folder.folder import open_files
from amiable.channels.message import OutgoingMessage, Sender

PDF = "application/pdf"


def open_print_folder(path: Path | str) -> Sender:
    """A channel that writes each letter's PDF into a folder, made if it is missing.

    Raises ChannelClosed when the folder cannot be made or read.
    """
    return open_files(Path(path), "pdf", lambda message: (letter_of(message), message.key))


def letter_of(message: OutgoingMessage) -> bytes:
    """The PDF of a letter. Raises ValueError when it has none, or no address."""
    pdfs = [one.content for one in message.attachments if one.content_type == PDF]
    if len(pdfs) != 1:
        raise ValueError(f"a letter is one PDF, and this message has {len(pdfs)}")
    if not message.to or any(not line.strip() or not line.isprintable() for line in message.to):
        raise ValueError("a letter needs the lines of an address, one text a line")
    return pdfs[0]
