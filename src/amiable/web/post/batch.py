"""A batch of letters: the file, the slips, and what became of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.http import HttpResponse, StreamingHttpResponse

from amiable.channels.letter.tracking import TrackingWrong
from amiable.desk.access import Power
from amiable.desk.export import csv_lines
from amiable.desk.letter_batch import (
    SLIP,
    BatchSettled,
    DayRefused,
    TooLate,
    batch_for,
    batch_letters,
    give_up_batch,
    post_batch,
    print_file,
    slips,
    undo_batch,
    undoable,
)
from amiable.desk.posted_letter import set_tracking
from amiable.engine.parties import Channel
from amiable.store.models import LetterBatch, OutboxRow
from amiable.store.models.outbox import OutboxState
from amiable.web.post.forms import PostedForm
from amiable.web.visit import Visit, page


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterLine:
    """A letter of the batch; ``here``: no other batch has it meanwhile. ``wrong``: what was typed
    as its tracking number and cannot be one."""

    row: OutboxRow
    registered: bool
    here: bool
    wrong: str = ""


@page()
def batch(visit: Visit, pk: int) -> HttpResponse:
    """What is in it, and what may be done with it."""
    found = batch_for(visit.actor, pk)
    return _page(visit, found, PostedForm(initial={"on": visit.today}))


def _page(
    visit: Visit, found: LetterBatch, form: PostedForm, wrong: dict[int, str] | None = None
) -> HttpResponse:
    lines = [
        LetterLine(
            row=row,
            registered=row.channel == Channel.REGISTERED.value,
            here=row.state in (OutboxState.CLAIMED, OutboxState.SENT),
            wrong=(wrong or {}).get(row.pk, ""),
        )
        for row in batch_letters(found)
    ]
    return visit.render(
        "post/batch.html",
        current="post",
        batch=found,
        lines=lines,
        registered=any(line.registered for line in lines),
        form=form,
        may_work=visit.may(Power.WORK),
        under_way=found.posted_on is None and found.cancelled_at is None,
        undoable=undoable(found, visit.at),
    )


@page(Power.WORK)
def letters_pdf(visit: Visit, pk: int) -> HttpResponse:
    """The file to print."""
    found = batch_for(visit.actor, pk)
    name = f"{visit.say('post.file')}-{found.made_on.isoformat()}-{found.key}.pdf"
    return pdf(print_file(found), name)


def pdf(content: bytes, name: str) -> HttpResponse:
    """A PDF the browser shows, under a name to save it by."""
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response


@page(Power.WORK)
def slips_csv(visit: Visit, pk: int) -> StreamingHttpResponse:
    """What stands on the slips of the registered letters, as a table."""
    found = batch_for(visit.actor, pk)
    header = [
        *(visit.say("post.slip.line", n=n) for n in range(1, 6)),
        *(visit.say(f"post.slip.{name}") for name in SLIP[1:]),
    ]
    name = f"{visit.say('post.slip.file')}-{found.made_on.isoformat()}.csv"
    return StreamingHttpResponse(
        csv_lines(slips(found), header, visit.language),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@page(Power.WORK, methods=("POST",))
def tracking(visit: Visit, pk: int) -> HttpResponse:
    """Keep the tracking numbers; those that cannot be one are shown again."""
    found = batch_for(visit.actor, pk)
    wrong: dict[int, str] = {}
    kept = 0
    for row in batch_letters(found):
        typed = visit.request.POST.get(f"number-{row.pk}")
        if typed is None or row.channel != Channel.REGISTERED.value:
            continue
        try:
            kept += set_tracking(visit.actor, row.pk, typed[:60], at=visit.at)
        except TrackingWrong:
            wrong[row.pk] = typed[:60]
    if kept:
        visit.done("post.tracked", n=kept)
    if wrong:
        return _page(visit, found, PostedForm(initial={"on": visit.today}), wrong)
    return visit.go(f"post/batches/{pk}/")


@page(Power.WORK, methods=("POST",))
def posted(visit: Visit, pk: int) -> HttpResponse:
    """They were printed and posted on a day."""
    found = batch_for(visit.actor, pk)
    form = PostedForm(visit.request.POST)
    if not form.is_valid():
        return _page(visit, found, form)
    on: date = form.cleaned_data["on"]
    try:
        done = post_batch(visit.actor, pk, on, today=visit.today, at=visit.at)
    except DayRefused:
        form.add_error("on", visit.say("post.wrong_day", first=found.made_on, last=visit.today))
        return _page(visit, found, form)
    except BatchSettled as told:
        _tell_settled(visit, told.batch)
    else:
        visit.done("post.posted", n=done.count, on=on)
    return visit.go(f"post/batches/{pk}/")


@page(Power.WORK, methods=("POST",))
def give_up(visit: Visit, pk: int) -> HttpResponse:
    """They will not be posted from this file."""
    return _said(visit, pk, give_up_batch, "post.given_up")


@page(Power.WORK, methods=("POST",))
def undo(visit: Visit, pk: int) -> HttpResponse:
    """Take back what was said, within a minute."""
    return _said(visit, pk, undo_batch, "post.undone")


def _said(visit: Visit, pk: int, deed: Callable[..., LetterBatch], told: str) -> HttpResponse:
    try:
        done = deed(visit.actor, pk, today=visit.today, at=visit.at)
    except BatchSettled as settled:
        _tell_settled(visit, settled.batch)
    except TooLate:
        visit.warn("post.too_late")
    else:
        visit.done(told, n=done.count)
    return visit.go(f"post/batches/{pk}/")


def _tell_settled(visit: Visit, found: LetterBatch) -> None:
    if found.posted_on is None:
        visit.warn("post.settled_given_up")
    else:
        by = str(found.posted_by) if found.posted_by else "–"
        visit.warn("post.settled_posted", name=by, on=found.posted_on)
