"""First steps: what to do with a new company, and what is done already."""

from dataclasses import dataclass

from django.http import HttpResponse

from amiable.channels.message import ChannelClosed
from amiable.desk.access import Power
from amiable.desk.mail_server import MailWay, mail_place
from amiable.store.membership import members
from amiable.web.visit import Visit, page


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstStep:
    """Its texts are ``first.<name>.…``."""

    name: str
    path: str
    done: bool


@page(Power.PEOPLE)
def first_steps(visit: Visit) -> HttpResponse:
    """What to do next, the most useful first."""
    company = visit.company
    steps = [
        FirstStep(name="company", path="settings/", done=True),
        FirstStep(name="import", path="imports/", done=company.imported_on is not None),
        FirstStep(name="iban", path="settings/", done=bool(company.iban)),
        FirstStep(name="mail", path="settings/", done=_sends_mail(visit)),
        FirstStep(name="team", path="people/invite/", done=len(members(company.pk)) > 1),
    ]
    return visit.render("people/first_steps.html", steps=steps, current="people")


def _sends_mail(visit: Visit) -> bool:
    try:
        return mail_place(visit.company).way is not MailWay.FOLDER
    except ChannelClosed:
        return False
