"""The post room: what waits to be printed, and the batches that were."""

from django.http import HttpResponse

from amiable.desk.access import OtherCompany, Power
from amiable.desk.calendar import sending_days
from amiable.desk.letter_batch import Layout, Made, all_waiting, make_batch, post_room
from amiable.desk.postal import carried_by
from amiable.web.visit import Visit, page

_NAMED = 10  # more would fill the page


@page()
def room(visit: Visit) -> HttpResponse:
    """Letters to print, batches under way."""
    after = visit.request.GET.get("after", "")
    found = post_room(visit.actor, int(after) if after.isdecimal() and len(after) < 18 else 0)
    company = visit.company
    days = sending_days(company, company.country, company.region)
    return visit.render(
        "post/room.html",
        current="post",
        found=found,
        first=not after,
        may_work=visit.may(Power.WORK),
        day_off=not days.is_business_day(visit.today),
        carried=carried_by(company),
    )


@page(Power.WORK, methods=("POST",))
def make(visit: Visit) -> HttpResponse:
    """Make the print file of the letters chosen."""
    asked = visit.request.POST
    if asked.get("every") == "1":
        chosen = all_waiting(visit.actor)
    else:
        chosen = _numbers(asked.getlist("letter"))
    if not chosen:
        visit.warn("post.choose")
        return visit.go("post/")
    layout = Layout(odd=asked.get("odd") == "1", statements=asked.get("statements") == "1")
    made = make_batch(visit.actor, chosen, layout, today=visit.today, at=visit.at)
    _tell(visit, made)
    return visit.go(f"post/batches/{made.batch.pk}/" if made.batch else "post/")


def _numbers(texts: list[str]) -> list[int]:
    if not all(text.isascii() and text.isdigit() and len(text) < 19 for text in texts):
        raise OtherCompany("", "letter")
    return [int(text) for text in texts]


def _tell(visit: Visit, made: Made) -> None:
    if made.batch is not None:
        visit.done("post.made", n=made.batch.count)
    for row, _ in made.left_out[:_NAMED]:
        visit.warn("post.left_out", name=row.customer.name)
    if len(made.left_out) > _NAMED:
        visit.warn("post.left_out_more", n=len(made.left_out) - _NAMED)
    if made.kept:
        visit.warn("post.kept", n=len(made.kept))
    if made.taken:
        visit.warn("post.taken", n=made.taken)
