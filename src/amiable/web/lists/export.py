"""Export: a list as a file, in the columns and the language of who asks."""

from collections.abc import Iterable, Sequence

from django.http import HttpResponseBase

from amiable.desk.export import Row
from amiable.web.export import stream_csv, stream_xlsx
from amiable.web.visit import Visit


class FileKind:
    """The part of an address that says what a list is written as."""

    regex = "csv|xlsx"

    def to_python(self, value: str) -> str:
        """As it stands."""
        return value

    def to_url(self, value: str) -> str:
        """As it stands."""
        return value


def send_list(
    visit: Visit, kind: str, rows: Iterable[Row], names: Sequence[str], file: str, title: str
) -> HttpResponseBase:
    """``rows`` under the headings of the columns ``names``; ``title`` is that of the sheet."""
    header = [visit.say(f"lists.column.{name}") for name in names]
    if kind == "csv":
        return stream_csv(rows, header, file, visit.language)
    return stream_xlsx(rows, header, file, title)
