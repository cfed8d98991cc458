"""``amiable terms``: payment terms, where due dates are only inferred."""

from collections.abc import Sequence

import click

from amiable.cli.command import Refused, Request, command
from amiable.cli.deeds import customer_deed, deed
from amiable.cli.lookup import customer_of
from amiable.cli.output import agree, at_terminal, print_json, say, table
from amiable.cli.texts import t
from amiable.desk.audit import subject
from amiable.desk.terms import TermsLine, TermsUnreadable, accept_terms, list_terms, set_terms


@command("terms")
@click.argument("customer", default="", metavar="[" + t("option.customer_metavar") + "]")
@click.argument("words", default="", metavar=t("option.terms_metavar"))
@click.option("--accept", is_flag=True, help=t("option.accept_terms"))
def terms(request: Request, customer: str, words: str, accept: bool) -> None:
    """List, set or confirm payment terms."""
    company = request.company
    if words:
        row = customer_of(company, customer)
        try:
            with customer_deed(request, company, "terms_set", row, terms=words) as entry:
                changed = set_terms(company, row, words)
                entry.subject = subject(row)
        except TermsUnreadable as error:
            raise Refused(t("terms.unreadable", words=words)) from error
        _told(request, t("terms.set", name=row.name, terms=words, n=changed), changed)
        return
    lines = list_terms(company)
    if customer:
        pk = customer_of(company, customer).pk
        lines = [line for line in lines if line.customer.pk == pk]
    if not accept:
        _show(request, lines)
        return
    proposed = [line for line in lines if line.proposal]
    if not proposed:
        raise Refused(t("terms.nothing_proposed"))
    if at_terminal() and not request.json:
        _show(request, proposed)
        if not agree(t("terms.agree", n=len(proposed)), default=True):
            return
    with deed(request, company, "terms_accepted", n=len(proposed)):
        changed = accept_terms(company, proposed)
    _told(request, t("terms.accepted", n=len(proposed), invoices=changed), changed)


def _told(request: Request, text: str, changed: int) -> None:
    if request.json:
        print_json({"changed_invoices": changed})
    else:
        say(text)


def _show(request: Request, lines: Sequence[TermsLine]) -> None:
    if request.json:
        print_json([
            {
                "customer": line.customer.key,
                "name": line.customer.name,
                "inferred_invoices": line.inferred,
                "proposed": line.words or None,
                "share": round(line.proposal.share, 2) if line.proposal else None,
                "paid_invoices": line.proposal.n if line.proposal else None,
            }
            for line in lines
        ])  # fmt: skip
        return
    if not lines:
        say(t("terms.none"))
        return
    table(
        [t("head.customer"), t("head.name"), t("head.inferred"), t("head.proposed")],
        [
            (line.customer.key, line.customer.name, str(line.inferred), _proposal(line))
            for line in lines
        ],
        right=(2,),
    )
    say(t("terms.next"))


def _proposal(line: TermsLine) -> str:
    if line.proposal is None:
        return "–"
    share = round(100 * line.proposal.share)
    return t("terms.proposal", terms=line.words, share=share, n=line.proposal.n)
