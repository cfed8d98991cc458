"""Reasons: why something was decided, as a code and facts; `words` turns them into sentences."""

from dataclasses import dataclass
from datetime import date

from amiable.engine.money import Money

Fact = int | str | date | Money


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonKind:
    """A reason that can be given: the names of its facts and what it means, in English."""

    facts: tuple[str, ...]
    meaning: str


REASONS: dict[str, ReasonKind] = {}


def _kind(code: str, facts: str, meaning: str) -> None:
    REASONS[code] = ReasonKind(facts=tuple(facts.split()), meaning=meaning)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """A reason given once: its code and the values of its facts, in the order of the kind."""

    code: str
    facts: tuple[Fact, ...] = ()

    def named(self) -> dict[str, Fact]:
        """The facts by name."""
        return dict(zip(REASONS[self.code].facts, self.facts, strict=True))


def because(code: str, **facts: Fact) -> Reason:
    """Give a reason; raises KeyError for an unknown code, ValueError for wrong facts."""
    kind = REASONS[code]
    if tuple(facts) != kind.facts:
        raise ValueError(f"{code} takes the facts {kind.facts}, in this order, not {tuple(facts)}")
    return Reason(code=code, facts=tuple(facts.values()))


AGEING = frozenset({"late"})
"""Facts that count the days since something: a day later they are one more."""

_kind("ledger.nothing_owed", "", "No open invoice, or credits cover them all.")
_kind("ledger.not_due", "due_on", "Nothing is due yet; due_on is the first due date to come.")
_kind(
    "ledger.credits_cover", "credits claim", "Money received and not yet matched covers the claim."
)
_kind("ledger.credits_netted", "credits", "Unmatched credits were taken off the claim.")
_kind("ledger.part_paid", "paid_on", "A part payment came a few days ago: the rest may follow.")
_kind("ledger.stale", "imported_on days", "The ledger is too old to chase on: import fresh data.")
_kind("habit.within", "usual late", "Late, but not later than the customer usually is.")
_kind("habit.beyond", "usual late", "Later than the customer usually is.")
_kind("habit.new", "late", "Later than this company's customers usually are; little own history.")
_kind(
    "calendar.reached", "late", "The policy's fixed number of days after the due date is reached."
)
_kind("calendar.not_reached", "late", "Late, but the policy's fixed number of days is not reached.")
_kind("step.due", "step last_on", "The next step of the policy has come since the last reminder.")
_kind("step.before_due", "due_on", "A notice before the due date, as the policy asks.")
_kind("step.not_yet", "step next_on", "The next step of the policy comes on next_on.")
_kind("step.spacing", "last_on", "The customer was contacted too recently.")
_kind(
    "step.exhausted", "steps", "All the policy's steps were taken: a person decides what follows."
)
_kind("step.firmer", "promised_on", "A promise was broken: one step firmer than planned.")
_kind("promise.running", "promised_on", "A promise to pay runs until promised_on and its grace.")
_kind("promise.broken", "promised_on amount", "Promised money did not come.")
_kind(
    "claim.waiting",
    "said_on look_on",
    "The customer says it has paid: the money may still be on its way until look_on.",
)
_kind(
    "claim.not_seen",
    "said_on from_on",
    "The customer said it had paid, and the money has not been seen: a person looks for it.",
)
_kind("claim.left_out", "count", "Invoices that the customer says are paid are left out.")
_kind(
    "promise.trusted",
    "kept told days",
    "The customer nearly always keeps its promises: some more days of grace.",
)
_kind(
    "promise.doubted",
    "kept told days",
    "The customer breaks more promises than it keeps: no days of grace.",
)
_kind("dispute.all", "reason opened_on", "Everything that is due is disputed.")
_kind("dispute.part", "amount", "A disputed part is left out; the rest may be chased.")
_kind("hold.person", "until note", "Somebody put the reminders on hold.")
_kind("hold.do_not_contact", "", "This customer must not be contacted.")
_kind("hold.invoice", "count", "Somebody took these invoices out of the reminders.")
_kind("postponed", "until", "Somebody postponed the reminder.")
_kind("autopay", "", "Paid by direct debit: nothing to ask.")
_kind(
    "insolvent",
    "since",
    "Insolvency proceedings are open: reminders are forbidden, declare the claim.",
)
_kind("limitation.extinct", "since", "The claim is barred by limitation.")
_kind("reply.unread", "received_on", "The customer answered and nobody has read it yet.")
_kind("amount.below_minimum", "amount minimum", "Less than the policy's minimum amount.")
_kind("quiet.period", "until", "The policy keeps quiet during this period.")
_kind("day.off", "next_on", "Not a working day for the customer.")
_kind("reach.missing", "channel", "No contact can be reached on this channel.")
_kind("reach.bounced", "address", "The address bounced.")
_kind("reach.wrong_number", "number", "The telephone number proved wrong.")
_kind("reach.no_mobile", "number", "The telephone number takes no text messages.")
_kind("reach.refused", "name channel", "The contact is to be reached by this channel no more.")
_kind("reach.returned", "name", "A letter to this contact's address came back.")
_kind("reach.fallback", "wanted used", "Another channel or contact than the policy's first choice.")
_kind("experiment.arm", "arm against", "A test: this customer gets one arm, others another.")
_kind("account.habitually_late", "usual", "Habitually late: act on the terms, not on each invoice.")
_kind("account.drifting", "days", "Pays later than it used to, beyond its own scatter.")
_kind(
    "due.inferred",
    "count",
    "Some due dates are inferred, not stated: check them before a firm step.",
)
