"""What became of promises: of some on a page, whoever's they are."""

from collections.abc import Sequence
from datetime import date

from amiable.engine.promise import Fate, fates
from amiable.store.company import load_policies
from amiable.store.customer import keys_of
from amiable.store.models import Company, Promise
from amiable.store.promise import money_received, policies_in_force, promises_of
from amiable.store.timeline import promise_value


def fates_of(company: Company, rows: Sequence[Promise], today: date) -> dict[int, Fate | None]:
    """By primary key, what became of some promises by a day; None: cancelled.

    The others of the same customers are read with them, for money is counted once. So many
    queries, however many promises.
    """
    if not rows:
        return {}
    pks = sorted({row.customer_id for row in rows})
    said, keys = promises_of(company.pk, pks), keys_of(company.pk, pks)
    policies, book = policies_in_force(company.pk, pks), load_policies(company)
    first_on = min(one.made_on for every in said.values() for one in every)
    received = money_received(company.pk, pks, first_on)
    found: dict[int, Fate | None] = {}
    for pk, every in said.items():
        policy = book.policies.get(policies.get(pk, ""), book.policies[book.default])
        values = [promise_value(one, keys) for one in every]
        told = fates(values, received.get(pk, ()), today, policy.promise_grace)
        found.update({one.pk: fate for one, fate in zip(every, told, strict=True)})
    return {row.pk: found[row.pk] for row in rows}
