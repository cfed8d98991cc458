"""The mailbox answers come in by: settings, whether it works, and other ways in."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpResponse

from amiable.channels.email.addresses import wire_address
from amiable.desk.access import Power
from amiable.desk.mailbox import (
    MailboxForm,
    close_web_key,
    forget_mailbox,
    renew_web_key,
    save_mailbox,
    try_mailbox,
)
from amiable.store.mailbox import mailbox_of
from amiable.store.models import Mailbox
from amiable.store.models.mail_server import MailSecurity
from amiable.web.language import reader_language
from amiable.web.settings.forms import MailForm
from amiable.web.visit import Visit, page
from amiable.words import say

_SECURITIES = (MailSecurity.TLS, MailSecurity.STARTTLS, MailSecurity.NONE)
_FIELDS = ("host", "port", "security", "user", "folder", "address", "read_from",
           "marks_read", "postpones_absent")  # fmt: skip


class MailboxSettingsForm(MailForm):
    """Labels are ``mailbox.field.<name>``, helps ``mailbox.help.<name>``, or the mail server's."""

    room = "mailbox"

    folder = forms.CharField(max_length=200, initial="INBOX")
    address = forms.CharField(max_length=254, required=False)
    read_from = forms.DateField(
        required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    marks_read = forms.BooleanField(required=False)
    postpones_absent = forms.BooleanField(required=False)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        language = reader_language()
        kinds = [(one.value, say(language, f"mailbox.security.{one}")) for one in _SECURITIES]
        self.choose("security", kinds)
        self.fields["user"].required = True

    def clean_address(self) -> str:
        """An address alone, that mail can be sent to."""
        address: str = self.cleaned_data["address"].strip()
        try:
            return wire_address("address", address) if address else ""
        except ValueError as error:
            raise forms.ValidationError(say(reader_language(), "settings.wrong.email")) from error

    def clean_folder(self) -> str:
        """A name without control characters."""
        folder: str = self.cleaned_data["folder"].strip()
        if not folder.isprintable():
            raise forms.ValidationError(say(reader_language(), "mailbox.wrong.folder"))
        return folder

    def clean_password(self) -> str:
        """One line: a mail program cannot send another."""
        password: str = self.cleaned_data["password"]
        if any(ord(char) < 32 for char in password):
            raise forms.ValidationError(say(reader_language(), "mailbox.wrong.password"))
        return password


@page(Power.SETTINGS, methods=("GET", "POST"))
def mailbox(visit: Visit) -> HttpResponse:
    """Where answers come in."""
    row = mailbox_of(visit.company.pk)
    if visit.request.method == "POST":
        form = MailboxSettingsForm(visit.request.POST, stored=_has_password(row))
        if form.is_valid():
            save_mailbox(visit.actor, _said(form), at=visit.at)
            visit.done("mailbox.saved")
            return visit.go("settings/mailbox/")
    else:
        form = MailboxSettingsForm(initial=_initial(visit, row), stored=_has_password(row))
    return visit.render(
        "settings/mailbox.html",
        status=422 if form.errors else 200,
        form=form,
        row=row,
        failed=_failure(visit, row),
        web_address=_web_address(row),
    )


def _has_password(row: Mailbox | None) -> bool:
    return row is not None and row.sealed_password != ""


def _initial(visit: Visit, row: Mailbox | None) -> dict[str, object]:
    """What is known; never the password."""
    if row is None or not row.host:
        new = {"port": 993, "security": MailSecurity.TLS.value, "folder": "INBOX"}
        address = row.address if row else ""
        return {**new, "read_from": visit.today, "postpones_absent": True, "address": address}
    return {name: getattr(row, name) for name in _FIELDS}


def _failure(visit: Visit, row: Mailbox | None) -> str:
    """What keeps the mailbox from being read, and what to do; empty when nothing does."""
    if row is None or not row.result or row.result == "read":
        return ""
    place = f"{row.host}:{row.port}"
    return visit.say(f"mailbox.result.{row.result}", place=place, answer=row.answer)


def _web_address(row: Mailbox | None) -> str:
    return f"{settings.URL}/incoming/{row.web_key}/" if row is not None and row.web_key else ""


def _said(form: MailboxSettingsForm) -> MailboxForm:
    data = form.cleaned_data
    password = data["password"] or None
    if data.get("no_password"):
        password = ""
    return MailboxForm(
        password=password,
        **{name: data[name] for name in _FIELDS if name != "security"},
        security=MailSecurity(data["security"]),
    )


@page(Power.SETTINGS, methods=("POST",))
def test_mailbox(visit: Visit) -> HttpResponse:
    """Log in, and count what waits."""
    row = mailbox_of(visit.company.pk)
    if row is None or not row.host:
        visit.warn("mailbox.none")
        return visit.go("settings/mailbox/")
    found = try_mailbox(row, at=visit.at)
    if found.passed:
        folders = ", ".join(found.folders)
        visit.done("mailbox.tested", n=found.waiting, place=found.place, folders=folders)
    else:
        visit.warn(f"mailbox.result.{found.result}", place=found.place, answer=found.answer)
    return visit.go("settings/mailbox/")


@page(Power.SETTINGS, methods=("POST",))
def forget(visit: Visit) -> HttpResponse:
    """Read no mailbox any more."""
    forget_mailbox(visit.actor, at=visit.at)
    visit.done("mailbox.forgotten")
    return visit.go("settings/mailbox/")


@page(Power.SETTINGS, methods=("POST",))
def web_key(visit: Visit) -> HttpResponse:
    """Open an address for mails handed in, replace it, or close it."""
    if visit.request.POST.get("do") == "close":
        close_web_key(visit.actor, at=visit.at)
        visit.done("mailbox.web_closed")
    else:
        renew_web_key(visit.actor, at=visit.at)
        visit.done("mailbox.web_opened")
    return visit.go("settings/mailbox/")
