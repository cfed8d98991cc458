"""What the pages of experiments show, in the reader's words."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from amiable.desk.experiment import Reading, Wish, state_of, verdict_of
from amiable.engine.experiment import Exclusion, Factor
from amiable.engine.experiment_result import ArmResult
from amiable.engine.experiment_size import Size, Yardstick
from amiable.engine.parties import Language
from amiable.store.models import Experiment
from amiable.web.chart import Chart, Kind, Series, Unit
from amiable.web.visit import Visit
from amiable.words import say, term
from amiable.words.experiments import (
    arm_name,
    arm_names,
    days_text,
    difference_text,
    factor_name,
    measure_name,
    noise_text,
    rate_text,
    verdict_text,
    worth_text,
)
from amiable.words.quantities import write_share

COLOURS = {"running": "blue", "following": "blue", "learning": "green", "ended": "green"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One experiment in the list."""

    row: Experiment
    arms: str
    factor: str
    state: str
    colour: str
    drawn: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmLine:
    """One arm in a table."""

    name: str
    first: bool
    best: bool
    customers: int
    days: str
    days_more: str
    answers: str
    answers_more: str
    deviations: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentTable:
    """The arms within one segment."""

    name: str
    arms: list[ArmLine]


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """How many were drawn of a segment, arm by arm."""

    name: str
    counts: list[tuple[str, int]]
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultPage:
    """``draft``: the policy with the arm that was found better, as TOML; empty: there is none."""

    reading: Reading
    state: str
    colour: str
    verdict: str
    names: list[str]
    factor: str
    measure: str
    worth: str
    noise: str
    arms: list[ArmLine]
    segments: list[SegmentTable]
    balance: list[Balance]
    chances: list[str]
    chart: Chart | None
    draft: str
    may_shape: bool
    may_export: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanCard:
    """What an experiment would take; ``fit``: customers of today who would take part."""

    size: Size
    worth: str
    noise: str
    fit: int
    left_out: list[str]


def line_of(row: Experiment, drawn: int, language: Language) -> Line:
    """One experiment in the list."""
    state = state_of(row)
    return Line(
        row=row,
        arms=arm_names(row.arms, language),
        factor=factor_name(Factor(row.factor), language),
        state=state,
        colour=COLOURS.get(state, ""),
        drawn=drawn,
    )


def plan_card(
    size: Size, wish: Wish, today: tuple[int, Counter[Exclusion]], language: Language
) -> PlanCard:
    """What an experiment would take."""
    fit, why = today
    return PlanCard(
        size=size,
        worth=worth_text(wish.difference, wish.measure, language),
        noise=noise_text(size.noise, wish.measure, language),
        fit=fit,
        left_out=[
            f"{n} × {say(language, f'experiments.exclusion.{one.value}')}"
            for one, n in why.most_common()
        ],
    )


def result_page(visit: Visit, found: Reading, draft: str, noise: str, may: tuple[bool, bool]
                ) -> ResultPage:  # fmt: skip
    """The page of one experiment."""
    row, language = found.row, visit.language
    measure, state = Yardstick(row.measure), state_of(row)
    names = [arm_name(one, language) for one in row.arms]
    return ResultPage(
        reading=found,
        state=state,
        colour=COLOURS.get(state, ""),
        verdict=_verdict(found, language),
        names=names,
        factor=factor_name(Factor(row.factor), language),
        measure=measure_name(measure, language),
        worth=worth_text(row.difference, measure, language),
        noise=noise,
        arms=arm_lines(row, found.arms, language),
        segments=[
            SegmentTable(
                name=term(language, "segment", segment.value), arms=arm_lines(row, arms, language)
            )
            for segment, arms in found.segments.items()
        ],
        balance=[
            Balance(
                name=term(language, "segment", segment.value),
                counts=list(zip(names, counts, strict=True)),
                total=sum(counts),
            )
            for segment, counts in found.counts.items()
        ],
        chances=[
            visit.say("experiments.result.chance", arm=name, share=write_share(chance, language))
            for name, chance in zip(names, found.chances, strict=False)
        ],
        chart=_chart(visit, found, names, measure),
        draft=draft,
        may_shape=may[0],
        may_export=may[1],
    )


def _verdict(found: Reading, language: Language) -> str:
    row, said = found.row, verdict_of(found.row)
    if said is not None:
        return verdict_text(said, row.arms, found.arms, Yardstick(row.measure), language)
    kind = "stopped" if state_of(row) == "stopped" else "early"
    return say(language, f"experiments.verdict.{kind}")


def arm_lines(row: Experiment, arms: Sequence[ArmResult], language: Language) -> list[ArmLine]:
    """The figures of some arms in words."""
    return [
        ArmLine(
            name=arm_name(row.arms[one.arm], language),
            first=one.arm == 0,
            best=row.best == one.arm,
            customers=one.customers,
            days=days_text(one.days, language),
            days_more=difference_text(one.days_more, Yardstick.DAYS, language),
            answers=rate_text(one.answers, language),
            answers_more=difference_text(one.answers_more, Yardstick.ANSWER, language),
            deviations=one.deviations,
        )
        for one in arms
    ]


def _chart(visit: Visit, found: Reading, names: list[str], measure: Yardstick) -> Chart | None:
    """The measure of the verdict by arm, with its interval in the table."""
    values = [_values(one, measure) for one in found.arms]
    if any(one is None for one in values):
        return None
    middle, low, high = zip(*(one for one in values if one is not None), strict=True)
    title = measure_name(measure, visit.language)
    return Chart(
        key="experiment",
        kind=Kind.BARS,
        title=title,
        said=_verdict(found, visit.language),
        head=visit.say("experiments.result.arm"),
        labels=tuple(names),
        series=(
            Series(name=title, values=middle),
            Series(name=visit.say("experiments.result.chart_low"), values=low, drawn=False),
            Series(name=visit.say("experiments.result.chart_high"), values=high, drawn=False),
        ),
        unit=Unit.DAYS if measure is Yardstick.DAYS else Unit.SHARE,
        explained=visit.say("experiments.result.how_intervals"),
    )


def _values(one: ArmResult, measure: Yardstick) -> tuple[float, float, float] | None:
    if measure is Yardstick.DAYS:
        return None if one.days is None else (one.days.mean, one.days.low, one.days.high)
    share, bounds = one.answers.share, one.answers.bounds
    return None if share is None or bounds is None else (share, *bounds)
