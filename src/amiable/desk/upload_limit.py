"""Upload limit: files of a request that is refused are read off the line and not kept."""

from abc import ABC, abstractmethod
from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, SkipFile


class UploadLimit(FileUploadHandler, ABC):
    """Stands before Django's own handlers and lets nothing through where it is closed.

    The request is still answered: its page says what is wrong, which a cut line would not.
    """

    closed = False

    @abstractmethod
    def closes(self, content_length: int) -> bool:
        """Whether a request of so many bytes is refused, before any file of it is read."""

    def handle_raw_input(
        self,
        _input_data: Any,
        _meta: Any,
        content_length: int,
        _boundary: Any,
        _encoding: str | None = None,
    ) -> None:
        """Decide by the length told."""
        self.closed = self.closes(content_length)

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
