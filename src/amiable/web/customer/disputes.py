"""A dispute of a customer: opened, and brought to an end."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import Http404, HttpResponse

from amiable.desk.access import Power, customer_for
from amiable.desk.audit import subject
from amiable.desk.dispute import close_dispute, expect_credit, open_dispute
from amiable.desk.dispute_list import DisputeLine, dispute_lines, owners_for
from amiable.desk.note import write_note
from amiable.desk.sight import ItemView, items_of, sight_of
from amiable.engine.dispute import Ground, Outcome
from amiable.engine.money import AmountUnreadable, Money, money
from amiable.store.agreement import agreement_row
from amiable.store.invoice import invoice_by_key
from amiable.store.models import Customer, Dispute, User
from amiable.web.customer.deeds import show_form
from amiable.web.customer.forms import AmountField, CustomerForm, invoice_choices, write_plain
from amiable.web.customer.head import customer_path, deed
from amiable.web.language import reader_language
from amiable.web.visit import Visit, page
from amiable.words import say, term
from amiable.words.amounts import plain_amount

_BOTH = ("GET", "POST")
_EXPECTED = "expected"
"""Chosen where a dispute does not end yet: a credit note follows."""


class _OverAlready(Exception):
    """Somebody else was quicker: nothing of this is written down."""


def amount_in(form: forms.Form, field: str, currency: str) -> Money | None:
    """A field's amount read in another currency than the company's."""
    text = form.data[field]
    try:
        found = money(plain_amount(text), currency)
    except AmountUnreadable:
        form.add_error(field, say(reader_language(), "customer.wrong.amount", text=text))
        return None
    form.cleaned_data[field] = found
    return found


class DisputeForm(CustomerForm):
    """An invoice, why, and how much of it."""

    invoice = forms.ChoiceField()
    ground = forms.ChoiceField()
    reason = forms.CharField(
        max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    amount = AmountField(required=False)
    owner = forms.ChoiceField(required=False)
    helped = ("amount",)

    def __init__(
        self, *args: Any, items: Sequence[ItemView], owners: Sequence[User], **more: Any
    ) -> None:
        """``owners``: who may look after it, whoever opens it first."""
        super().__init__(*args, **more)
        self.owners = {str(one.pk): one for one in owners}
        self.choose("owner", [(pk, str(one)) for pk, one in self.owners.items()])
        language = reader_language()
        self.items = {item.key: item for item in items}
        self.choose("invoice", invoice_choices(items))
        self.choose("ground", [(one.value, term(language, "ground", one.value)) for one in Ground])

    def clean(self) -> dict[str, Any]:
        """A part of what is left, in the invoice's currency."""
        item = self.items.get(self.cleaned_data.get("invoice", ""))
        amount = self.cleaned_data.get("amount")
        if item is not None and amount is not None:
            amount = self._in(item.left.currency)
            if amount is not None and amount.minor > item.left.minor:
                self.refuse("amount", "more_than_left", amount=item.left)
        self.cleaned_data["owner"] = self.owners.get(self.cleaned_data.get("owner", ""))
        if self.cleaned_data.get("ground") == "other" and not self.cleaned_data.get("reason"):
            self.refuse("reason", "say_why")
        return self.cleaned_data

    def _in(self, currency: str) -> Money | None:
        """The amount read in the invoice's own currency."""
        return amount_in(self, "amount", currency)


class CloseForm(CustomerForm):
    """How a dispute ends; ``line``: what it holds now."""

    outcome = forms.ChoiceField(widget=forms.RadioSelect)
    credit = AmountField(required=False)
    note = forms.CharField(
        required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    helped = ("outcome", "credit")

    def __init__(self, *args: Any, line: DisputeLine, **more: Any) -> None:
        super().__init__(*args, **more)
        self.line = line
        language = reader_language()
        choices = [(one.value, say(language, f"disputes.outcome.{one.value}")) for one in Outcome]
        if line.row.granted_on is None:
            choices.insert(0, (_EXPECTED, say(language, "disputes.expected")))
            self.fields["credit"].widget.attrs["placeholder"] = (
                write_plain(line.held) if line.held else ""
            )
        else:
            del self.fields["credit"]
        self.choose("outcome", choices)

    def clean(self) -> dict[str, Any]:
        """A credit note is of no more than what is contested."""
        held, amount = self.line.held, self.cleaned_data.get("credit")
        if amount is None:
            return self.cleaned_data
        if self.cleaned_data.get("outcome") != _EXPECTED:
            self.cleaned_data["credit"] = None
        elif held is not None:
            amount = amount_in(self, "credit", held.currency)
            if amount is not None and amount.minor > held.minor:
                self.refuse("credit", "more_than_contested", amount=held)
            elif amount == held:
                self.cleaned_data["credit"] = None
        return self.cleaned_data


def _owners(visit: Visit) -> list[User]:
    """Who may look after a dispute, the visitor first."""
    return [visit.user, *(one for one in owners_for(visit.actor) if one != visit.user)]


@page(Power.WORK, methods=_BOTH)
def dispute(visit: Visit, pk: int) -> HttpResponse:
    """It contests an invoice, or a part of it."""
    row = customer_for(visit.actor, pk)
    items = items_of(sight_of(visit.company, row, visit.today), visit.language)
    if not items:
        visit.warn("customer.wrong.nothing_open")
        return visit.go(customer_path(row))
    form = DisputeForm(visit.request.POST or None, items=items, owners=_owners(visit))
    if visit.request.method != "POST" or not form.is_valid():
        return show_form(visit, row, form, "dispute")
    values = form.cleaned_data
    invoice = invoice_by_key(visit.company.pk, row.pk, values["invoice"])
    if invoice is None:
        raise Http404
    with deed(visit, row, "dispute_opened", number=str(invoice)) as entry:
        opened = open_dispute(
            visit.company,
            row,
            invoice,
            on=visit.today,
            reason=values["reason"],
            amount=values["amount"],
            ground=Ground(values["ground"]),
            owner=values["owner"] or visit.user,
            at=visit.at,
        )
        entry.subject = subject(opened)
    visit.done("customer.done.dispute", number=str(invoice))
    return visit.go(customer_path(row))


@page(Power.WORK, methods=_BOTH)
def dispute_close(visit: Visit, pk: int, dispute: int) -> HttpResponse:
    """It is over, and so it ended; or a credit note follows."""
    row = customer_for(visit.actor, pk)
    found = agreement_row(Dispute, visit.company.pk, row.pk, dispute)
    if not isinstance(found, Dispute):
        raise Http404
    if found.closed_on is not None:
        visit.warn("customer.already")
        return visit.go(customer_path(row, "agreements/"))
    line = dispute_lines(visit.company, [found], visit.today)[0]
    form = CloseForm(visit.request.POST or None, line=line)
    if visit.request.method != "POST" or not form.is_valid():
        return show_form(visit, row, form, "close", "agreements/", number=line.number)
    try:
        if form.cleaned_data["outcome"] == _EXPECTED:
            return _expect(visit, row, line, form)
        return _close(visit, row, line, form)
    except _OverAlready:
        visit.warn("customer.already")
        return visit.go(customer_path(row, "agreements/"))


def _close(visit: Visit, row: Customer, line: DisputeLine, form: CloseForm) -> HttpResponse:
    outcome = Outcome(form.cleaned_data["outcome"])
    with deed(visit, row, "dispute_closed", number=line.number) as entry:
        if not close_dispute(visit.company, line.row, on=visit.today, outcome=outcome, at=visit.at):
            raise _OverAlready
        entry.subject = subject(line.row)
        _keep_note(visit, row, form)
    visit.done("customer.done.closed", number=line.number)
    if outcome is Outcome.UNFOUNDED:  # whoever contested is told, in words that may be changed
        return visit.go(customer_path(row, f"message/?dispute={line.row.pk}"))
    return visit.go(customer_path(row, "agreements/"))


def _expect(visit: Visit, row: Customer, line: DisputeLine, form: CloseForm) -> HttpResponse:
    amount: Money | None = form.cleaned_data["credit"]
    code = "dispute_granted" if amount else "dispute_granted_whole"
    facts = {"amount": str(amount)} if amount else {}
    with deed(visit, row, code, number=line.number, **facts) as entry:
        if not expect_credit(visit.company, line.row, on=visit.today, amount=amount):
            raise _OverAlready
        entry.subject = subject(line.row)
        _keep_note(visit, row, form)
    visit.done("disputes.granted", number=line.number)
    return visit.go(customer_path(row, "agreements/"))


def _keep_note(visit: Visit, row: Customer, form: CloseForm) -> None:
    note = form.cleaned_data["note"].strip()
    if note:
        write_note(visit.company, row, text=note, on=visit.today, at=visit.at, by=visit.user)
