"""Provider: which e-mail service carries the mail, what it reports, whether openings are told."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.http import HttpResponse

from amiable.channels.provider import SERVICES, Service, key_fits
from amiable.desk.access import Power
from amiable.desk.gateway import GatewayForm, forget_gateway, save_gateway
from amiable.desk.provider import is_believed, known_secrets, provider_address
from amiable.desk.settings import OPENS, SettingsMoved, change_settings, seen_settings
from amiable.desk.sms import can_report
from amiable.engine.parties import Channel
from amiable.store.gateway import gateway_of
from amiable.store.models import Gateway
from amiable.web.language import reader_language
from amiable.web.settings.forms import SettingsForm
from amiable.web.visit import Visit, page
from amiable.words import say

_PAGE = "settings/mail/provider/"
_PATTERNS = {
    "sender_domain": r"\A(?=.{4,253}\Z)[a-z0-9-]+(?:\.[a-z0-9-]+)+\Z",
    "project_id": r"\A[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z",
    "message_stream": r"\A[A-Za-z0-9_-]{1,60}\Z",
}
_KEY = r"\A[!-~]{1,300}\Z"  # it travels in a header
_HELPED = frozenset({"sender_domain", "project_id", "message_stream"})


class ProviderForm(forms.Form):
    """What a service is told: its region, settings and secrets.

    Labels are ``provider.field.<name>``. A secret left empty keeps the one that is stored.
    """

    def __init__(self, *args: Any, service: Service, stored: Collection[str], **more: Any) -> None:
        """``stored``: which secrets are known already."""
        super().__init__(*args, **more)
        self.service, self.label_suffix = service, ""
        self._language = reader_language()
        if service.regions:
            choices = [(name, self._say(f"region.{name}")) for name in service.regions]
            self._add("region", forms.ChoiceField(choices=choices))
        for name in service.settings:
            self._add(name, forms.RegexField(_PATTERNS.get(name, _KEY), strip=True))
        for name in service.secrets:
            widget = forms.PasswordInput({"autocomplete": "new-password"})
            self._add(name, forms.RegexField(_KEY, strip=True, widget=widget))
            if name in stored:
                self.fields[name].required = False
                self.fields[name].help_text = self._say("help.stored")

    def _add(self, name: str, field: forms.Field) -> None:
        field.label = self._say(f"field.{name}")
        field.required = name not in self.service.optional
        if name == self.service.signed_with:
            field.help_text = self._say(f"help.signed_{self.service.name}")
        elif name in _HELPED:
            field.help_text = self._say(f"help.{name}")
        known = name if name in _PATTERNS else "key"
        field.error_messages["invalid"] = self._say(f"wrong.{known}")
        self.fields[name] = field

    def _say(self, key: str) -> str:
        return say(self._language, f"provider.{key}")

    def clean(self) -> dict[str, Any]:
        """The key that events are signed with is one."""
        data = super().clean() or {}
        name = self.service.signed_with
        if name and data.get(name) and not key_fits(self.service.name, data[name]):
            self.add_error(name, self._say("wrong.signed"))
        return data

    def said(self) -> GatewayForm:
        """What was typed, for the desk."""
        data, secrets = self.cleaned_data, self.service.secrets
        return GatewayForm(
            kind=self.service.name,
            settings={name: str(text) for name, text in data.items() if name not in secrets},
            secrets={name: data[name] for name in secrets},
        )


class OpensForm(SettingsForm):
    """Whether one wants to know that a mail was opened."""

    tracks_opens = forms.BooleanField(required=False)


@page(Power.SETTINGS, methods=("GET", "POST"))
def provider(visit: Visit) -> HttpResponse:
    """Which service carries the mail; ``kind`` in the address is the one looked at."""
    row = gateway_of(visit.company.pk, Channel.EMAIL)
    kind = visit.request.GET.get("kind") or (row.kind if row else "")
    service = SERVICES.get(kind) or next(iter(SERVICES.values()))
    same = row if row is not None and row.kind == service.name else None
    stored = known_secrets(same) if same is not None else frozenset()
    more: dict[str, Any] = {"service": service, "stored": stored}
    if visit.request.method != "POST":
        initial = same.settings if same is not None else {}
        return _shown(visit, row, ProviderForm(initial=initial, **more))
    form = ProviderForm(visit.request.POST, **more)
    if not form.is_valid():
        return _shown(visit, row, form)
    save_gateway(visit.actor, Channel.EMAIL, form.said(), at=visit.at)
    visit.done("provider.saved")
    return visit.go(_PAGE)


def _shown(visit: Visit, row: Gateway | None, form: ProviderForm) -> HttpResponse:
    used = SERVICES.get(row.kind) if row is not None else None
    return visit.render(
        "settings/provider.html",
        status=422 if form.errors else 200,
        form=form,
        service=form.service,
        kinds=list(SERVICES),
        row=row,
        used=used,
        about=visit.say(f"provider.about.{form.service.name}"),
        events=visit.say(f"provider.events.{used.name}") if used and used.reports else "",
        report=provider_address(row) if row is not None else "",
        reports=can_report(),
        believed=row is not None and is_believed(row),
        opens_form=OpensForm(initial={"tracks_opens": visit.company.tracks_opens}),
        opens_seen=seen_settings(visit.company, OPENS),
    )


@page(Power.SETTINGS, methods=("POST",))
def opens(visit: Visit) -> HttpResponse:
    """Whether openings are told."""
    form = OpensForm(visit.request.POST)
    form.is_valid()  # a box is ticked or not
    seen = visit.request.POST.get("seen", "")
    try:
        changed = change_settings(visit.actor, OPENS, form.cleaned_data, seen=seen, at=visit.at)
    except SettingsMoved:
        visit.warn("settings.moved")
    else:
        visit.done("settings.saved" if changed else "settings.unchanged")
    return visit.go(_PAGE)


@page(Power.SETTINGS, methods=("POST",))
def forget_provider(visit: Visit) -> HttpResponse:
    """Do without a service: mail goes by the mail server again, or into files."""
    forget_gateway(visit.actor, Channel.EMAIL, at=visit.at)
    visit.done("provider.forgotten")
    return visit.go("settings/mail/")
