"""The statement of account as a file."""

from django.http import HttpResponse

from amiable.desk.access import Power, customer_for
from amiable.desk.audit import recorded
from amiable.desk.company_logo import logo_of
from amiable.desk.sight import sight_of
from amiable.desk.statement import PDF, XLSX, statement_file
from amiable.web.visit import Visit, page


@page(Power.EXPORT)
def statement_pdf(visit: Visit, pk: int) -> HttpResponse:
    """As PDF."""
    return _file(visit, pk, PDF)


@page(Power.EXPORT)
def statement_xlsx(visit: Visit, pk: int) -> HttpResponse:
    """As a workbook."""
    return _file(visit, pk, XLSX)


def _file(visit: Visit, pk: int, media_type: str) -> HttpResponse:
    row = customer_for(visit.actor, pk)
    with recorded(visit.actor, "statement_taken", at=visit.at, customer=row):
        logo = logo_of(visit.company)
        sight = sight_of(visit.company, row, visit.today)
        file = statement_file(visit.company, sight, media_type, logo=logo[1] if logo else None)
    response = HttpResponse(file.content, content_type=file.media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return response
