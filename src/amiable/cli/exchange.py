"""``promise``, ``dispute``, ``hold``, ``release``, ``reply``: what a customer said or needs."""

from contextlib import suppress
from datetime import date

import click

from amiable.cli.command import Day, Refused, Request, command
from amiable.cli.deeds import NothingDone, customer_deed
from amiable.cli.lookup import customer_of
from amiable.cli.output import print_json, say
from amiable.cli.texts import t
from amiable.desk import dispute as disputes
from amiable.desk import hold as holds
from amiable.desk import promise as promises
from amiable.desk import reply as replies
from amiable.desk.audit import subject
from amiable.engine.money import AmountUnreadable, Money, money
from amiable.store.invoice import invoice_of
from amiable.store.models import Company, Customer, Invoice


def _amount(company: Company, text: str) -> Money:
    """An amount as people write it: "1 200,50", "1200.50"."""
    plain = "".join(text.split()).rstrip("€").replace(",", ".")
    try:
        found = money(plain, company.currency)
    except AmountUnreadable as error:
        raise Refused(t("error.amount", text=text)) from error
    if found.minor <= 0:
        raise Refused(t("error.amount_above", text=text))
    return found


def _invoice(company: Company, customer: Customer, number: str) -> Invoice:
    row = invoice_of(company.pk, customer.pk, number)
    if row is None:
        raise Refused(
            t("error.invoice_unknown", number=number, name=customer.name, key=customer.key)
        )
    return row


def _told(request: Request, record: dict[str, object], text: str) -> None:
    if request.json:
        print_json(record)
    else:
        say(text)


@command("promise")
@click.argument("customer", metavar=t("option.customer_metavar"))
@click.argument("amount", metavar=t("option.amount_metavar"))
@click.argument("due_on", type=Day(), metavar=t("option.day_metavar"))
@click.option("--invoice", "numbers", multiple=True, help=t("option.invoice"))
def promise(
    request: Request, customer: str, amount: str, due_on: date, numbers: tuple[str, ...]
) -> None:
    """The customer will pay an amount on a day."""
    company = request.company
    row = customer_of(company, customer)
    keys = [_invoice(company, row, number).key for number in numbers]
    promised = _amount(company, amount)
    told = {"amount": str(promised), "due_on": due_on.isoformat()}
    try:
        with customer_deed(request, company, "promise_made", row, **told) as entry:
            made = promises.record_promise(
                company, row, made_on=request.today, due_on=due_on, amount=promised, invoices=keys
            )
            entry.subject = subject(made)
    except holds.DateRefused as error:
        raise Refused(t("error.until", until=due_on, start=request.today)) from error
    except ValueError as error:
        raise Refused(t("error.amount_above", text=amount)) from error
    text = t("promise.done", name=row.name, amount=promised, due_on=due_on)
    _told(request, {"customer": row.key, "amount": promised, "due_on": due_on}, text)


@command("dispute")
@click.argument("customer", metavar=t("option.customer_metavar"))
@click.argument("number", metavar=t("option.invoice_metavar"))
@click.option("--reason", default="", help=t("option.reason"))
@click.option("--amount", default="", help=t("option.disputed"))
@click.option("--close", is_flag=True, help=t("option.close"))
def dispute(
    request: Request, customer: str, number: str, reason: str, amount: str, close: bool
) -> None:
    """The customer contests an invoice, or a part of it; or the dispute is over."""
    company = request.company
    row = customer_of(company, customer)
    invoice = _invoice(company, row, number)
    if close:
        with customer_deed(request, company, "dispute_closed", row, number=str(invoice)):
            ended = disputes.close_disputes(company, row, invoice, on=request.today)
            if not ended:
                raise Refused(t("dispute.none", number=number))
        record = {"customer": row.key, "invoice": invoice.number, "closed": ended}
        _told(request, record, t("dispute.closed", number=number))
        return
    contested = _amount(company, amount) if amount else None
    if contested and contested.minor > invoice.amount_minor:
        raise Refused(t("error.disputed", text=amount, number=invoice.number))
    try:
        with customer_deed(request, company, "dispute_opened", row, number=str(invoice)) as entry:
            opened = disputes.open_dispute(
                company, row, invoice, on=request.today, reason=reason, amount=contested
            )
            entry.subject = subject(opened)
    except ValueError as error:
        amount_left = t("error.disputed", text=amount, number=invoice.number)
        raise Refused(amount_left) from error
    _told(
        request,
        {"customer": row.key, "invoice": invoice.number, "amount": contested},
        t("dispute.done", name=row.name, number=invoice.number),
    )


@command("hold")
@click.argument("customer", metavar=t("option.customer_metavar"))
@click.option("--until", type=Day(), metavar=t("option.day_metavar"), help=t("option.until"))
@click.option("--invoice", "numbers", multiple=True, help=t("option.invoice"))
@click.option("--note", default="", help=t("option.note"))
def hold(
    request: Request, customer: str, until: date | None, numbers: tuple[str, ...], note: str
) -> None:
    """Stop the reminders of a customer, or of some invoices."""
    company = request.company
    row = customer_of(company, customer)
    keys = [_invoice(company, row, number).key for number in numbers]
    try:
        with customer_deed(request, company, "hold_set", row) as entry:
            held = holds.hold(company, row, on=request.today, until=until, invoices=keys, note=note)
            entry.subject = subject(held)
    except holds.DateRefused as error:
        raise Refused(
            t("error.until", until=until or request.today, start=request.today)
        ) from error
    told = t("hold.until", name=row.name, until=until) if until else t("hold.done", name=row.name)
    _told(request, {"customer": row.key, "until": until}, told)


@command("release")
@click.argument("customer", metavar=t("option.customer_metavar"))
def release(request: Request, customer: str) -> None:
    """End the holds and postponements of a customer."""
    company = request.company
    row = customer_of(company, customer)
    ended = 0
    with suppress(NothingDone), customer_deed(request, company, "hold_released", row):
        ended = holds.release(company, row, on=request.today)
        if not ended:
            raise NothingDone
    _told(
        request,
        {"customer": row.key, "ended": ended},
        t("release.done", n=ended) if ended else t("release.none", name=row.name),
    )


@command("reply")
@click.argument("customer", metavar=t("option.customer_metavar"))
@click.argument("text", default="", metavar=t("option.text_metavar"))
@click.option("--read", "read", is_flag=True, help=t("option.read"))
def reply(request: Request, customer: str, text: str, read: bool) -> None:
    """The customer answered: nothing leaves before somebody marks it read."""
    company = request.company
    row = customer_of(company, customer)
    if read:
        count = 0
        with suppress(NothingDone), customer_deed(request, company, "replies_read", row):
            count = replies.read_replies(company, row, on=request.today)
            if not count:
                raise NothingDone
        _told(
            request,
            {"customer": row.key, "read": count},
            t("reply.read", n=count) if count else t("reply.none"),
        )
        return
    if not text.strip():
        raise Refused(t("reply.empty", key=row.key))
    with customer_deed(request, company, "reply_recorded", row) as entry:
        entry.subject = subject(replies.record_reply(company, row, on=request.today, text=text))
    _told(request, {"customer": row.key, "text": text}, t("reply.done", name=row.name))
