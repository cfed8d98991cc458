"""Export: a list as a file to keep, sent while it is being written.

    return stream_csv(rows, header, "customers", visit.language)
    return stream_xlsx(rows, header, "customers", title)

See `amiable.desk.export` for what ``rows`` and a cell may be.
"""

from collections.abc import Iterable, Sequence

from django.http import FileResponse, StreamingHttpResponse

from amiable.desk.export import Row, csv_lines, xlsx_file
from amiable.engine.parties import Language

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def stream_csv(
    rows: Iterable[Row], header: Sequence[str], name: str, language: Language
) -> StreamingHttpResponse:
    """A CSV file called ``name``.csv; the first lines leave before the last are read."""
    response = StreamingHttpResponse(
        csv_lines(rows, header, language), content_type="text/csv; charset=utf-8"
    )
    return _kept(response, f"{name}.csv")


def stream_xlsx(
    rows: Iterable[Row], header: Sequence[str], name: str, title: str
) -> StreamingHttpResponse:
    """A workbook called ``name``.xlsx with one sheet ``title``, through a temporary file."""
    response = FileResponse(xlsx_file(rows, header, title), content_type=XLSX)
    return _kept(response, f"{name}.xlsx")


def _kept(response: StreamingHttpResponse, name: str) -> StreamingHttpResponse:
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    # Packing it would hold a CSV back until it is whole; a workbook is packed already.
    response.headers["Content-Encoding"] = "identity"
    response.headers["X-Accel-Buffering"] = "no"
    return response
