"""The norms of the trade: dated, with their source; a company may put its own figures in."""

from dataclasses import dataclass

from django.http import HttpResponse

from amiable.desk.access import Power
from amiable.desk.norm import NormLine, NormUnknown, give_norm_back, norms_of, set_norm
from amiable.law.norms import KINDS
from amiable.web.terms.forms import NormForm
from amiable.web.terms.views import norm_days
from amiable.web.visit import Visit, page
from amiable.words import term


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownNorm:
    """A norm in words."""

    line: NormLine
    name: str
    days: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NormsPage:
    """The norms by what they count, and the form for one's own."""

    kinds: list[tuple[str, list[ShownNorm]]]
    form: NormForm
    may_shape: bool


@page(Power.PROOF)
def norms_page(visit: Visit) -> HttpResponse:
    """All norms, each with its date and its source."""
    return _show(visit, NormForm(initial={"as_of": visit.today}))


def _show(visit: Visit, form: NormForm) -> HttpResponse:
    lines = [
        ShownNorm(
            line=line,
            name=term(visit.language, "norm", line.norm.name),
            days=norm_days(visit, line),
        )
        for line in norms_of(visit.company)
    ]
    record = NormsPage(
        kinds=[(kind, [one for one in lines if one.line.norm.kind == kind]) for kind in KINDS],
        form=form,
        may_shape=visit.may(Power.SHAPE),
    )
    return visit.render("terms/norms.html", page=record, current="terms")


@page(Power.SHAPE, methods=("POST",))
def norm_change(visit: Visit) -> HttpResponse:
    """Put the company's own figure in the place of a norm."""
    form = NormForm(visit.request.POST)
    if not form.is_valid():
        return _show(visit, form)
    data = form.cleaned_data
    changed = set_norm(
        visit.actor, data["norm"], data["days_own"], data["as_of"], data["source"], at=visit.at
    )
    visit.done("settings.saved" if changed else "settings.unchanged")
    return visit.go("terms/norms/")


@page(Power.SHAPE, methods=("POST",))
def norm_back(visit: Visit) -> HttpResponse:
    """Use the published figure again."""
    try:
        changed = give_norm_back(visit.actor, visit.request.POST.get("norm", ""), at=visit.at)
    except NormUnknown:
        visit.warn("terms.norm_unknown")
    else:
        visit.done("settings.saved" if changed else "settings.unchanged")
    return visit.go("terms/norms/")
