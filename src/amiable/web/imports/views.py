"""Import: drop files, see what was understood, correct it, bring it in, see how far it is."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse

from amiable.desk.access import Power
from amiable.desk.upload import (
    NotNow,
    bring_in,
    correct_reading,
    drop,
    receive,
    try_again,
    upload_for,
)
from amiable.desk.upload_folder import kept_refused
from amiable.sources.table import TableKind
from amiable.store.import_run import last_run, page_of_runs
from amiable.store.models import ImportRun, Upload
from amiable.store.models.upload import UploadState
from amiable.store.upload import open_uploads, uploads_of_runs
from amiable.web.imports.forms import AccountsForm, ColumnsForm, KindForm
from amiable.web.imports.record import (
    Going,
    counted,
    going_of,
    place_of,
    told_of,
    understood_of,
)
from amiable.web.visit import Visit, page
from amiable.words.refusals import Told

_PAGE = 20
_MOST_FILES = 30
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """An upload that is under way, or waits for a person."""

    upload: Upload
    going: Going | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """An import of the history."""

    run: ImportRun
    upload: Upload | None
    counts: str
    refused: int
    newest: bool


@page(Power.IMPORT, methods=("GET", "POST"))
def imports(visit: Visit) -> HttpResponse:
    """The drop zone, what is under way, and the history."""
    if visit.request.method == "POST":
        return _go(visit, _take(visit))
    before = visit.request.GET.get("before", "")
    runs = page_of_runs(visit.company.pk, int(before) if before.isdecimal() else None, _PAGE + 1)
    more = len(runs) > _PAGE
    runs = runs[:_PAGE]
    return visit.render(
        "imports/list.html",
        current="imports",
        waiting=[
            Waiting(upload=row, going=going_of(row, visit.at))
            for row in open_uploads(visit.company.pk)
        ],
        runs=_history(visit, runs),
        older=runs[-1].pk if more else None,
        paged=bool(before),
        most_mb=settings.UPLOAD_MOST // 1_000_000,
    )


def _history(visit: Visit, runs: list[ImportRun]) -> list[Past]:
    uploads = uploads_of_runs(visit.company.pk, [run.pk for run in runs])
    last = last_run(visit.company.pk)
    return [
        Past(
            run=run,
            upload=uploads.get(run.pk),
            counts=counted(run.summary.get("counts", {}), visit.language),
            refused=run.summary.get("refusals", 0),
            newest=last is not None and run.pk == last.pk,
        )
        for run in runs
    ]


def _go(visit: Visit, path: str) -> HttpResponse:
    """To a page; the script that sends files is told where to, and goes there itself."""
    if visit.request.headers.get("X-Requested-With") != "XMLHttpRequest":
        return visit.go(path)
    answer = HttpResponse(status=204)
    answer.headers["X-Go"] = visit.url(path)
    return answer


def _take(visit: Visit) -> str:
    """Keep the files that were sent, or say why not; the page to go to."""
    files = visit.request.FILES.getlist("files")
    length = int(visit.request.META.get("CONTENT_LENGTH") or 0)
    if length > settings.UPLOAD_MOST:
        visit.warn("imports.too_large", n=settings.UPLOAD_MOST // 1_000_000)
    elif not files:
        visit.warn("imports.no_file")
    elif len(files) > _MOST_FILES:
        visit.warn("imports.too_many", n=_MOST_FILES)
    else:
        made = receive(visit.actor, files, today=visit.today, at=visit.at)
        return f"imports/{made[0].pk}/" if len(made) == 1 else "imports/"
    return "imports/"


@page(Power.IMPORT)
def upload(visit: Visit, pk: int) -> HttpResponse:
    """One upload, wherever it stands; once brought in, its result."""
    row = upload_for(visit.actor, pk)
    if row.state == UploadState.DONE and row.run_id:
        return visit.go(f"imports/runs/{row.run_id}/")
    if row.state == UploadState.DROPPED:
        visit.warn("imports.gone")
        return visit.go("imports/")
    return _show(visit, row)


def _show(
    visit: Visit, row: Upload, form: ColumnsForm | AccountsForm | None = None
) -> HttpResponse:
    understood = understood_of(row, visit.language, visit.company.currency)
    going = going_of(row, visit.at)
    return visit.render(
        "imports/upload.html",
        status=200 if form is None else 422,
        current="imports",
        upload=row,
        files=", ".join(row.files),
        going=going,
        understood=understood if row.state in (UploadState.READY, UploadState.FAILED) else None,
        problem=_problem(visit, row),
        place=place_of(row.problem) if row.problem.get("file") else "",
        corrects=form is not None or row.state == UploadState.REFUSED,
        **_forms(visit, row, form),
    )


def _problem(visit: Visit, row: Upload) -> Told | None:
    return told_of(row.problem, visit.language) if row.problem else None


def _forms(
    visit: Visit, row: Upload, given: ColumnsForm | AccountsForm | None
) -> dict[str, object]:
    """The forms by which the reading is corrected."""
    if row.state not in (UploadState.READY, UploadState.REFUSED):
        return {}
    table = row.understood.get("table")
    if table:
        currency = row.wishes.get("currency") or visit.company.currency
        columns = given if isinstance(given, ColumnsForm) else None
        return {
            "kind_form": KindForm(visit.language, initial={"kind": table["kind"]}),
            "columns_form": columns or ColumnsForm(visit.language, table, currency),
        }
    if row.understood.get("format") == "fec":
        accounts = ", ".join(row.wishes.get("accounts") or ("411",))
        initial = {"accounts": accounts}
        return {"accounts_form": given or AccountsForm(visit.language, initial=initial)}
    return {}


@page(Power.IMPORT)
def progress(visit: Visit, pk: int) -> HttpResponse:
    """How far the work is; the page that asks is told to load itself anew once it is over."""
    row = upload_for(visit.actor, pk)
    going = going_of(row, visit.at)
    if going is None:
        answer = HttpResponse()
        answer.headers["HX-Refresh"] = "true"
        return answer
    return visit.render("imports/progress.html", going=going)


@page(Power.IMPORT, methods=("POST",))
def correct(visit: Visit, pk: int) -> HttpResponse:
    """Read the files again, as the person says."""
    row = upload_for(visit.actor, pk)
    post = visit.request.POST
    form: KindForm | AccountsForm | ColumnsForm
    if "kind" in post:
        form = KindForm(visit.language, post)
        if form.is_valid():
            return _moved(visit, row, lambda: correct_reading(row, kind=TableKind(post["kind"])))
        return visit.go(f"imports/{pk}/")
    if "accounts" in post:
        form = AccountsForm(visit.language, post)
        if form.is_valid():
            accounts = form.cleaned_data["accounts"]
            return _moved(visit, row, lambda: correct_reading(row, accounts=accounts))
        return _show(visit, row, form)
    return _correct_columns(visit, row)


def _correct_columns(visit: Visit, row: Upload) -> HttpResponse:
    table = row.understood.get("table")
    if not table:
        raise Http404
    form = ColumnsForm(visit.language, table, visit.company.currency, visit.request.POST)
    if not form.is_valid():
        return _show(visit, row, form)
    currency = form.cleaned_data["currency"]
    return _moved(visit, row, lambda: correct_reading(row, mapping=form.mapping, currency=currency))


@page(Power.IMPORT, methods=("POST",))
def bring(visit: Visit, pk: int) -> HttpResponse:
    """Have what was understood brought in."""
    row = upload_for(visit.actor, pk)
    return _moved(visit, row, lambda: bring_in(row))


@page(Power.IMPORT, methods=("POST",))
def again(visit: Visit, pk: int) -> HttpResponse:
    """Go on after something unforeseen."""
    row = upload_for(visit.actor, pk)
    return _moved(visit, row, lambda: try_again(row))


@page(Power.IMPORT, methods=("POST",))
def throw_away(visit: Visit, pk: int) -> HttpResponse:
    """Drop the files."""
    row = upload_for(visit.actor, pk)
    try:
        drop(visit.actor, row, at=visit.at)
    except NotNow:
        visit.warn("imports.moved_on")
        return visit.go(f"imports/{pk}/")
    visit.done("imports.dropped", files=", ".join(row.files))
    return visit.go("imports/")


def _moved(visit: Visit, row: Upload, deed: Callable[[], None]) -> HttpResponse:
    """Do a deed; whoever is second is told, and sees where the upload stands."""
    try:
        deed()
    except NotNow:
        visit.warn("imports.moved_on")
    return visit.go(f"imports/{row.pk}/")


@page(Power.IMPORT)
def refused(visit: Visit, pk: int) -> HttpResponseBase:
    """All refused lines as CSV, each with its cause and remedy."""
    row = upload_for(visit.actor, pk)
    if not row.folder:
        raise Http404
    answer = StreamingHttpResponse(
        _csv(visit, kept_refused(row.folder)), content_type="text/csv; charset=utf-8"
    )
    name = visit.say("imports.refused_file", pk=pk)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def _csv(visit: Visit, records: Iterable[dict[str, object]]) -> Iterator[bytes]:
    """Lines for a spreadsheet of the reader's language."""
    separator = ";" if visit.language.value == "fr" else ","
    heads = ("file", "line", "column", "value", "cause", "remedy")
    yield b"\xef\xbb\xbf"
    yield _csv_line([visit.say(f"imports.head.{name}") for name in heads], separator)
    for record in records:
        told = told_of(record, visit.language)
        plain = [str(record[name]) for name in ("file", "line", "column", "value")]
        yield _csv_line([*plain, told.cause, told.remedy], separator)


def _csv_line(cells: Iterable[str], separator: str) -> bytes:
    """One line; a cell that a spreadsheet would compute is text."""
    safe = (f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells)
    quoted = ('"' + cell.replace('"', '""') + '"' for cell in safe)
    return (separator.join(quoted) + "\r\n").encode()
