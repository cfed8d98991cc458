"""A file that came with a message: saved, never opened here."""

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header

from amiable.desk.access import Power
from amiable.desk.conversation import file_for
from amiable.web.visit import Visit, page

FILE_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"
"""Whatever a browser makes of it: nothing runs, nothing is fetched, nothing frames it."""


@page(Power.LOOK)
def attachment(visit: Visit, attachment: int) -> HttpResponse:
    """The file as it came, as a download of no kind a browser shows."""
    row = file_for(visit.actor, attachment)
    if row.content is None:
        raise Http404("it was too large to be kept")
    response = HttpResponse(bytes(row.content), content_type="application/octet-stream")
    response.headers["Content-Disposition"] = content_disposition_header(True, row.name) or ""
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = FILE_POLICY
    response.headers["Cache-Control"] = "private, no-store"
    return response
