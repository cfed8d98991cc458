"""One letter: its page, its number, what came back of it."""

from django.http import HttpResponse

from amiable.desk.access import Power
from amiable.desk.draft import draft_for
from amiable.desk.paper import letter_pdf as written
from amiable.desk.posted_letter import NotPosted, letter_for, record_receipt, record_return
from amiable.engine.parties import Channel
from amiable.store.models import OutboxRow
from amiable.store.models.outbox import OutboxState
from amiable.web.post.batch import pdf
from amiable.web.post.forms import CameBackForm
from amiable.web.visit import Visit, page


@page(Power.WORK, methods=("GET", "POST"))
def letter(visit: Visit, pk: int) -> HttpResponse:
    """When it was received, or that it came back."""
    row = letter_for(visit.actor, pk)
    registered = row.channel == Channel.REGISTERED.value
    start = {"what": "received" if registered else "returned", "on": visit.today}
    form = CameBackForm(visit.request.POST or None, initial=start, registered=registered)
    if form.is_valid():
        on, what = form.cleaned_data["on"], form.cleaned_data["what"]
        deed = record_receipt if what == "received" else record_return
        try:
            deed(visit.actor, pk, on, today=visit.today, at=visit.at)
        except NotPosted:
            form.add_error("on", visit.say("post.wrong_return"))
        else:
            visit.done(f"post.{what}", name=row.customer.name)
            return visit.go(f"post/posted/{pk}/")
    return visit.render(
        "post/letter.html",
        current="post",
        row=row,
        registered=registered,
        form=form,
        posted=row.state == OutboxState.SENT,
    )


@page()
def letter_pdf(visit: Visit, pk: int) -> HttpResponse:
    """The letter as it is, or was, printed."""
    row = letter_for(visit.actor, pk)
    if row.page is None:  # posted without being printed here
        visit.warn("post.not_printed", name=row.customer.name)
        return visit.go(f"post/posted/{pk}/")
    on = row.batch.made_on if row.batch is not None else row.sent_on or visit.today
    return pdf(written(visit.company, row.page, on), _name(visit, row))


def _name(visit: Visit, row: OutboxRow) -> str:
    return f"{visit.say('post.file_one')}-{row.pk}.pdf"


@page()
def draft_pdf(visit: Visit, pk: int) -> HttpResponse:
    """The letter to a customer as it would be printed today."""
    draft = draft_for(visit.actor, pk, today=visit.today, at=visit.at)
    content = draft.waiting.page if draft.waiting is not None else draft.page
    if content is None:
        visit.warn("today.nothing", name=draft.customer.name)
        return visit.go(f"today/{pk}/")
    name = f"{visit.say('post.file_one')}.pdf"
    return pdf(written(visit.company, content, visit.today), name)
