"""Limit: the files of an answer are no larger than those of a mail; more is not kept."""

from django.core.files.uploadhandler import (
    MemoryFileUploadHandler,
    TemporaryFileUploadHandler,
)
from django.http import HttpRequest

from amiable.channels.mailbox.mail import FILES_MOST
from amiable.desk.upload_limit import UploadLimit

_FORM = 1_000_000  # what the rest of a form may take


class AnswerLimit(UploadLimit):
    """Lets through what a mail could bring, too."""

    def closes(self, content_length: int) -> bool:
        """Whether the request is larger than a mail with all its files."""
        return content_length > FILES_MOST + _FORM


def limit_files(request: HttpRequest) -> None:
    """Take files from whoever has a link; call it before anything of the form is read."""
    if request.method == "POST":
        request.upload_handlers = [
            AnswerLimit(request),
            MemoryFileUploadHandler(request),
            TemporaryFileUploadHandler(request),
        ]
