"""The page of risks: alerts with their reasons, seen or not, and the habitually late."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpResponse, HttpResponseBase

from amiable.desk.access import Power
from amiable.desk.audit import recorded
from amiable.desk.export import Row
from amiable.desk.risk import Alert, AlertFact, NoSuchAlert, alerts_of, see_alert
from amiable.engine.parties import Language
from amiable.engine.reasons import Fact
from amiable.engine.risk import RiskKind
from amiable.web.lists.export import send_list
from amiable.web.risks.forms import SeenForm
from amiable.web.risks.late import LatePart, late_part
from amiable.web.visit import Visit, page
from amiable.words import term, write_money

_SHOWN = 60
_HEADS = ("risk", "customer", "key", "level", "why", "seen")
_ICONS = {
    RiskKind.DRIFT: "trending-up",
    RiskKind.CONCENTRATION: "chart-pie",
    RiskKind.TOP: "chart-pie",
    RiskKind.BROKEN: "heart-crack",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertLine:
    """An alert in words. ``path``: where one looks into it."""

    alert: Alert
    icon: str
    why: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RisksPage:
    """``new`` are to be looked at, ``seen`` were and are no worse; ``more``: not shown of each."""

    new: list[AlertLine]
    seen: list[AlertLine]
    more: int
    late: LatePart
    of_all: bool
    proves: bool
    may_work: bool
    may_export: bool


@page()
def risks(visit: Visit) -> HttpResponse:
    """What deserves a look at whole accounts."""
    lines = [_line(visit, alert) for alert in alerts_of(visit.actor, visit.today)]
    new = [line for line in lines if line.alert.seen is None]
    seen = [line for line in lines if line.alert.seen is not None]
    record = RisksPage(
        new=new[:_SHOWN],
        seen=seen[:_SHOWN],
        more=max(0, len(new) - _SHOWN) + max(0, len(seen) - _SHOWN),
        late=late_part(visit),
        of_all=visit.actor.only is None,
        proves=visit.may(Power.PROOF),
        may_work=visit.may(Power.WORK),
        may_export=visit.may(Power.EXPORT),
    )
    return visit.render("risks/page.html", page=record, current="risks")


def _line(visit: Visit, alert: Alert) -> AlertLine:
    return AlertLine(
        alert=alert,
        icon=_ICONS[alert.kind],
        why=_why(visit, alert),
        path=_path(visit, alert),
    )


def _why(visit: Visit, alert: Alert) -> str:
    facts = {name: _fact(visit, value) for name, value in alert.facts.items()}
    if alert.kind is RiskKind.DRIFT and visit.language is Language.FR:
        facts["chance"] = str(facts["chance"]).replace(".", ",")
    return visit.say(f"risks.why.{alert.kind}", **facts)


def _fact(visit: Visit, value: AlertFact) -> Fact:
    if isinstance(value, tuple):
        return " + ".join(write_money(one, visit.language) for one in value)
    return value


def _path(visit: Visit, alert: Alert) -> str:
    if alert.customer is None:
        return visit.url("customers/?sort=-balance")
    rest = "agreements/" if alert.kind is RiskKind.BROKEN else ""
    return visit.url(f"customers/{alert.customer.pk}/{rest}")


@page(Power.WORK, methods=("POST",))
def see(visit: Visit) -> HttpResponse:
    """Put an alert away until it is worse."""
    form = SeenForm(visit.request.POST)
    if not form.is_valid():
        visit.warn("risks.gone")
        return visit.go("risks/")
    try:
        see_alert(
            visit.actor,
            RiskKind(form.cleaned_data["kind"]),
            form.cleaned_data["customer"],
            form.cleaned_data["level"],
            today=visit.today,
            at=visit.at,
        )
    except NoSuchAlert:
        visit.warn("risks.gone")
    else:
        visit.done("risks.put_away")
    return visit.go("risks/")


@page(Power.EXPORT)
def export_alerts(visit: Visit, kind: str) -> HttpResponseBase:
    """All alerts as a file, the seen ones too."""
    with recorded(visit.actor, "exported_risks", at=visit.at, kind=kind):
        rows = _rows(visit, alerts_of(visit.actor, visit.today))
    return send_list(visit, kind, rows, _HEADS, "risks", visit.say("nav.risks"))


def _rows(visit: Visit, alerts: list[Alert]) -> Iterator[Row]:
    for alert in alerts:
        customer = alert.customer
        yield (
            term(visit.language, "risk", alert.kind.value),
            customer.name if customer else "",
            customer.key if customer else "",
            alert.level,
            _why(visit, alert),
            alert.seen.seen_at.date() if alert.seen else None,
        )
