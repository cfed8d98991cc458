"""The mail server: settings, whether it works, and doing without one."""

from django.http import HttpResponse

from amiable.channels.message import ChannelClosed
from amiable.desk.access import Power
from amiable.desk.mail_server import (
    MailPlace,
    ServerForm,
    forget_mail_server,
    mail_place,
    save_mail_server,
    try_mail,
)
from amiable.desk.provider import provider_of
from amiable.desk.settings import PACE, SettingsMoved, change_settings, seen_settings
from amiable.store.mail_server import mail_server_of
from amiable.store.models import MailServer
from amiable.store.models.mail_server import MailSecurity
from amiable.web.settings.domain import domain_record
from amiable.web.settings.forms import MailForm, PaceForm
from amiable.web.visit import Visit, page
from amiable.words import Mail

_PORTS = {MailSecurity.STARTTLS: 587, MailSecurity.TLS: 465, MailSecurity.NONE: 25}


@page(Power.SETTINGS, methods=("GET", "POST"))
def mail(visit: Visit) -> HttpResponse:
    """Where messages are handed in."""
    if visit.request.method != "POST":
        return _shown(visit)
    stored = _has_password(mail_server_of(visit.company.pk))
    form = MailForm(visit.request.POST, stored=stored)
    if form.is_valid():
        save_mail_server(visit.actor, _said(form), at=visit.at)
        visit.done("settings.mail_saved")
        return visit.go("settings/mail/")
    return _shown(visit, form=form)


def _shown(
    visit: Visit, *, form: MailForm | None = None, pace_form: PaceForm | None = None
) -> HttpResponse:
    """The page, with a form that could not be taken as it was typed."""
    row = mail_server_of(visit.company.pk)
    return visit.render(
        "settings/mail.html",
        form=form or MailForm(initial=_initial(row), stored=_has_password(row)),
        pace_form=pace_form or PaceForm(initial={"per_minute": visit.company.per_minute}),
        pace_seen=seen_settings(visit.company, PACE),
        row=row,
        provider=provider_of(visit.company),
        place=_place(visit),
        **domain_record(visit),
    )


@page(Power.SETTINGS, methods=("POST",))
def pace(visit: Visit) -> HttpResponse:
    """How fast messages leave."""
    form = PaceForm(visit.request.POST)
    seen = visit.request.POST.get("seen", "")
    if not form.is_valid():
        return _shown(visit, pace_form=form)
    try:
        changed = change_settings(visit.actor, PACE, form.cleaned_data, seen=seen, at=visit.at)
    except SettingsMoved:
        visit.warn("settings.moved")
    else:
        visit.done("settings.saved" if changed else "settings.unchanged")
    return visit.go("settings/mail/")


def _has_password(row: MailServer | None) -> bool:
    return row is not None and row.sealed_password != ""


def _initial(row: MailServer | None) -> dict[str, object]:
    """What is known; never the password."""
    if row is None:
        return {"port": _PORTS[MailSecurity.STARTTLS], "security": MailSecurity.STARTTLS.value}
    return {"host": row.host, "port": row.port, "security": row.security, "user": row.user}


def _place(visit: Visit) -> MailPlace | None:
    try:
        return mail_place(visit.company)
    except ChannelClosed:
        return None  # AMIABLE_SMTP cannot be read; the test says why


def _said(form: MailForm) -> ServerForm:
    data = form.cleaned_data
    password = data["password"] or None
    if data.get("no_password"):
        password = ""
    return ServerForm(
        host=data["host"],
        port=data["port"],
        security=MailSecurity(data["security"]),
        user=data["user"],
        password=password,
    )


@page(Power.SETTINGS, methods=("POST",))
def test(visit: Visit) -> HttpResponse:
    """Connect, log in and send a message to the person who asks."""
    text = visit.say("mail.test_text", company=visit.company.name)
    message = Mail(subject=visit.say("mail.test_subject"), text=text, html="")
    found = try_mail(visit.actor, visit.user.email, message, at=visit.at)
    tell = visit.done if found.passed else visit.warn
    tell(f"mail.result.{found.result}", to=visit.user.email, place=found.place, answer=found.answer)
    return visit.go("settings/mail/")


@page(Power.SETTINGS, methods=("POST",))
def forget(visit: Visit) -> HttpResponse:
    """Do without a server of the company's own."""
    forget_mail_server(visit.actor, at=visit.at)
    visit.done("settings.mail_forgotten")
    return visit.go("settings/mail/")
