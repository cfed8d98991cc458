"""What a backtest reports: the figures, each with what it counts; and why one is refused.

    M, R, saved = M - R     reminders of the calendar in use and of the policy, by invoice chased;
                            messages beside them (customer x day)
    needless                the invoice was paid within 3 days anyway, or within its customer's own
                            usual range (80th percentile of its other invoices, with hindsight)
    abnormal A              later than its customer's own hindsight 90th percentile and more than
                            3 days; or lost, of a customer without history
    bad B                   as late as the latest tenth of all, 8 days at least; or lost
    lag                     days between the day after the due day and the first reminder (or the
                            payment, if that came sooner)
    gain                    mean lag of the uniform D+x, +7, +15 that sends nearly as many
                            reminders, minus the policy's: above zero, the policy is earlier

Days count from the rolled due day, where the ledger shows that nobody pays at weekends; the
calendar in use counts from the due date as written, as it does today.
Source: the project's study of real ledgers, its replay of policies and its report.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from amiable.engine.money import Money
from amiable.engine.parties import Segment

Progress = Callable[[int, int], None]
"""Called now and then with (customers replayed, customers in all).

Whoever wants to stop a backtest raises BacktestStopped in it: the exception passes through, and
nothing was written.
"""

MIN_SETTLED = 200
MIN_CUSTOMERS = 10
MIN_EACH = 5
LITTLE_SHARE = 0.2
"""Below this habit share, customers hardly differ from each other."""


class BacktestStopped(Exception):
    """Somebody stopped the backtest; raised from within its progress callback."""


class RefusalGround(StrEnum):
    """Why a ledger says too little to judge a policy by."""

    FEW_SETTLED = "few_settled"
    FEW_CUSTOMERS = "few_customers"
    NOTHING_DUE = "nothing_due"  # nothing fell due between the burn-in and the last days


class BacktestRefused(Exception):
    """Not enough history: ``settled`` invoices that teach (200 needed), ``customers`` with five
    of them or more (10 needed)."""

    def __init__(self, ground: RefusalGround, *, settled: int, customers: int) -> None:
        super().__init__(f"{ground}: {settled} settled, {customers} customers with {MIN_EACH}")
        self.ground, self.settled, self.customers = ground, settled, customers


class Left(StrEnum):
    """Why a due invoice is left out of the comparison."""

    EARLY = "early"  # due while the habits were first learned
    RECENT = "recent"  # due too few days before the end to see all its reminders
    DISPUTED = "disputed"  # contested whole while it was late
    UNASKED = "unasked"  # of a customer who pays by direct debit, or may not be contacted
    NO_INVOICE = "no_invoice"  # an opening balance, a returned payment, a book entry


class BacktestVerdict(StrEnum):
    """Whether waiting for each customer's own habit is worth more than a later calendar."""

    HABITS = "habits"
    ALIKE = "alike"  # habit share below 0.2: the customers hardly differ
    NO_GAIN = "no_gain"  # what is abnormal is not found surely earlier than by a uniform D+x


@dataclass(frozen=True, slots=True, kw_only=True)
class Needless:
    """Reminders of invoices paid ``soon`` (within 3 days) after, or else within the ``usual``."""

    soon: int
    usual: int

    @property
    def total(self) -> int:
        """Both."""
        return self.soon + self.usual


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """What one way of reminding sends: ``reminders`` by invoice, ``messages`` by customer x day."""

    reminders: int
    messages: int
    needless: Needless


@dataclass(frozen=True, slots=True, kw_only=True)
class Gain:
    """Days earlier (above zero) or later than the uniform calendar, with the 95 % interval.

    ``low`` and ``high`` are None below two customers: there is nothing to resample.
    """

    mean: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """How a policy does on some invoices: how many it ``reminded`` before they were paid, and
    the days it lets pass (see lag above); ``gain`` None: there is no such invoice."""

    invoices: int
    reminded: int
    lag_median: int
    lag_mean: float
    lag_p90: int
    gain: Gain | None

    @property
    def share(self) -> float | None:
        """The share reminded; None when there is no such invoice."""
        return self.reminded / self.invoices if self.invoices else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """How well the habit foretells the day of payment of ``invoices``, walking forward.

    Mean absolute errors in days of the due date and of the habit's usual delay, the habit's mean
    error (``bias``, above zero: paid sooner than foretold), and the share paid by its 80th
    percentile (target 0.80; outside 0.70 to 0.92 is alarming).
    """

    invoices: int
    mae_due: float
    mae_habit: float
    bias: float
    p80: float

    @property
    def sound(self) -> bool:
        """Whether the 80 % bound holds about as often as it says."""
        return 0.70 <= self.p80 <= 0.92


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowInvoice:
    """An invoice that the policy left in peace longest, of those abnormal or bad.

    ``late``: its delay, or its lateness at the end if still open (``settled_on`` None); ``lost``:
    what settled it was no money. ``first_on``: its first reminder, None if none came.
    """

    customer: str
    name: str
    number: str
    due_on: date
    amount: Money
    settled_on: date | None
    lost: bool
    late: int
    first_on: date | None
    lag: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SparedCustomer:
    """A customer with its reminders by the calendar and by the policy; ``usual`` is its median
    delay, of ``n`` settled invoices."""

    customer: str
    name: str
    n: int
    usual: int
    calendar: int
    policy: int

    @property
    def spared(self) -> int:
        """How many fewer."""
        return self.calendar - self.policy


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentResult:
    """The same comparison among the customers that a segment holds at the end of the replay."""

    segment: Segment
    customers: int
    invoices: int
    calendar: int
    policy: int
    needless_calendar: int
    needless_policy: int
    abnormal: int
    abnormal_reminded: int
    lag_mean: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestReport:
    """What a policy would have done on the past of a ledger, beside the calendar in use.

    Of ``customers`` customers, ``invoices`` fell due on the days ``[since, until]`` and were
    replayed up to ``snapshot``, the last day the ledger knows; ``unpaid`` of them were still open
    on their due day. ``amounts``: what they come to, one sum a currency. ``left_out``: how many
    others are not compared, and why (see Left).

    ``calendar_days``: the calendar in use, days after the due date; ``rolled``: of its reminders,
    those that weekends and holidays alone cause. ``policies``: the names of the policies tried;
    ``notices``: messages they send before due dates, counted with nothing else; ``handed_over``:
    invoices whose ladder ended unpaid and which a person took in hand.
    ``bad_from``: the days late from which an invoice is bad. ``matched_day``: the x of the uniform
    D+x, +7, +15 that sends ``matched_reminders``, nearest to the policy's.
    """

    since: date
    until: date
    snapshot: date
    rolls: bool
    customers: int
    invoices: int
    unpaid: int
    amounts: tuple[Money, ...]
    left_out: Mapping[Left, int]
    calendar_days: tuple[int, ...]
    policies: tuple[str, ...]
    calendar: Volume
    policy: Volume
    rolled: int
    notices: int
    handed_over: int
    abnormal: Detection
    bad: Detection
    bad_from: int
    matched_day: int
    matched_reminders: int
    habit_share: float
    prediction: Prediction | None
    slowest: tuple[SlowInvoice, ...]
    most_spared: tuple[SparedCustomer, ...]
    segments: tuple[SegmentResult, ...]

    @property
    def saved(self) -> int:
        """Reminders avoided; below zero when the policy sends more."""
        return self.calendar.reminders - self.policy.reminders

    @property
    def saved_share(self) -> float:
        """Reminders avoided of those of the calendar; 0 when that sends none."""
        return self.saved / self.calendar.reminders if self.calendar.reminders else 0.0

    @property
    def verdict(self) -> BacktestVerdict:
        """The honest line: habits only if customers differ and the gain is surely above zero."""
        if self.habit_share < LITTLE_SHARE:
            return BacktestVerdict.ALIKE
        gain = self.abnormal.gain
        if gain is None or gain.low is None or gain.low <= 0:
            return BacktestVerdict.NO_GAIN
        return BacktestVerdict.HABITS
