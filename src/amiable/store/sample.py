"""Sample: a few customers on whom to try a policy or a text."""

from collections.abc import Sequence

from amiable.store.customer import visible_customers
from amiable.store.models import Customer
from amiable.store.spelling import plain

_SIZE = 15


def sample_of_customers(
    company: int, collectors: Sequence[int] | None, words: str = ""
) -> list[Customer]:
    """Those who owe most; of those whose name or code holds ``words``, if given."""
    rows = visible_customers(company, collectors)
    if words:
        rows = rows.filter(plain__contains=plain(words))
    return list(rows.order_by("-balance_minor", "-pk")[:_SIZE])
