"""Customers, contacts and what was exchanged: what is saved loads equal."""

from dataclasses import replace
from datetime import date
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amiable.engine import dispute, parties, promise, timeline
from amiable.engine.days import parse_terms
from amiable.engine.money import Money
from amiable.store import models
from amiable.store.company import load_company, save_company
from amiable.store.customer import add_contacts, add_customers, load_customers
from amiable.store.dispute import add_disputes
from amiable.store.timeline import load_exchanges
from tests.desk.books import new_company

pytestmark = pytest.mark.django_db
numbers = count()

words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40)
days = st.dates(date(1999, 1, 1), date(2199, 12, 31))
maybe = st.none() | days
money = st.builds(Money, minor=st.integers(1, 2**62), currency=st.sampled_from(["EUR", "JPY"]))
keys = st.lists(st.text("abc|é-1", min_size=1, max_size=8), max_size=3).map(tuple)

customers = st.builds(
    parties.Customer,
    key=st.just("C"),
    name=words,
    kind=st.sampled_from(parties.CustomerKind),
    country=st.sampled_from(["FR", "BE"]),
    language=st.sampled_from(parties.Language),
    terms=st.sampled_from([None, "30 jours", "45 jours fin de mois le 10"]).map(
        lambda text: parse_terms(text) if text else None
    ),
    segment=st.none() | st.sampled_from(parties.Segment),
    siren=st.sampled_from(["", "552100554"]),
    autopay=st.booleans(),
    do_not_contact=st.booleans(),
    insolvent_on=maybe,
)
contacts = st.builds(
    parties.Contact,
    key=st.just("K"),
    customer=st.just("C"),
    role=st.sampled_from(parties.ContactRole),
    name=words,
    email=words,
    phone=words,
    address=words,
    language=st.none() | st.sampled_from(parties.Language),
)


def a_customer(row: models.Company, value: parties.Customer, terms: str = "") -> int:
    plain = {
        name: getattr(value, name)
        for name in ["key", "name", "country", "siren", "autopay", "do_not_contact", "insolvent_on"]
    }
    plain |= {"kind": value.kind.value, "language": value.language.value, "terms": terms}
    plain["segment"] = value.segment.value if value.segment else None
    return add_customers(row, None, [plain])["C"]


@settings(max_examples=40)
@given(customers, st.lists(contacts, max_size=3))
def test_a_customer_with_its_contacts_loads_equal(
    value: parties.Customer, people: list[parties.Contact]
) -> None:
    terms = {None: "", parse_terms("30 jours"): "30 jours"}.get(
        value.terms, "45 jours fin de mois le 10"
    )
    row = new_company(f"p{next(numbers)}")
    pk = a_customer(row, value, terms)
    known = tuple(replace(one, key=f"K{n}") for n, one in enumerate(people))
    add_contacts(row.pk, None, [(pk, one) for one in known])
    assert load_customers(row.pk, [pk]) == {pk: replace(value, contacts=known)}


@settings(max_examples=25)
@given(st.builds(parties.Company, key=st.just("c"), name=words, language=st.just("en"),
                 iban=st.just("FR76"), email=words, address=words))  # fmt: skip
def test_a_company_loads_equal(value: parties.Company) -> None:
    value = replace(value, language=parties.Language.EN)
    assert load_company(save_company(value)) == value


promises = st.builds(promise.Promise, key=st.just("k"), customer=st.just("C"), made_on=days,
                     due_on=days, amount=money, invoices=keys, cancelled_on=maybe)  # fmt: skip
disputes = st.builds(dispute.Dispute, key=st.just("k"), customer=st.just("C"), invoice=words,
                     opened_on=days, reason=words, amount=st.none() | money,
                     closed_on=maybe)  # fmt: skip
holds = st.builds(timeline.Hold, key=st.just("k"), customer=st.just("C"), from_on=days,
                  until_on=maybe, invoices=keys, note=words, postponed=st.booleans())  # fmt: skip
skips = st.builds(timeline.Skip, key=st.just("k"), customer=st.just("C"), skipped_on=days,
                  step=st.integers(0, 9), invoices=keys, note=words)  # fmt: skip
replies = st.builds(timeline.Reply, key=st.just("k"), customer=st.just("C"), received_on=days,
                    read_on=maybe, text=words)  # fmt: skip


@settings(max_examples=40)
@given(promises, disputes, holds, skips, replies)
def test_what_was_exchanged_loads_equal(
    said: promise.Promise,
    contested: dispute.Dispute,
    stopped: timeline.Hold,
    skipped: timeline.Skip,
    answer: timeline.Reply,
) -> None:
    row = new_company(f"x{next(numbers)}")
    pk = a_customer(row, parties.Customer(key="C", name="C"))
    owner = {"company_id": row.pk, "customer_id": pk}
    models.Promise.objects.of(row.pk).create(
        **owner, key=said.key, made_on=said.made_on, due_on=said.due_on,
        amount_minor=said.amount.minor, currency=said.amount.currency,
        invoices=list(said.invoices), cancelled_on=said.cancelled_on,
    )  # fmt: skip
    add_disputes(row.pk, None, [(pk, contested)])
    models.Hold.objects.of(row.pk).create(
        **owner, key=stopped.key, from_on=stopped.from_on, until_on=stopped.until_on,
        invoices=list(stopped.invoices), note=stopped.note, postponed=stopped.postponed,
    )  # fmt: skip
    models.Skip.objects.of(row.pk).create(
        **owner, key=skipped.key, skipped_on=skipped.skipped_on, step=skipped.step,
        invoices=list(skipped.invoices), note=skipped.note,
    )  # fmt: skip
    models.Reply.objects.of(row.pk).create(
        **owner, key=answer.key, received_on=answer.received_on, read_on=answer.read_on,
        text=answer.text,
    )  # fmt: skip
    found = load_exchanges(row.pk, [pk], date.max, {pk: "C"})[pk]
    assert found.promises == [said]
    assert found.disputes == [contested]
    assert found.holds == [stopped]
    assert found.skipped == [skipped]
    assert found.replies == [answer]
