"""Limit: files larger than allowed, or from strangers, are read off the line and not kept."""

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile


class UploadLimit(FileUploadHandler):
    """Stands before Django's own handlers and lets nothing through that is too large.

    The request is still answered: its page says what is wrong, which a cut line would not.
    """

    def handle_raw_input(
        self,
        _input_data: Any,
        _meta: Any,
        content_length: int,
        _boundary: Any,
        _encoding: str | None = None,
    ) -> None:
        """Decide by the length told, before any file is read."""
        user = getattr(self.request, "user", None)
        known = user is not None and user.is_authenticated
        known = known or getattr(self.request, "auth", None) is not None  # a program let in
        self.closed = not known or content_length > settings.UPLOAD_MOST

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
