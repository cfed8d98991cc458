"""Policies: publish a version, choose which is in force, and for whom."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from importlib.resources import files

from django.db import transaction

from amiable.desk.access import Actor, OtherCompany
from amiable.desk.audit import recorded, subject
from amiable.desk.plan import redraw
from amiable.engine.parties import Segment
from amiable.engine.policy import Policy
from amiable.engine.policy_toml import policy_from_toml, policy_to_toml
from amiable.store.company import lock_company
from amiable.store.customer import touch, touch_all
from amiable.store.models import Company, Customer, PolicyVersion
from amiable.store.policy import (
    count_by_choice,
    newest_version,
    newest_versions,
    policy_version,
)

SHIPPED = ("standard", "prudent")


class PolicyUnknown(LookupError):
    """No policy of this name is published."""


class PolicyMoved(Exception):
    """Somebody published another version meanwhile; ``newest`` is it."""

    def __init__(self, newest: PolicyVersion) -> None:
        super().__init__(f"{newest.name} is at version {newest.version} now")
        self.newest = newest


class PolicyNameTaken(Exception):
    """A new policy has the name of one that exists."""


def shipped_policy(name: str) -> Policy:
    """A policy that comes with the product, as a draft."""
    folder = files("amiable.desk.shipped") / "policies"
    return policy_from_toml((folder / f"{name}.toml").read_text(encoding="utf-8"))


def version_for(actor: Actor, pk: int) -> PolicyVersion:
    """A published version, by primary key. Raises OtherCompany."""
    row = policy_version(actor.company.pk, pk)
    if row is None:
        raise OtherCompany(actor.company, "policy")
    return row


def published_policy(row: PolicyVersion) -> Policy:
    """The policy a version holds."""
    return policy_from_toml(row.toml)


# --- publishing -------------------------------------------------------------------------------


def publish_policy(
    company: Company, policy: Policy, *, at: datetime, comment: str = "", author: str = ""
) -> Policy:
    """Publish a new version of a policy: never an edit. Returns it with its version.

    An equal policy is not published twice. Raises PolicyRefused if it has errors (checked by
    reading it back).
    """
    with transaction.atomic():
        newest = newest_version(company.pk, policy.name)
        if newest is not None and _same(published_policy(newest), policy):
            return published_policy(newest)
        published = _numbered(policy, newest.version + 1 if newest else 1)
        PolicyVersion.objects.of(company.pk).create(
            company_id=company.pk,
            name=policy.name,
            version=published.version,
            toml=policy_to_toml(published),
            published_at=at,
            comment=comment,
            author=author,
        )
        if not company.policy:
            company.policy = policy.name
            company.save(update_fields=["policy"])
        touch_all(company.pk)
    return published


def publish_version(
    actor: Actor, policy: Policy, *, base: int | None, comment: str, at: datetime
) -> PolicyVersion:
    """Publish what somebody built on version ``base`` (None: a policy that is new).

    Raises PolicyMoved when another version came meanwhile, PolicyNameTaken when the new one's
    name is in use, PolicyRefused when it has errors. A policy that changes nothing is not
    published again: the version in force is returned.
    """
    company = actor.company
    with transaction.atomic():
        lock_company(company)
        newest = newest_version(company.pk, policy.name)
        if newest is not None and base is None:
            raise PolicyNameTaken(policy.name)
        if newest is not None and newest.version != base:
            raise PolicyMoved(newest)
        if newest is not None and _same(published_policy(newest), policy):
            return newest
        name = policy.name
        with recorded(actor, "policy_published", at=at, policy=name, comment=comment) as entry:
            publish_policy(company, policy, at=at, comment=comment, author=actor.name)
            made = newest_version(company.pk, policy.name)
            assert made is not None  # published one line above
            entry.facts["version"] = made.version
            entry.subject = subject(made)
    return made


def _numbered(policy: Policy, version: int) -> Policy:
    text = policy_to_toml(policy).replace(
        f"version = {policy.version}\n", f"version = {version}\n", 1
    )
    return policy_from_toml(text)


def _same(one: Policy, other: Policy) -> bool:
    return _numbered(one, 0) == _numbered(other, 0)


# --- who gets which ---------------------------------------------------------------------------


def assign_policies(
    actor: Actor, default: str, by_segment: Mapping[Segment, str], *, at: datetime
) -> bool:
    """Say which policy is the default and which a segment has instead. False: nothing changed.

    Raises PolicyUnknown.
    """
    company = actor.company
    chosen = {segment.value: name for segment, name in by_segment.items() if name}
    _known(company, default, *chosen.values())
    with transaction.atomic():
        lock_company(company)
        if (company.policy, company.policies_by_segment) == (default, chosen):
            return False
        with recorded(actor, "policies_assigned", at=at, policy=default, by_segment=chosen):
            company.policy, company.policies_by_segment = default, chosen
            company.save(update_fields=["policy", "policies_by_segment"])
            touch_all(company.pk)
    return True


def assign_policy(
    actor: Actor, customer: Customer, name: str, *, at: datetime, today: date
) -> None:
    """Give one customer a policy of its own; empty: the one of its segment or the default again.

    Raises PolicyUnknown. The customer's plan is drawn anew at once.
    """
    if name:
        _known(actor.company, name)
    if customer.policy == name:
        return
    code = "policy_chosen" if name else "policy_unchosen"
    with recorded(actor, code, at=at, customer=customer, policy=name or customer.policy):
        customer.policy = name
        customer.save(update_fields=["policy"])
        touch(actor.company.pk, [customer.pk])
        redraw(actor.company, [customer.pk], today)


def _known(company: Company, *names: str) -> None:
    published = {row.name for row in newest_versions(company.pk)}
    for name in names:
        if name not in published:
            raise PolicyUnknown(name)


def users_of_policies(actor: Actor) -> Counter[str]:
    """How many of the customers an actor may see have each policy, by its name."""
    company = actor.company
    counted: Counter[str] = Counter()
    for chosen, segment, n in count_by_choice(company.pk, actor.only):
        counted[chosen or company.policies_by_segment.get(segment, company.policy)] += n
    return counted


def segments_of_policies(company: Company) -> dict[str, list[Segment]]:
    """The segments that have each policy, by its name."""
    found: dict[str, list[Segment]] = {}
    for segment in Segment:
        name = company.policies_by_segment.get(segment.value)
        if name:
            found.setdefault(name, []).append(segment)
    return found
