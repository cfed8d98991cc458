"""Tokens: made, shown once, revoked."""

from django.http import HttpResponse

from amiable.desk.access import Power
from amiable.desk.token import create_token, revoke_token
from amiable.web.integrations.forms import TokenForm
from amiable.web.visit import Visit, page


@page(Power.SETTINGS, methods=("GET", "POST"))
def new(visit: Visit) -> HttpResponse:
    """A new token; its text is on the page that answers, and nowhere else."""
    form = TokenForm(visit.request.POST if visit.request.method == "POST" else None)
    if not form.is_bound or not form.is_valid():
        return visit.render(
            "integrations/token_new.html",
            form=form,
            current="integrations",
            status=422 if form.is_bound else 200,
        )
    token, text = create_token(
        visit.actor,
        name=form.cleaned_data["name"],
        scopes=form.chosen(),
        at=visit.at,
        expires_at=form.expires_at(visit.at),
    )
    response = visit.render(
        "integrations/token_made.html", token=token, text=text, current="integrations"
    )
    response.headers["Cache-Control"] = "no-store"
    return response


@page(Power.SETTINGS, methods=("POST",))
def revoke(visit: Visit, token: int) -> HttpResponse:
    """The token opens nothing any more."""
    row = revoke_token(visit.actor, token, at=visit.at)
    visit.done("integrations.revoked", name=row.name)
    return visit.go("integrations/")
