"""Plan: every customer with an open item gets exactly one entry a day, "wait" included."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from amiable.engine.days import week_start
from amiable.engine.decision import judge
from amiable.engine.habit import Habit
from amiable.engine.parties import Customer, Segment
from amiable.engine.policy import Policy
from amiable.engine.situation import Account, Morning, see
from amiable.engine.urgency import Urgency, urgency_of
from amiable.engine.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanEntry:
    """What was decided for one customer on one day, and how urgent it is."""

    customer: str
    decided_on: date
    policy: str
    verdict: Verdict
    urgency: Urgency


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyBook:
    """The published policies of a company and who gets which.

    The customer's own choice comes first, then its segment's, then ``default``.
    """

    policies: Mapping[str, Policy]
    default: str
    by_segment: Mapping[Segment, str] = field(default_factory=dict)

    def policy_for(self, customer: Customer, habit: Habit, on: date) -> Policy:
        """The policy of one customer; raises KeyError when it names one that is not published."""
        if customer.policy:
            return self.policies[customer.policy]
        if self.by_segment:
            segment = customer.segment or habit.segment(week_start(on))
            return self.policies[self.by_segment.get(segment, self.default)]
        return self.policies[self.default]


def plan_entry(account: Account, book: PolicyBook, morning: Morning) -> PlanEntry:
    """The entry of one customer: its policy found, its situation decided."""
    policy = book.policy_for(account.customer, account.habit, morning.today)
    return entry_under(account, policy, morning)


def entry_under(account: Account, policy: Policy, morning: Morning) -> PlanEntry:
    """The entry of one customer under a policy that was found already."""
    situation = see(account, policy, morning)
    return PlanEntry(
        customer=account.customer.key,
        decided_on=morning.today,
        policy=policy.name,
        verdict=judge(situation),
        urgency=urgency_of(situation),
    )


def draw_plan(
    accounts: Iterable[Account], book: PolicyBook, morning: Morning
) -> Iterator[PlanEntry]:
    """One entry an account, in the order given."""
    return (plan_entry(account, book, morning) for account in accounts)
