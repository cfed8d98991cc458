"""An answer from the desk: threaded, with files, undone within a minute."""

from uuid import UUID, uuid4

from django.http import HttpResponse

from amiable.desk.access import Power
from amiable.desk.approve import Words
from amiable.desk.conversation import conversation_for
from amiable.desk.conversation_answer import (
    MOST_BYTES,
    Draft,
    FilesTooLarge,
    NobodyToAnswer,
    Overtaken,
    answer_again,
    files_to_send,
    start_answer,
    take_answer_back,
    write_answer,
)
from amiable.desk.message import MessageRefused
from amiable.desk.sight import Sight, sight_of
from amiable.store.models import Conversation
from amiable.web.inbox.forms import AnswerForm
from amiable.web.inbox.pieces import clock
from amiable.web.visit import Visit, page


@page(Power.WORK, methods=("GET", "POST"))
def answer(visit: Visit, pk: int) -> HttpResponse:
    """Write, send."""
    row = conversation_for(visit.actor, pk)
    if row.customer is None:
        visit.warn("inbox.wrong.whose")
        return visit.go(f"inbox/{pk}/")
    if row.customer.do_not_contact:
        visit.warn("customer.wrong.silent")
        return visit.go(f"inbox/{pk}/")
    sight = sight_of(visit.company, row.customer, visit.today)
    to = visit.request.POST.get("contact", "") or visit.request.GET.get("to", "")
    try:
        draft = start_answer(visit.actor, row, sight, to=to, at=visit.at)
    except NobodyToAnswer:
        visit.warn("inbox.wrong.nobody")
        return visit.go(f"customers/{row.customer.pk}/contacts/")
    if visit.request.method == "POST":
        return _write(visit, row, sight, draft)
    return _show(visit, row, draft, _begun(visit, row, draft))


def _begun(visit: Visit, row: Conversation, draft: Draft) -> AnswerForm:
    """The form as it opens: empty but for greetings, or with an answer that was taken back."""
    subject, text = draft.subject, draft.text
    again = visit.request.GET.get("again", "")
    if again.isascii() and again.isdigit() and len(again) < 19:
        subject, text = answer_again(visit.actor, row, int(again), draft)
    return AnswerForm(
        draft=draft,
        initial={
            "contact": draft.contact.email,
            "subject": subject,
            "text": text,
            "quote": True,
            "pdfs": [str(one.pk) for one in draft.pdfs if one.named],
            "token": uuid4(),
            "seen": draft.seen,
        },
    )


def _show(
    visit: Visit, row: Conversation, draft: Draft, form: AnswerForm, overtaken: str = ""
) -> HttpResponse:
    return visit.render(
        "inbox/answer.html",
        status=409 if overtaken else 422 if form.errors else 200,
        row=row,
        path=visit.url(f"inbox/{row.pk}/"),
        draft=draft,
        form=form,
        overtaken=overtaken,
        came_at=clock(visit, draft.answered.received_at) if draft.answered else "",
        current="inbox",
    )


def _write(visit: Visit, row: Conversation, sight: Sight, draft: Draft) -> HttpResponse:
    form = AnswerForm(visit.request.POST, draft=draft)
    if not form.is_valid():
        return _show(visit, row, draft, form)
    said = form.cleaned_data
    token: UUID = said["token"]
    try:
        pdfs = [int(one) for one in said.get("pdfs") or ()]
        files = files_to_send(visit.actor, sight, pdfs, statement=said["statement"])
        made = write_answer(
            visit.actor,
            row,
            sight,
            draft,
            Words(subject=said["subject"], text=said["text"]),
            token=token.hex,
            seen=said["seen"],
            quoting=bool(said.get("quote")),
            files=files,
            at=visit.at,
        )
    except FilesTooLarge:
        form.refuse(
            "pdfs" if "pdfs" in form.fields else None, "files_large", size=MOST_BYTES // 10**6
        )
        return _show(visit, row, draft, form)
    except Overtaken as error:
        return _overtaken(visit, row, draft, error)
    except MessageRefused as error:
        visit.warn(f"customer.wrong.{error.code}")
        return visit.go(f"inbox/{row.pk}/")
    return visit.go(f"inbox/{row.pk}/#ours-{made.pk}")


def _overtaken(visit: Visit, row: Conversation, draft: Draft, error: Overtaken) -> HttpResponse:
    """Somebody wrote meanwhile: what was typed stays, and may be sent all the same."""
    at = clock(visit, error.at)
    said = visit.request.POST.copy()
    said["seen"] = draft.seen
    key = "inbox.overtaken.ours" if error.by else "inbox.overtaken.theirs"
    told = visit.say(key, name=error.by, at=at) if error.by else visit.say(key, at=at)
    return _show(visit, row, draft, AnswerForm(said, draft=draft), told)


@page(Power.WORK, methods=("POST",))
def answer_back(visit: Visit, pk: int, answer: int) -> HttpResponse:
    """Take an answer back before it leaves, to write it better."""
    row = conversation_for(visit.actor, pk)
    taken = take_answer_back(visit.actor, row, answer, on=visit.today, at=visit.at)
    if taken is None:
        visit.warn("customer.wrong.too_late")
        return visit.go(f"inbox/{pk}/")
    visit.done("inbox.done.back")
    return visit.go(f"inbox/{pk}/answer/?again={taken.pk}")
