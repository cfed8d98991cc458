"""Limit: the files of an answer are no larger than those of a mail; more is not kept."""

from typing import Any

from django.core.files.uploadhandler import (
    FileUploadHandler,
    MemoryFileUploadHandler,
    SkipFile,
    TemporaryFileUploadHandler,
)
from django.http import HttpRequest

from amiable.channels.mailbox.mail import FILES_MOST

_FORM = 1_000_000  # what the rest of a form may take


class AnswerLimit(FileUploadHandler):
    """Stands before Django's own handlers. The request is still answered: its page says what is
    wrong, which a cut line would not."""

    closed = False

    def handle_raw_input(
        self,
        _input_data: Any,
        _meta: Any,
        content_length: int,
        _boundary: Any,
        _encoding: str | None = None,
    ) -> None:
        """Decide by the length told, before any file is read."""
        self.closed = content_length > FILES_MOST + _FORM

    def new_file(self, *_arguments: Any, **_named: Any) -> None:
        """Refuse every file of a request that is refused."""
        if self.closed:
            raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, _start: int) -> bytes:
        """Hand on to the handlers that keep files."""
        return raw_data

    def file_complete(self, _file_size: int) -> None:
        """Nothing is kept here."""
        return


def limit_files(request: HttpRequest) -> None:
    """Take files from whoever has a link; call it before anything of the form is read."""
    if request.method == "POST":
        request.upload_handlers = [
            AnswerLimit(request),
            MemoryFileUploadHandler(request),
            TemporaryFileUploadHandler(request),
        ]
