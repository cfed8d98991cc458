"""Portal: what a customer sees of its account on a day, and the files it may open."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from amiable.desk.agreement import DisputeView, PlanView, PromiseView, agreements_of
from amiable.desk.company_logo import logo_of
from amiable.desk.sight import Sight, sight_of
from amiable.desk.statement import File, statement_file
from amiable.engine.dispute import disputed_amount
from amiable.engine.instalment import PlanState
from amiable.engine.ledger import MONEY_RECEIVED, OpenInvoice
from amiable.engine.money import Money
from amiable.engine.parties import Language
from amiable.engine.promise import PromiseState
from amiable.store.models import Company, Credit, Customer
from amiable.store.portal import files_of_invoices, invoice_file, latest_credits
from amiable.words.payment_code import payment_code, payment_text

SHOWN = 200
"""Open invoices on the page; the statement as a PDF lists them all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalLine:
    """An open invoice; ``late``: days after its due date, zero or less when it is not late.

    ``disputed``: what of it the customer contests, None for nothing; ``file``: where it can be
    opened, if it is known.
    """

    key: str
    number: str
    issued_on: date
    due_on: date
    late: int
    amount: Money
    left: Money
    disputed: Money | None
    file: int | None

    @property
    def asked(self) -> Money:
        """What is asked for: what is left of it but for what is contested."""
        return self.left - self.disputed if self.disputed else self.left


@dataclass(frozen=True, slots=True, kw_only=True)
class Pay:
    """How to pay what is asked for in one currency; ``code``: the QR code as an image's address,
    empty where there can be none."""

    amount: Money
    late: bool
    name: str
    iban: str
    bic: str
    reference: str
    code: str

    @property
    def grouped(self) -> str:
        """The IBAN in groups of four, as banks print it."""
        return " ".join(self.iban[at : at + 4] for at in range(0, len(self.iban), 4))


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalPart:
    """One currency: what is late, what is not yet, what is taken off, what is asked for.

    ``barred``: what can no longer be claimed. Limitation ends the claim, not the debt (C. civ.
    2249): who pays all the same pays what it owes, but nobody asks for it, and it is in no
    sum. A payment of part of it could be held for an acknowledgement (C. civ. 2240).
    """

    currency: str
    late: list[PortalLine]
    to_come: list[PortalLine]
    barred: list[PortalLine]
    overdue: Money
    coming: Money
    credits: Money
    disputed: Money
    total: Money
    pay: Pay | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalPage:
    """The page of a customer; what is time-barred is in none of its lines.

    ``more``: how many open invoices it does not list; ``trusted``: no promise runs or was broken
    lately, so that one more is taken at its word, if its day is no more than ``promise_ahead`` days
    away.
    """

    parts: list[PortalPart]
    more: int
    payments: list[tuple[Credit, Money]]
    promises: list[PromiseView]
    plans: list[PlanView]
    disputes: list[DisputeView]
    imported_on: date | None
    trusted: bool
    promise_ahead: int

    @property
    def lines(self) -> list[PortalLine]:
        """Every line, the late ones first."""
        return [line for part in self.parts for line in (*part.late, *part.to_come)]


def portal_page(company: Company, customer: Customer, today: date) -> PortalPage:
    """What a customer sees on a day. Raises OtherCompany."""
    sight = sight_of(company, customer, today)
    items = sight.account.open.invoices
    shown = items[:SHOWN]
    files = files_of_invoices(company.pk, customer.pk, [one.invoice.key for one in shown])
    agreed = agreements_of(company, sight)
    paid = latest_credits(company.pk, customer.pk, [kind.value for kind in MONEY_RECEIVED])
    return PortalPage(
        parts=_parts(company, sight, [_line(one, sight, files) for one in items]),
        more=len(items) - len(shown),
        payments=[
            (row, Money(minor=row.amount_minor, currency=row.currency))
            for row in paid
            if (today - row.received_on).days <= _LATELY
        ],
        promises=[one for one in agreed.promises if one.state is PromiseState.RUNNING],
        plans=[one for one in agreed.plans if one.state is PlanState.RUNNING],
        disputes=[one for one in agreed.disputes if one.row.closed_on is None],
        imported_on=company.imported_on,
        trusted=not any(
            one.state in _PROMISED and (today - one.row.due_on).days <= _LATELY
            for one in agreed.promises
        ),
        promise_ahead=sight.policy.promise_ahead,
    )


_LATELY = 90  # days
_PROMISED = (PromiseState.RUNNING, PromiseState.BROKEN)


def _line(item: OpenInvoice, sight: Sight, files: dict[str, int]) -> PortalLine:
    invoice, today = item.invoice, sight.today
    open_ = [
        one for one in sight.account.disputes if one.invoice == invoice.key and one.is_open(today)
    ]
    return PortalLine(
        key=invoice.key,
        number=invoice.number or invoice.label or invoice.key,
        issued_on=invoice.issued_on,
        due_on=invoice.due_on,
        late=(today - invoice.due_on).days,
        amount=invoice.amount,
        left=item.left,
        disputed=disputed_amount(item.left, open_) if open_ else None,
        file=files.get(invoice.key),
    )


def _parts(company: Company, sight: Sight, lines: Sequence[PortalLine]) -> list[PortalPart]:
    credits = sight.account.open.credits
    currencies = {line.left.currency for line in lines} | {one.left.currency for one in credits}
    return [
        _part(
            company,
            sight,
            currency,
            [line for line in lines if line.left.currency == currency],
            sum(one.left.minor for one in credits if one.left.currency == currency),
        )
        for currency in sorted(currencies, key=lambda one: (one != company.currency, one))
    ]


def _part(
    company: Company, sight: Sight, currency: str, lines: Sequence[PortalLine], credits: int
) -> PortalPart:
    def money(minor: int) -> Money:
        return Money(minor=minor, currency=currency)

    gone = {claim.key for claim in sight.situation.extinct}
    barred = [line for line in lines if line.key in gone]
    lines = [line for line in lines if line.key not in gone]
    late = [line for line in lines if line.late > 0]
    to_come = [line for line in lines if line.late <= 0]
    asked = late or to_come
    # C. com. L622-7: who is in insolvency proceedings may not pay what was owed before them.
    may_pay = sight.account.customer.insolvent_on is None
    to_pay = sum(line.asked.minor for line in asked) - credits
    return PortalPart(
        currency=currency,
        late=late[:SHOWN],
        to_come=to_come[: max(SHOWN - len(late), 0)],
        barred=barred[:SHOWN],
        overdue=money(sum(line.left.minor for line in late)),
        coming=money(sum(line.left.minor for line in to_come)),
        credits=money(credits),
        disputed=money(sum(line.disputed.minor for line in lines if line.disputed)),
        total=money(sum(line.left.minor for line in lines) - credits),
        pay=_pay(company, sight.row, money(to_pay), asked) if to_pay > 0 and may_pay else None,
    )


def _pay(company: Company, customer: Customer, amount: Money, lines: Sequence[PortalLine]) -> Pay:
    """The account, and what to write on the transfer: the invoice's number, or for several the
    customer's code."""
    wanted = [line for line in lines if line.asked.minor > 0]
    reference = wanted[0].number if len(wanted) == 1 else customer.key
    said = payment_text(company.name, company.iban, company.bic, amount, reference)
    drawn = b64encode(payment_code(said)).decode("ascii") if said else ""
    return Pay(
        amount=amount,
        late=lines[0].late > 0,
        name=company.name,
        iban="".join(company.iban.split()),
        bic=company.bic,
        reference=reference,
        code=f"data:image/svg+xml;base64,{drawn}" if drawn else "",
    )


# --- files ------------------------------------------------------------------------------------


def portal_statement(company: Company, customer: Customer, today: date, language: Language) -> File:
    """The statement of a customer, in the language of who reads it."""
    logo = logo_of(company)
    sight = sight_of(company, customer, today)
    return statement_file(company, sight, language=language, logo=logo[1] if logo else None)


def portal_plan(company: Company, customer: Customer, today: date, pk: int) -> PlanView | None:
    """One of a customer's instalment plans that is not cancelled."""
    plans = agreements_of(company, sight_of(company, customer, today)).plans
    return next((one for one in plans if one.row.pk == pk and one.state is not None), None)


def portal_file(company: Company, customer: Customer, pk: int) -> File | None:
    """The file of one of a customer's invoices; None when it has no such file."""
    row = invoice_file(company.pk, customer.pk, pk)
    if row is None:
        return None
    return File(name=row.name, media_type=row.media_type, content=bytes(row.content))
