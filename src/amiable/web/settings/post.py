"""The post: who prints and posts the letters, how, and whether it works."""

from typing import Any

from django import forms
from django.http import HttpResponse

from amiable.desk.access import Power
from amiable.desk.gateway import GatewayForm, forget_gateway, report_address, save_gateway
from amiable.desk.postal import SPEEDS, PostalKind, own_address_fits, try_postal
from amiable.engine.parties import Channel
from amiable.store.gateway import gateway_of
from amiable.store.models import Gateway
from amiable.web.language import reader_language
from amiable.web.visit import Visit, page
from amiable.words import say


class PostForm(forms.Form):
    """Labels are ``post.field.<name>``, helps ``post.help.<name>``. An empty key keeps the one that
    is stored."""

    kind = forms.ChoiceField()
    api_key = forms.CharField(
        max_length=200,
        required=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )
    speed = forms.ChoiceField()
    colour = forms.BooleanField(required=False)
    duplex = forms.BooleanField(required=False)
    cover = forms.BooleanField(required=False)

    def __init__(self, *args: Any, stored: str, **more: Any) -> None:
        """``stored``: the kind a key is stored for."""
        super().__init__(*args, **more)
        self.label_suffix = ""
        self.stored = stored
        language = reader_language()
        for name, field in self.fields.items():
            field.label = say(language, f"post.field.{name}")
        for name in ("api_key", "cover"):
            self.fields[name].help_text = say(language, f"post.help.{name}")
        if stored:
            self.fields["api_key"].help_text = say(language, "post.help.api_key_stored")
        kinds = [(kind.value, say(language, f"post.kind.{kind.value}")) for kind in PostalKind]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        speeds = [(speed, say(language, f"post.speed.{speed}")) for speed in SPEEDS]
        self.fields["speed"].choices = speeds  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The service needs its key."""
        data = super().clean() or {}
        kind = data.get("kind")
        if kind == PostalKind.MYSENDINGBOX and not data.get("api_key") and self.stored != kind:
            self.add_error("api_key", say(reader_language(), "post.wrong_key"))
        return data


@page(Power.SETTINGS, methods=("GET", "POST"))
def post(visit: Visit) -> HttpResponse:
    """Who carries the letters."""
    row = gateway_of(visit.company.pk, Channel.LETTER)
    stored = row.kind if row is not None else ""
    if visit.request.method == "POST":
        form = PostForm(visit.request.POST, stored=stored)
        if form.is_valid():
            save_gateway(visit.actor, Channel.LETTER, _said(form.cleaned_data), at=visit.at)
            visit.done("post.saved")
            return visit.go("settings/post/")
    else:
        form = PostForm(initial=_initial(row), stored=stored)
    return visit.render(
        "settings/post.html",
        form=form,
        row=row,
        kind_name=visit.say(f"post.kind.{stored}") if stored else "",
        fits=own_address_fits(visit.company),
        report=report_address(row) if row is not None else "",
    )


def _initial(row: Gateway | None) -> dict[str, object]:
    if row is None:
        return {"duplex": True, "cover": True}
    said = row.settings
    flags = {name: said.get(name) == "1" for name in ("colour", "duplex", "cover")}
    return {"kind": row.kind, "speed": said.get("speed", SPEEDS[0]), **flags}


def _said(data: dict[str, Any]) -> GatewayForm:
    flags = {name: "1" if data[name] else "0" for name in ("colour", "duplex", "cover")}
    return GatewayForm(
        kind=data["kind"],
        settings={"speed": data["speed"], **flags},
        secrets={"api_key": data["api_key"].strip()},
    )


@page(Power.SETTINGS, methods=("POST",))
def test_post(visit: Visit) -> HttpResponse:
    """Ask the service whether it knows us."""
    found = try_postal(visit.actor, at=visit.at)
    if found is not None:
        tell = visit.done if found.passed else visit.warn
        tell(f"post.test.{found.result.value}", answer=found.answer)
    return visit.go("settings/post/")


@page(Power.SETTINGS, methods=("POST",))
def forget_post(visit: Visit) -> HttpResponse:
    """Print and post by hand again."""
    forget_gateway(visit.actor, Channel.LETTER, at=visit.at)
    visit.done("post.forgotten")
    return visit.go("settings/post/")
