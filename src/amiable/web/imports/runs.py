"""An import of the history: what it brought, and taking it back."""

from django.http import HttpResponse

from amiable.desk.access import Power
from amiable.desk.undo_import import NothingToUndo, NotTheLast
from amiable.desk.upload import NotNow, ask_to_undo, run_for
from amiable.store.import_run import last_run
from amiable.store.upload import upload_of_run
from amiable.web.imports.record import counted, differing_of, going_of, told_of, understood_of
from amiable.web.visit import Visit, page


@page(Power.IMPORT)
def run(visit: Visit, pk: int) -> HttpResponse:
    """The result of an import."""
    row = run_for(visit.actor, pk)
    upload = upload_of_run(visit.company.pk, pk)
    result = upload.understood.get("result", {}) if upload else {}
    last = last_run(visit.company.pk)
    understood = None
    if upload and upload.files:
        understood = understood_of(upload, visit.language, visit.company.currency)
    return visit.render(
        "imports/run.html",
        current="imports",
        run=row,
        upload=upload,
        files=", ".join(row.files),
        going=going_of(upload, visit.at) if upload else None,
        understood=understood,
        problem=told_of(upload.problem, visit.language) if upload and upload.problem else None,
        counts=counted(row.summary.get("counts", {}), visit.language),
        refused=row.summary.get("refusals", 0),
        balanced=result.get("balanced", False),
        mismatches=row.summary.get("mismatches", 0),
        differing=differing_of(result),
        newest=last is not None and last.pk == row.pk,
    )


@page(Power.IMPORT, methods=("POST",))
def undo(visit: Visit, pk: int) -> HttpResponse:
    """Have the newest import taken back."""
    row = run_for(visit.actor, pk)
    try:
        ask_to_undo(visit.actor, row, today=visit.today, at=visit.at)
    except NotTheLast:
        visit.warn("imports.not_last")
    except (NothingToUndo, NotNow):
        visit.warn("imports.moved_on")
    return visit.go(f"imports/runs/{pk}/")
