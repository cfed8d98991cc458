"""The pages of experiments: all of them, a new one, one with its result, its customers."""

from collections.abc import Iterator

from django.http import HttpResponse, HttpResponseBase

from amiable.desk.access import Power
from amiable.desk.audit import recorded, subject
from amiable.desk.experiment import (
    ExperimentRefused,
    NotRunning,
    StepTaken,
    check,
    experiment_for,
    learn,
    read,
    size_for,
    start,
    stop,
    who_takes_part,
    winner,
)
from amiable.desk.export import Row
from amiable.engine.experiment import Factor
from amiable.engine.experiment_size import ANSWER_DAYS, HORIZON, Noise, Yardstick
from amiable.engine.policy_toml import policy_to_toml
from amiable.store.company import load_policies
from amiable.store.experiment import experiments_of, page_of_assignments
from amiable.store.models import Experiment, ExperimentAssignment
from amiable.web.experiments.forms import ExperimentForm
from amiable.web.experiments.record import line_of, plan_card, result_page
from amiable.web.export import stream_csv
from amiable.web.visit import Visit, page
from amiable.words import term
from amiable.words.experiments import arm_name, noise_text

_PAGE, _PART = 50, 1_000
_HEADS = (
    "customer", "key", "arm", "segment", "assigned_on", "gained", "answered", "deviates", "learned",
)  # fmt: skip


@page(Power.PROOF)
def experiments(visit: Visit) -> HttpResponse:
    """All experiments, the newest first."""
    lines = [line_of(row, n, visit.language) for row, n in experiments_of(visit.company.pk)]
    return visit.render(
        "experiments/list.html",
        lines=lines,
        may_shape=visit.may(Power.SHAPE),
        current="experiments",
    )


@page(Power.SHAPE, methods=("GET", "POST"))
def new(visit: Visit) -> HttpResponse:
    """One step, one thing changed: how many customers it takes, then the start."""
    book = load_policies(visit.company)
    asked = visit.request.GET.get("factor", "")
    factor = Factor(asked) if asked in set(Factor) else Factor.CHANNEL
    sent = visit.request.POST if visit.request.method == "POST" else None
    form = ExperimentForm(sent, factor=factor, policies=book.policies, default=book.default)
    plan = None
    if sent is not None and form.is_valid():
        wish = form.wish
        form.show_flaws(check(visit.company, wish))
        if not form.errors and sent.get("do") == "start":
            answer = _start(visit, form)
            if answer is not None:
                return answer
        if not form.errors:
            size = size_for(visit.company, wish, visit.today)
            today = who_takes_part(visit.company, wish, visit.today)
            plan = plan_card(size, wish, today, visit.language)
    return visit.render(
        "experiments/new.html",
        form=form,
        factor=factor,
        factors=list(Factor),
        plan=plan,
        current="experiments",
    )


def _start(visit: Visit, form: ExperimentForm) -> HttpResponse | None:
    """Start it; None when that cannot be: the form says why."""
    try:
        row = start(visit.actor, form.wish, today=visit.today, at=visit.at)
    except ExperimentRefused as refused:
        form.show_flaws(refused.flaws)
        return None
    except StepTaken as taken:
        form.refuse("where", "experiments.flaw.taken", name=taken.other.name)
        return None
    drawn = read(visit.company, row, visit.today).drawn
    visit.done("experiments.done.started", name=row.name, n=drawn)
    return visit.go(f"experiments/{row.pk}/")


@page(Power.PROOF)
def experiment(visit: Visit, pk: int) -> HttpResponse:
    """One experiment: verdict or how far it is, arm by arm, by segment."""
    row = experiment_for(visit.actor, pk)
    found = read(visit.company, row, visit.today)
    draft = winner(row, visit.company)
    noise = noise_text(
        Noise(value=row.noise, customers=row.noise_customers),
        Yardstick(row.measure),
        visit.language,
    )
    may = visit.may(Power.SHAPE), visit.may(Power.EXPORT)
    record = result_page(visit, found, policy_to_toml(draft) if draft else "", noise, may)
    return visit.render(
        "experiments/show.html",
        result=record,
        row=row,
        horizon=HORIZON,
        answer_days=ANSWER_DAYS,
        current="experiments",
    )


@page(Power.SHAPE, methods=("POST",))
def stop_one(visit: Visit, pk: int) -> HttpResponse:
    """Stop one without a verdict."""
    row = experiment_for(visit.actor, pk)
    try:
        stop(visit.actor, row, today=visit.today, at=visit.at)
    except NotRunning:
        visit.warn("experiments.done.not_running")
    else:
        visit.done("experiments.done.stopped", name=row.name)
    return visit.go(f"experiments/{pk}/")


@page(Power.SHAPE, methods=("POST",))
def learn_one(visit: Visit, pk: int) -> HttpResponse:
    """Let new customers be drawn by what is known, or no longer."""
    row = experiment_for(visit.actor, pk)
    on = visit.request.POST.get("on") == "1"
    try:
        learn(visit.actor, row, on=on, today=visit.today, at=visit.at)
    except NotRunning:
        visit.warn("experiments.done.not_running")
    except ExperimentRefused:
        visit.warn("experiments.done.changed")
    except StepTaken as taken:
        visit.warn("experiments.flaw.taken", name=taken.other.name)
    else:
        visit.done(f"experiments.done.{'learns' if on else 'learns_no_more'}")
    return visit.go(f"experiments/{pk}/")


# --- who was drawn ----------------------------------------------------------------------------


@page(Power.PROOF)
def people(visit: Visit, pk: int) -> HttpResponse:
    """The customers drawn, a page at a time."""
    row = experiment_for(visit.actor, pk)
    wanted = visit.request.GET.get("after", "")
    after = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 19 else 0
    found = page_of_assignments(row, visit.actor.only, after=after, size=_PAGE + 1)
    return visit.render(
        "experiments/people.html",
        row=row,
        lines=[(one, arm_name(row.arms[one.arm], visit.language)) for one in found[:_PAGE]],
        more=found[_PAGE - 1].pk if len(found) > _PAGE else None,
        may_export=visit.may(Power.EXPORT),
        current="experiments",
    )


@page(Power.EXPORT, Power.PROOF)
def export_people(visit: Visit, pk: int) -> HttpResponseBase:
    """Everybody drawn, as a file."""
    row = experiment_for(visit.actor, pk)
    with recorded(visit.actor, "exported_experiment", at=visit.at, name=row.name) as entry:
        entry.subject = subject(row)
    heads = [visit.say(f"experiments.people.{name}") for name in _HEADS]
    return stream_csv(_rows(visit, row), heads, f"experiment-{row.pk}", visit.language)


def _rows(visit: Visit, row: Experiment) -> Iterator[Row]:
    after = 0
    while found := page_of_assignments(row, visit.actor.only, after=after, size=_PART):
        for one in found:
            yield _row(visit, row, one)
        after = found[-1].pk


def _row(visit: Visit, row: Experiment, one: ExperimentAssignment) -> Row:
    return (
        one.customer.name, one.customer.key, arm_name(row.arms[one.arm], visit.language),
        term(visit.language, "segment", one.segment), one.assigned_on,
        None if one.gained is None else f"{one.gained:.1f}",
        _yes(visit, one.answered), _yes(visit, one.deviates), _yes(visit, one.learned),
    )  # fmt: skip


def _yes(visit: Visit, value: bool | None) -> str:
    if value is None:
        return ""
    return visit.say(f"experiments.people.{'yes' if value else 'no'}")
