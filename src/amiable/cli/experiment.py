"""``amiable experiment``: list, show, start, stop."""

from dataclasses import asdict
from math import isnan
from typing import Any

import click

from amiable.cli.command import Refused, Request, command
from amiable.cli.deeds import actor_of
from amiable.cli.output import day, heading, print_json, say, table
from amiable.cli.texts import language, t
from amiable.desk.access import OtherCompany
from amiable.desk.experiment import (
    ExperimentRefused,
    NotRunning,
    Reading,
    StepTaken,
    Wish,
    check,
    experiment_for,
    read,
    size_for,
    start,
    state_of,
    stop,
    verdict_of,
)
from amiable.engine.experiment import Factor
from amiable.engine.experiment_result import ArmResult
from amiable.engine.experiment_size import HORIZON, Size, Yardstick
from amiable.store.experiment import experiments_of
from amiable.store.models import Company, Experiment
from amiable.words import say as words
from amiable.words.experiments import (
    arm_name,
    arm_names,
    days_text,
    difference_text,
    rate_text,
    verdict_text,
)


@click.group(
    "experiment",
    help=t("help.experiment"),
    epilog=t("help.experiment_more"),
    subcommand_metavar=t("option.command_metavar"),
)
def experiment() -> None:
    """Experiments."""


@command("experiment_list")
def list_all(request: Request) -> None:
    """List the experiments, newest first."""
    rows = experiments_of(request.company.pk)
    if request.json:
        print_json([
            {"number": row.pk, "name": row.name, "policy": row.policy, "step": row.step,
             "factor": row.factor, "arms": row.arms, "state": state_of(row),
             "drawn": drawn, "size": row.size, "finding": row.finding}
            for row, drawn in rows
        ])  # fmt: skip
        return
    if not rows:
        say(t("experiment.none"))
        return
    heads = ("name", "step", "arms", "progress", "state", "since")
    table(
        [t("head.number"), *(words(language(), f"experiments.list.{head}") for head in heads)],
        [
            (
                str(row.pk), row.name,
                words(language(), "experiments.list.step_of", step=row.step, policy=row.policy),
                arm_names(row.arms, language()),
                words(language(), "experiments.list.of", n=drawn, size=row.size),
                words(language(), f"experiments.state.{state_of(row)}"),
                day(row.started_on),
            )
            for row, drawn in rows
        ],
        right=(0,),
    )  # fmt: skip


@command("experiment_show")
@click.argument("number", type=int, metavar=t("experiment.number"))
def show(request: Request, number: int) -> None:
    """Show an experiment: its figures and its verdict."""
    company = request.company
    found = read(company, _row(company, number), request.today)
    if request.json:
        print_json(_record(found))
    else:
        _tell(found)


@command("experiment_start")
@click.argument("policy", metavar=t("experiment.policy"))
@click.argument("step", type=int, metavar=t("experiment.step"))
@click.argument("factor", type=click.Choice([one.value for one in Factor]))
@click.argument("arms", nargs=-1, required=True, metavar=t("experiment.arms"))
@click.option(
    "--days", type=click.FloatRange(0.1, HORIZON), default=None, help=t("experiment.option_days")
)
@click.option(
    "--points", type=click.FloatRange(0.1, 100), default=None, help=t("experiment.option_points")
)
@click.option("--name", default="", help=t("experiment.option_name"))
@click.option("--plan", "only_plan", is_flag=True, help=t("experiment.option_plan"))
def begin(
    request: Request, days: float | None, points: float | None, only_plan: bool, **given: Any
) -> None:
    """Start an experiment on one step of a policy."""
    wish, company = _wish(days, points, given), request.company
    if only_plan:
        _plan(request, company, wish)
        return
    try:
        row = start(actor_of(company), wish, today=request.today, at=request.at)
    except ExperimentRefused as error:
        raise _refused(error) from error
    except StepTaken as error:
        raise Refused(words(language(), "experiments.flaw.taken", name=error.other.name)) from error
    found = read(company, row, request.today)
    if request.json:
        print_json(_record(found))
    else:
        say(t("experiment.started", number=str(row.pk), size=row.size, drawn=found.drawn))


@command("experiment_stop")
@click.argument("number", type=int, metavar=t("experiment.number"))
def end(request: Request, number: int) -> None:
    """Stop an experiment without a verdict."""
    company = request.company
    row = _row(company, number)
    try:
        stop(actor_of(company), row, today=request.today, at=request.at)
    except NotRunning as error:
        raise Refused(t("experiment.not_running", number=str(number))) from error
    if request.json:
        print_json({"number": row.pk, "name": row.name, "state": state_of(row)})
    else:
        say(t("experiment.stopped", number=str(number)))


for _one, _called in ((list_all, "list"), (show, "show"), (begin, "start"), (end, "stop")):
    experiment.add_command(_one, _called)


def _row(company: Company, number: int) -> Experiment:
    try:
        return experiment_for(actor_of(company), number)
    except OtherCompany as error:
        raise Refused(t("experiment.unknown", number=str(number))) from error


def _wish(days: float | None, points: float | None, given: dict[str, Any]) -> Wish:
    if (days is None) is (points is None) or isnan(days or points or 0):
        raise Refused(t("experiment.one_measure"))
    factor = Factor(given["factor"])
    arms = tuple(given["arms"])
    return Wish(
        name=given["name"].strip()[:120] or arm_names(arms, language()),
        policy=given["policy"],
        step=given["step"],
        factor=factor,
        arms=arms,
        measure=Yardstick.DAYS if days else Yardstick.ANSWER,
        difference=days or (points or 0) / 100,
    )


def _plan(request: Request, company: Company, wish: Wish) -> None:
    if found := check(company, wish):
        raise _refused(ExperimentRefused(found))
    size: Size = size_for(company, wish, request.today)
    if request.json:
        print_json(size)
    elif size.assigned_by is None or size.verdict_on is None:
        say(t("experiment.plan_unknown", size=size.total, each=size.each))
    else:
        say(t("experiment.plan", size=size.total, each=size.each, full=size.assigned_by,
              verdict=size.verdict_on))  # fmt: skip


def _refused(error: ExperimentRefused) -> Refused:
    told = (words(language(), f"experiments.flaw.{flaw.value}") for flaw in error.flaws)
    return Refused("\n".join(told))


# --- told -------------------------------------------------------------------------------------


def _record(found: Reading) -> dict[str, Any]:
    row = found.row
    return {
        "number": row.pk, "name": row.name, "policy": row.policy, "step": row.step,
        "factor": row.factor, "measure": row.measure, "difference": row.difference,
        "state": state_of(row), "started_on": row.started_on, "ended_on": row.ended_on,
        "size": row.size, "drawn": found.drawn, "followed": found.followed,
        "left": found.left, "full_by": found.full_by, "verdict_on": found.verdict_on,
        "judged": found.judged, "finding": row.finding,
        "best": row.arms[row.best] if row.best is not None else None,
        "arms": [_arm(row, one) for one in found.arms],
        "chances": list(found.chances),
    }  # fmt: skip


def _arm(row: Experiment, one: ArmResult) -> dict[str, Any]:
    return {
        "arm": row.arms[one.arm], "customers": one.customers, "deviations": one.deviations,
        "days": asdict(one.days) if one.days else None,
        "answers": {"hits": one.answers.hits, "n": one.answers.n, "bounds": one.answers.bounds},
        "days_more": asdict(one.days_more) if one.days_more else None,
        "answers_more": asdict(one.answers_more) if one.answers_more else None,
    }  # fmt: skip


def _tell(found: Reading) -> None:
    row, lang = found.row, language()
    heading(f"{row.name} · {words(lang, f'experiments.state.{state_of(row)}')}")
    said = verdict_of(row)
    if said is not None:
        say(verdict_text(said, row.arms, found.arms, Yardstick(row.measure), lang))
    else:
        stopped = state_of(row) == "stopped"
        say(words(lang, f"experiments.verdict.{'stopped' if stopped else 'early'}"))
    say(t("experiment.drawn", drawn=found.drawn, size=row.size, followed=found.followed))
    if found.verdict_on:
        say(words(lang, "experiments.result.verdict_on", day=found.verdict_on))
    heads = ("arm", "customers", "days_gained", "days_more", "answers", "answers_more",
             "deviations")  # fmt: skip
    table(
        [words(lang, f"experiments.result.{head}") for head in heads],
        [
            (
                arm_name(row.arms[one.arm], lang), str(one.customers), days_text(one.days, lang),
                difference_text(one.days_more, Yardstick.DAYS, lang), rate_text(one.answers, lang),
                difference_text(one.answers_more, Yardstick.ANSWER, lang), str(one.deviations),
            )
            for one in found.arms
        ],
        right=(1, 6),
    )  # fmt: skip
