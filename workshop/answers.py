"""What customers of the scene answered, so that the inbox has something to look after."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from email.message import EmailMessage

from amiable.desk.incoming import take_in
from amiable.store.models import Company, Invoice, OutboxRow
from amiable.store.models.incoming import IncomingSource

PROMISE = """Bonjour,

Nous avons bien reçu votre relance. Le règlement de la facture {number} partira par virement le
30 novembre 2026.

Bien cordialement,
La comptabilité

Le 23/11/2026 à 09:00, Atelier Trois-Brindilles a écrit :
> Bonjour,
> votre facture {number} est échue.
"""
CONTESTED = """Bonjour,

Nous contestons la facture {number} : deux colis sont arrivés abîmés. Merci de nous faire parvenir
un avoir.
"""
COPY = "Bonjour,\n\nPourriez-vous nous renvoyer une copie de la facture {number} ?\n"
STRANGER = "Bonjour,\n\nNous ne suivons plus ce dossier. Merci d'en prendre note.\n"


def take_in_answers(company: Company, at: datetime) -> None:
    """To the reminders that left: a promise, a dispute with a photo, a copy asked for; and a mail
    of somebody nobody knows."""
    sent = list(
        OutboxRow.objects.of(company.pk)
        .filter(state="sent", channel="email", customer__insolvent_on=None)
        .order_by("pk")
    )
    for number, (row, text) in enumerate(zip(sent, (PROMISE, CONTESTED, COPY), strict=False)):
        open_ = Invoice.objects.of(company.pk).filter(customer=row.customer, settled_on=None)
        invoice = open_.exclude(number="").order_by("due_on").first()
        said = text.format(number=invoice.number if invoice else "")
        files = (("colis.jpg", b"\xff\xd8\xff" * 30_000),) if text is CONTESTED else ()
        mail = _mail(row.recipient, f"Re: {row.subject}", said, files)
        mail["In-Reply-To"] = row.message_id
        _take(company, mail, f"scene-{number}", at + timedelta(minutes=number))
    stranger = _mail("Marc Petit <marc@cabinet-petit.example>", "Vos relances", STRANGER)
    _take(company, stranger, "scene-stranger", at)


def _mail(
    sender: str, subject: str, text: str, files: Sequence[tuple[str, bytes]] = ()
) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, "compta@trois-brindilles.example", subject
    mail.set_content(text)
    for name, content in files:
        mail.add_attachment(content, maintype="image", subtype="jpeg", filename=name)
    return mail


def _take(company: Company, mail: EmailMessage, name: str, at: datetime) -> None:
    mail["Message-ID"] = f"<{name}@customers.example>"
    take_in(company, mail.as_bytes(), IncomingSource.MAILBOX, at)
