"""Published policies: versions, and who has which."""

from collections.abc import Sequence

from django.db.models import Count, Exists, OuterRef, QuerySet

from amiable.store.customer import visible_customers
from amiable.store.models import Customer, PolicyVersion


def newest_versions(company: int) -> QuerySet[PolicyVersion]:
    """The version in force of every policy, by name."""
    rows = PolicyVersion.objects.of(company)
    later = rows.filter(name=OuterRef("name"), version__gt=OuterRef("version"))
    return rows.filter(~Exists(later)).order_by("name")


def newest_version(company: int, name: str) -> PolicyVersion | None:
    """The version in force of one policy."""
    return PolicyVersion.objects.of(company).filter(name=name).order_by("-version").first()


def policy_version(company: int, pk: int) -> PolicyVersion | None:
    """One version, by primary key."""
    return PolicyVersion.objects.of(company).filter(pk=pk).first()


def versions_of_policy(company: int, name: str) -> list[PolicyVersion]:
    """All versions of a policy, newest first."""
    return list(PolicyVersion.objects.of(company).filter(name=name).order_by("-version"))


def count_by_choice(
    company: int, collectors: Sequence[int] | None
) -> list[tuple[str, str | None, int]]:
    """(policy chosen for the customer, its segment, how many such customers)."""
    rows = visible_customers(company, collectors).order_by()
    counted = rows.values_list("policy", "current_segment").annotate(n=Count("pk"))
    return [(policy, segment, n) for policy, segment, n in counted]


def chosen_customers(company: int, *, after: tuple[str, int] | None, size: int) -> list[Customer]:
    """Customers with a policy of their own, by name, those after (name, primary key)."""
    rows = visible_customers(company, None).exclude(policy="")
    if after is not None:
        name, pk = after
        rows = rows.filter(name__gte=name).exclude(name=name, pk__lte=pk)
    return list(rows.order_by("name", "pk")[:size])


def chosen_policies(company: int) -> set[str]:
    """The names of the policies that some customer has of its own."""
    rows = Customer.objects.of(company).exclude(policy="").order_by()
    return set(rows.values_list("policy", flat=True).distinct())
