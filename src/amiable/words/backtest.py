"""Backtest: what came out of a policy tried on the past, in sentences and tables for a reader.

Every face and the paper show these; a table holds plain values, so that it may also be exported.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from amiable.engine.backtest_report import (
    LITTLE_SHARE,
    BacktestReport,
    BacktestVerdict,
    Detection,
    Gain,
    Left,
)
from amiable.engine.money import Money
from amiable.engine.parties import Language
from amiable.words.amounts import write_count, write_money
from amiable.words.catalogue import say, term
from amiable.words.dates import short_date
from amiable.words.effect import signed
from amiable.words.quantities import write_decimal, write_share

_MUCH_SHARE = 0.4
"""From this habit share on, customers are said to differ a lot."""


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole: 0.25 is a quarter."""

    value: float


@dataclass(frozen=True, slots=True)
class Signed:
    """Days gained (above zero) or lost; a reader sees the sign of both."""

    days: float


Cell = None | str | int | float | Share | Signed | Money | date


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRow:
    """A row; ``customer``: the key of the customer it is about, if it is about one."""

    cells: tuple[Cell, ...]
    customer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportTable:
    """A table of the report; the first ``words`` columns hold words, the others figures."""

    key: str
    title: str
    note: str
    heads: tuple[str, ...]
    rows: tuple[ReportRow, ...]
    words: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A headline: its name, the figure, what it means."""

    name: str
    value: str
    note: str


def write_cell(cell: Cell, language: Language) -> str:
    """A cell as the reader writes it; a dash where nothing is known."""
    match cell:
        case None:
            return "–"
        case Share():
            return write_share(round(cell.value, 2), language)
        case Signed():
            return signed(cell.days, language)
        case Money():
            return write_money(cell, language)
        case date():
            return short_date(cell, language)
        case int():
            return write_count(cell, language)
        case float():
            return write_decimal(cell, language)
    return cell


class BacktestWords:
    """A report in one language."""

    def __init__(self, report: BacktestReport, language: Language) -> None:
        self.report, self.language = report, language

    def _say(self, key: str, /, **facts: Any) -> str:
        return say(self.language, f"backtest.page.{key}", **facts)

    def _days(self, days: float) -> str:
        return write_decimal(days, self.language)

    def _share(self, share: float) -> str:
        return write_share(round(share, 2), self.language)

    def _count(self, count: int) -> str:
        return write_count(count, self.language)

    # --- sentences ------------------------------------------------------------------------------

    def verdict(self) -> str:
        """Whether waiting for each customer's habit pays on this ledger, in one sentence."""
        report, gain = self.report, self.report.abnormal.gain
        return self._say(
            f"verdict.{report.verdict.value}",
            day=report.matched_day,
            share=self._share(report.habit_share),
            gain=self._days(gain.mean) if gain else "",
        )

    def but(self) -> str:
        """What the verdict leaves out: bad invoices surely found later than by the uniform D+x;
        empty when they are not."""
        gain = self.report.bad.gain
        if gain is None or gain.high is None or gain.high >= 0:
            return ""
        later = self._days(-gain.mean)
        return self._say("verdict.but", days=self.report.bad_from, later=later)

    @property
    def pays(self) -> bool:
        """Whether the verdict is for the habits."""
        return self.report.verdict is BacktestVerdict.HABITS

    def sentences(self) -> Iterator[str]:
        """What came out, one thing a sentence."""
        report = self.report
        yield self._saved()
        yield self._say(
            "said.needless",
            before=self._count(report.calendar.needless.total),
            after=self._count(report.policy.needless.total),
        )
        yield self._detected("abnormal", report.abnormal)
        yield self._detected("bad", report.bad)
        yield self.habits()

    def _saved(self) -> str:
        report = self.report
        of = self._count(report.calendar.reminders)
        if report.saved < 0:
            return self._say("said.more", n=-report.saved, of=of)
        share = self._share(report.saved_share)
        return self._say("said.avoided", n=report.saved, of=of, share=share)

    def _detected(self, which: str, found: Detection) -> str:
        if not found.invoices:
            return self._say(f"said.no_{which}", days=self.report.bad_from)
        said = self._say(
            f"said.{which}",
            n=found.invoices,
            days=self.report.bad_from,
            reminded=self._say("said.all")
            if found.reminded == found.invoices
            else self._say("said.some", share=self._share(found.reminded / found.invoices)),
            mean=self._days(found.lag_mean),
            median=found.lag_median,
        )
        return f"{said} {self._gained(found.gain)}" if found.gain else said

    def _gained(self, gain: Gain) -> str:
        later = round(gain.mean, 1) < 0
        return self._say(
            f"said.{'later' if later else 'earlier'}",
            days=self._days(abs(gain.mean)),
            day=self.report.matched_day,
            reminders=self._count(self.report.matched_reminders),
            between=self._between(gain),
        )

    def _between(self, gain: Gain) -> str:
        if gain.low is None or gain.high is None:
            return self._say("said.no_interval")
        return self._say("said.interval", low=self._signed(gain.low), high=self._signed(gain.high))

    def _signed(self, days: float) -> str:
        return signed(days, self.language)

    def habits(self) -> str:
        """What the habit share says, in one plain sentence."""
        share = self.report.habit_share
        level = "little" if share < LITTLE_SHARE else "some" if share < _MUCH_SHARE else "much"
        return self._say(f"said.habits_{level}", share=self._share(share))

    def trusted(self) -> str:
        """How well the habits foretell payments; empty when there was nothing to foretell."""
        made = self.report.prediction
        if made is None:
            return ""
        return self._say(
            "said.prediction",
            n=made.invoices,
            since=self.report.since,
            habit=self._days(made.mae_habit),
            due=self._days(made.mae_due),
            bias=self._signed(made.bias),
            cover=self._share(made.p80),
        )

    def alarm(self) -> str:
        """A warning where the 80 % bound does not hold what it says, else empty."""
        made = self.report.prediction
        if made is None or made.sound:
            return ""
        way = "low" if made.p80 < 0.70 else "high"
        return self._say(f"alarm.{way}", cover=self._share(made.p80))

    def figures(self) -> tuple[Figure, ...]:
        """The headlines: reminders, needless ones, what is abnormal, the habit share."""
        report, found = self.report, self.report.abnormal
        pairs = (
            ("reminders", report.calendar.reminders, report.policy.reminders),
            ("needless", report.calendar.needless.total, report.policy.needless.total),
            ("messages", report.calendar.messages, report.policy.messages),
        )
        abnormal = Figure(
            name=self._say("figure.abnormal"),
            value=self._say(
                "figure.of", part=self._count(found.reminded), whole=self._count(found.invoices)
            ),
            note=self._say("figure.abnormal_note", days=self._days(found.lag_mean)),
        )
        return (*(self._compared(*pair) for pair in pairs), abnormal)

    def _compared(self, which: str, before: int, after: int) -> Figure:
        change = (after - before) / before if before else 0.0
        sign = "+" if change > 0 else "−" if change < 0 else ""
        return Figure(
            name=self._say(f"figure.{which}"),
            value=self._count(after),
            note=self._say(
                "figure.instead",
                before=self._count(before),
                change=f"{sign}{self._share(abs(change))}",
            ),
        )

    # --- tables ---------------------------------------------------------------------------------

    def tables(self) -> tuple[ReportTable, ...]:
        """All of them, in the order of reading."""
        return (
            self.volume(),
            self.detection(),
            self.segments(),
            self.slowest(),
            self.spared(),
            self.left_out(),
        )

    def _table(
        self, key: str, heads: tuple[str, ...], rows: Iterator[ReportRow], words: int = 1
    ) -> ReportTable:
        facts = {"day": self.report.matched_day, "days": self.report.bad_from}
        return ReportTable(
            key=key,
            title=self._say(f"table.{key}"),
            note=self._say(f"table.{key}_note", **facts),
            heads=tuple(self._say(f"head.{one}", **facts) for one in heads),
            rows=tuple(rows),
            words=words,
        )

    def volume(self) -> ReportTable:
        """Reminders by the calendar in use, by the policy, by the uniform D+x."""
        report = self.report
        one, two = report.calendar, report.policy
        rows: tuple[tuple[str, int, int | None, int | None], ...] = (
            ("reminders", one.reminders, two.reminders, report.matched_reminders),
            ("messages", one.messages, two.messages, None),
            ("needless", one.needless.total, two.needless.total, None),
            ("soon", one.needless.soon, two.needless.soon, None),
            ("usual", one.needless.usual, two.needless.usual, None),
            ("rolled", report.rolled, None, None),
        )
        made = (ReportRow(cells=(self._say(f"row.{key}"), *cells)) for key, *cells in rows)
        return self._table("volume", ("what", "calendar", "policy", "matched"), made)

    def detection(self) -> ReportTable:
        """How soon what is abnormal, and what is bad, was reminded."""
        heads = ("what", "invoices", "reminded", "share", "median", "mean", "p90", "gain", "low",
                 "high")  # fmt: skip
        found = (("abnormal", self.report.abnormal), ("bad", self.report.bad))
        return self._table("detection", heads, (self._detection(*one) for one in found))

    def _detection(self, which: str, found: Detection) -> ReportRow:
        lags: tuple[Cell, ...] = (None, None, None)
        if found.invoices:
            lags = (found.lag_median, found.lag_mean, found.lag_p90)
        gain = found.gain
        gained = (gain.mean, gain.low, gain.high) if gain else (None, None, None)
        return ReportRow(
            cells=(
                self._say(f"row.{which}", days=self.report.bad_from),
                found.invoices,
                found.reminded,
                None if found.share is None else Share(found.share),
                *lags,
                *(None if days is None else Signed(days) for days in gained),
            )
        )

    def segments(self) -> ReportTable:
        """The same comparison by segment."""
        heads = ("segment", "customers", "invoices", "calendar", "policy", "needless_calendar",
                 "needless_policy", "abnormal", "abnormal_reminded", "mean")  # fmt: skip
        rows = (
            ReportRow(
                cells=(
                    term(self.language, "segment", one.segment.value).capitalize(),
                    one.customers,
                    one.invoices,
                    one.calendar,
                    one.policy,
                    one.needless_calendar,
                    one.needless_policy,
                    one.abnormal,
                    one.abnormal_reminded,
                    one.lag_mean,
                )
            )
            for one in self.report.segments
        )
        return self._table("segments", heads, rows)

    def slowest(self) -> ReportTable:
        """The invoices that the policy left in peace longest."""
        heads = ("customer", "number", "due", "settled", "first", "amount", "late", "lag")
        rows = (
            ReportRow(
                customer=one.customer,
                cells=(
                    one.name or one.customer,
                    one.number,
                    one.due_on,
                    self._say("lost") if one.lost else one.settled_on,
                    one.first_on,
                    one.amount,
                    one.late,
                    one.lag,
                ),
            )
            for one in self.report.slowest
        )
        return self._table("slowest", heads, rows, words=5)

    def spared(self) -> ReportTable:
        """The customers spared most reminders."""
        heads = ("customer", "settled_count", "usually", "calendar", "policy", "fewer")
        rows = (
            ReportRow(
                customer=one.customer,
                cells=(
                    one.name or one.customer,
                    one.n,
                    one.usual,
                    one.calendar,
                    one.policy,
                    one.spared,
                ),
            )
            for one in self.report.most_spared
        )
        return self._table("spared", heads, rows)

    def left_out(self) -> ReportTable:
        """What was not compared, and why."""
        rows = (
            ReportRow(cells=(self._say(f"left.{one.value}"), self.report.left_out.get(one, 0)))
            for one in Left
        )
        return self._table("left_out", ("why", "invoices"), rows)

    # --- what it was computed on, and how -----------------------------------------------------

    def scope(self) -> tuple[tuple[str, str], ...]:
        """(what, value): the days, the customers, the invoices."""
        report = self.report
        amounts = ", ".join(write_money(one, self.language) for one in report.amounts)
        days = ", ".join(f"{self._say('day')}{one}" for one in report.calendar_days)
        return (
            (self._say("scope.period"), self._say(
                "scope.from_to", since=report.since, until=report.until)),
            (self._say("scope.snapshot"), self._say("scope.on", on=report.snapshot)),
            (self._say("scope.customers"), self._count(report.customers)),
            (self._say("scope.invoices"), self._count(report.invoices)),
            (self._say("scope.amounts"), amounts or "–"),
            (self._say("scope.unpaid"), self._count(report.unpaid)),
            (self._say("scope.calendar"), days),
            (self._say("scope.policies"), ", ".join(report.policies)),
            (self._say("scope.rolls"), self._say("yes" if report.rolls else "no")),
            (self._say("scope.notices"), self._count(report.notices)),
            (self._say("scope.handed_over"), self._count(report.handed_over)),
        )  # fmt: skip

    def method(self) -> tuple[tuple[str, str], ...]:
        """(what, how it is reckoned), term by term."""
        names = ("replay", "needless", "abnormal", "bad", "lag", "matched", "interval",
                 "habit_share", "prediction", "limits")  # fmt: skip
        return tuple(
            (
                self._say(f"method.{name}"),
                self._say(f"method.{name}_how", days=self.report.bad_from),
            )
            for name in names
        )
