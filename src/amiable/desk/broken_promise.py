"""Broken promises: whoever listens is told once, on the morning after the days of grace."""

from collections.abc import Iterator
from datetime import date, timedelta
from hashlib import sha256

from amiable.desk.event import Event, customer_data, promise_data
from amiable.desk.webhook import delivery, start_of
from amiable.engine.plan import PolicyBook
from amiable.engine.promise import PromiseState, fates, trust_in
from amiable.store.models import Company, Promise
from amiable.store.promise import (
    money_received,
    policies_in_force,
    promises_gone_by,
    promises_of,
)
from amiable.store.timeline import promise_value
from amiable.store.webhook import add_deliveries, subscribers

_NEWS = timedelta(days=14)  # what broke longer ago is not told any more


def announce_broken(company: Company, book: PolicyBook, today: date) -> None:
    """Tell of the promises that are broken as of a day.

    Drawing the plan again tells nothing twice: a delivery's key is made of the promise and the
    webhook. A webhook hears only of promises that broke since it was made.
    """
    listening = subscribers(company.pk, Event.PROMISE_BROKEN.value)
    if not listening:
        return
    for promise, broke_on in _broken(company, book, today):
        at = start_of(company, broke_on)
        payload = {
            "customer": customer_data(promise.customer),
            "promise": promise_data(promise),
        }
        add_deliveries(
            delivery(webhook, Event.PROMISE_BROKEN, payload, at, _key(webhook.pk, promise))
            for webhook in listening
            if webhook.created_at.date() <= broke_on
        )


def _broken(company: Company, book: PolicyBook, today: date) -> Iterator[tuple[Promise, date]]:
    grace = max((policy.promise_grace for policy in book.policies.values()), default=0)
    rows = promises_gone_by(company.pk, today - _NEWS - timedelta(days=grace), today)
    if not rows:
        return
    pks = sorted({row.customer_id for row in rows})
    policies = policies_in_force(company.pk, pks)
    said = promises_of(company.pk, pks)
    first_on = min(row.made_on for rows in said.values() for row in rows)
    received = money_received(company.pk, pks, first_on)
    for row in rows:
        name = policies.get(row.customer_id, book.default)
        days = book.policies[name].promise_grace if name in book.policies else grace
        keys = {row.customer_id: row.customer.key}
        promises = [promise_value(one, keys) for one in said[row.customer_id]]
        credits = received.get(row.customer_id, ())
        found = fates(promises, credits, today, days)
        promise, fate = next(
            (one, fate) for one, fate in zip(promises, found, strict=True) if one.key == row.key
        )
        if fate is not None and fate.state is PromiseState.BROKEN:
            trust = trust_in(promise, promises, credits, today, days)
            yield row, row.due_on + timedelta(days=trust.grace(promise, days) + 1)


def _key(webhook: int, promise: Promise) -> str:
    told = f"{webhook}|{promise.company_id}|{promise.key}"
    return f"msg_{sha256(told.encode()).hexdigest()[:32]}"
