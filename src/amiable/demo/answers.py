"""What the demo's customers say by themselves: mails that come in, and a claim of payment."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

from amiable.demo.creditor import CREDITOR


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoMail:
    """A customer, by its code, writes about its oldest open invoice."""

    customer: str
    subject: str
    text: Callable[[str, date], str]


def _pays_friday(number: str, today: date) -> str:
    friday = today + timedelta(days=(4 - today.weekday()) % 7 or 7)
    return f"""Bonjour,

La facture {number} est validée, nous la réglerons par virement le {friday:%d/%m/%Y}.

Bien cordialement,
Gaëlle Peyrard
Verrerie & Table"""


def _arrived_broken(number: str, _today: date) -> str:
    return f"""Bonjour,

Nous contestons la facture {number} : quatre coupes sont arrivées cassées à la livraison.
Pouvez-vous nous établir un avoir ?

Merci,
Peio Etchart
Glacier Polaire & Fils"""


MAILS = (
    DemoMail(customer="C044", subject="Votre facture {number}", text=_pays_friday),
    DemoMail(customer="C028", subject="Livraison abîmée, facture {number}", text=_arrived_broken),
)
BY_LETTER = ("C050", "Le Zinc Enchanté\n3 rue des Tanneurs\n93100 Montreuil")
"""A customer without an e-mail address is written to by letter, at this postal address."""
SAYS_IT_PAID = ("C049", "VIR SARRASIN 4471", timedelta(days=3))
"""A customer says that it has paid: the reference of its transfer, and so long ago."""


def mail_of(mail: DemoMail, number: str, sender: str, at: datetime) -> bytes:
    """The mail as a mail server hands it over, written at an instant."""
    made = EmailMessage()
    made["From"], made["To"] = sender, CREDITOR.email
    made["Date"] = format_datetime(at)
    made["Subject"] = mail.subject.format(number=number)
    made["Message-ID"] = f"<demo-{mail.customer.lower()}@{sender.rpartition('@')[2]}>"
    made.set_content(mail.text(number, at.date()))
    return made.as_bytes()
