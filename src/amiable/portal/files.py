"""Files a customer saves: they run nothing and are shown in no frame."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from amiable.desk.statement import File

_POLICY = "default-src 'none'; sandbox"


def as_file(file: File) -> HttpResponse:
    """A file to be saved."""
    headers = {
        "Content-Disposition": content_disposition_header(True, file.name) or "attachment",
        "Content-Security-Policy": _POLICY,
    }
    return HttpResponse(file.content, content_type=file.media_type, headers=headers)
