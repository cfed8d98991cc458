"""Search: customers by name, key, SIREN or e-mail address, invoices by number.

Names are looked through whole, in plain spelling, inside one narrow index: a hundred thousand of
them take a few hundredths of a second, and a word is found wherever it stands. Numbers and
addresses are looked up by how they begin.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F, Value
from django.db.models.functions import Lower

from amiable.store.customer import visible_customers
from amiable.store.lists.invoices import numbered
from amiable.store.models import Contact, Customer, Invoice
from amiable.store.spelling import Bytewise, Holds, words_of

HITS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Hits:
    """The first of each; ``more_*``: there are others."""

    customers: list[Customer]
    invoices: list[Invoice]
    more_customers: bool
    more_invoices: bool


def search(company: int, text: str, only: Sequence[int] | None) -> Hits:
    """What a text may mean, best first: at most ten customers and ten invoices."""
    text = text.strip()
    customers = _customers(company, text, only)
    invoices = _invoices(company, text, only)
    return Hits(
        customers=customers[:HITS],
        invoices=invoices[:HITS],
        more_customers=len(customers) > HITS,
        more_invoices=len(invoices) > HITS,
    )


def _customers(company: int, text: str, only: Sequence[int] | None) -> list[Customer]:
    rows = visible_customers(company, only)
    digits = "".join(text.split())
    words = [digits] if digits.isdigit() else list(words_of(text))
    if not any(sign.isalnum() for sign in text):
        return []
    if "@" in text:
        return list(rows.filter(pk__in=_addressed(company, text))[: HITS + 1])
    for word in words:
        rows = rows.filter(Holds("plain", Value(word)))
    found = list(rows.order_by(Bytewise(F("plain")), "pk")[: HITS + 1])
    if not found:  # the beginning of an address, then
        found = list(visible_customers(company, only).filter(pk__in=_addressed(company, text)))
    return found


def _addressed(company: int, text: str) -> list[int]:
    """The customers with a contact whose address begins so, or is at that domain."""
    lower = text.lower()
    rows = Contact.objects.of(company).filter(removed_on=None).alias(mail=Lower("email"))
    if lower.startswith("@"):
        rows = rows.filter(Holds("mail", Value(lower)))
    else:
        mail = Bytewise(F("mail"))
        rows = rows.alias(bytes=mail).filter(bytes__gte=lower, bytes__lt=lower + "\U0010ffff")
    return list(dict.fromkeys(rows.values_list("customer_id", flat=True)[:200]))


def _invoices(company: int, text: str, only: Sequence[int] | None) -> list[Invoice]:
    if not any(sign.isalnum() for sign in text):
        return []
    rows = numbered(company, text)
    if only is not None:
        rows = rows.filter(customer_id__in=visible_customers(company, only).values("pk"))
    rows = rows.select_related("customer").order_by(Bytewise(F("number")), "pk")
    return list(rows[: HITS + 1])
