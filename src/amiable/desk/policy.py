"""Policies: publish a version, choose which is in force."""

from datetime import datetime
from importlib.resources import files

from django.db import transaction
from django.db.models import Max

from amiable.engine.policy import Policy
from amiable.engine.policy_toml import policy_from_toml, policy_to_toml
from amiable.store.company import load_policies
from amiable.store.customer import touch_all
from amiable.store.models import Company, PolicyVersion

SHIPPED = ("standard", "prudent")


class PolicyUnknown(LookupError):
    """No policy of this name is published."""


def shipped_policy(name: str) -> Policy:
    """A policy that comes with the product, as a draft."""
    folder = files("amiable.desk.shipped") / "policies"
    return policy_from_toml((folder / f"{name}.toml").read_text(encoding="utf-8"))


def publish_policy(company: Company, policy: Policy, *, at: datetime) -> Policy:
    """Publish a new version of a policy: never an edit. Returns it with its version.

    An equal policy is not published twice. Raises PolicyRefused if it has errors (checked by
    reading it back).
    """
    with transaction.atomic():
        versions = PolicyVersion.objects.of(company.pk).filter(name=policy.name)
        last = versions.aggregate(last=Max("version"))["last"] or 0
        newest = versions.filter(version=last).first()
        if newest is not None and _same(policy_from_toml(newest.toml), policy):
            return policy_from_toml(newest.toml)
        published = _numbered(policy, last + 1)
        versions.create(
            company_id=company.pk,
            name=policy.name,
            version=last + 1,
            toml=policy_to_toml(published),
            published_at=at,
        )
        if not company.policy:
            company.policy = policy.name
            company.save(update_fields=["policy"])
        touch_all(company.pk)
    return published


def choose_policy(company: Company, name: str) -> None:
    """Make a published policy the company's default. Raises PolicyUnknown."""
    if name not in load_policies(company).policies:
        raise PolicyUnknown(name)
    with transaction.atomic():
        company.policy = name
        company.save(update_fields=["policy"])
        touch_all(company.pk)


def _numbered(policy: Policy, version: int) -> Policy:
    text = policy_to_toml(policy).replace(
        f"version = {policy.version}\n", f"version = {version}\n", 1
    )
    return policy_from_toml(text)


def _same(one: Policy, other: Policy) -> bool:
    return _numbered(one, 0) == _numbered(other, 0)
