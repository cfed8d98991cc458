"""Random ledgers of one customer, small enough that hypothesis finds the odd ones."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import strategies as st

from amiable.engine.ledger import Credit, CreditKind, DueBasis, Invoice, InvoiceKind
from amiable.engine.money import Money

START = date(2026, 1, 1)
WHO = "C"

days = st.integers(0, 60).map(lambda n: START + timedelta(days=n))
# Small amounts meet often; those of a few hundred leave a rest within one per cent now and then.
amounts = st.builds(
    Money,
    minor=st.one_of(st.integers(1, 99), st.integers(198, 203)),
    currency=st.sampled_from(["EUR", "EUR", "EUR", "USD"]),
)
texts = st.sampled_from(["", "F-2026-0001", "vir F-2026-0002", "œuvre d'été", "x" * 300])
letterings = st.sampled_from(["", "", "AA", "AB"])

invoices = st.builds(
    Invoice,
    key=st.just(""),
    customer=st.just(WHO),
    number=st.sampled_from(["", "F-2026-0001", "F-2026-0002", "F-2026-0003"]),
    issued_on=days,
    due_on=days,
    amount=amounts,
    kind=st.sampled_from([*[InvoiceKind.INVOICE] * 4, *InvoiceKind]),
    due_basis=st.sampled_from(DueBasis),
    label=texts,
    lettering=letterings,
)
credits = st.builds(
    Credit,
    key=st.just(""),
    customer=st.just(WHO),
    number=st.sampled_from(["", "F-2026-0001", "F-2026-0003"]),
    received_on=days,
    amount=amounts,
    kind=st.sampled_from([*[CreditKind.PAYMENT] * 4, *CreditKind]),
    label=texts,
    lettering=letterings,
)


@st.composite
def ledgers(draw: st.DrawFn) -> tuple[tuple[Invoice, ...], tuple[Credit, ...]]:
    """Invoices and credits with keys of their own; invoice numbers are not used twice."""
    raised = draw(st.lists(invoices, max_size=6, unique_by=lambda item: item.number or id(item)))
    lowered = draw(st.lists(credits, max_size=6))
    return (
        tuple(replace(item, key=f"I{n}") for n, item in enumerate(raised)),
        tuple(replace(item, key=f"P{n}") for n, item in enumerate(lowered)),
    )
