"""Mails that come in: built as mail programs do, and as mail servers complain."""

from email.message import EmailMessage
from typing import Any

from amiable.desk.plan import draw_plan
from amiable.store.models import Company, Contact, Customer, OutboxRow
from tests.desk.books import TODAY, at, company_with_debtors, customer

NOW = at(TODAY)


def mail(
    text: str,
    *,
    sender: str = "accountant@a.test",
    to: str = "fournil@example.test",
    subject: str = "Re: Facture",
    message_id: str = "<answer-1@a.test>",
    html: str = "",
    files: tuple[tuple[str, str, bytes], ...] = (),
    **headers: str,
) -> bytes:
    """A mail; headers by name with underscores: ``in_reply_to="<...>"``."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, to, subject
    if message_id:
        made["Message-ID"] = message_id
    for name, value in headers.items():
        made[name.replace("_", "-").title()] = value
    made.set_content(text)
    if html:
        made.add_alternative(html, subtype="html")
    for name, kind, content in files:
        maintype, _, subtype = kind.partition("/")
        made.add_attachment(content, maintype=maintype, subtype=subtype, filename=name)
    return made.as_bytes()


def bounce(
    address: str,
    *,
    original: str = "",
    status: str = "5.1.1",
    action: str = "failed",
    said: str = "550 5.1.1 no such user",
) -> bytes:
    """A delivery status notification as RFC 3464 has it."""
    head = f"Message-ID: {original}\r\nSubject: Facture\r\n" if original else "Subject: x\r\n"
    return (
        "Return-Path: <>\r\nFrom: Mail Delivery System <MAILER-DAEMON@mx.test>\r\n"
        "To: fournil@example.test\r\nSubject: Undelivered Mail Returned to Sender\r\n"
        f"Message-ID: <{status}{action}@mx.test>\r\nAuto-Submitted: auto-replied\r\n"
        "MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status;"
        ' boundary="B"\r\n\r\n--B\r\nContent-Type: text/plain\r\n\r\n'
        "This is the mail system. I'm sorry to have to inform you...\r\n\r\n--B\r\n"
        "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.test\r\n\r\n"
        f"Final-Recipient: rfc822; {address}\r\nAction: {action}\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: smtp; {said}\r\n\r\n--B\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        f"{head}\r\n--B--\r\n"
    ).encode()


def debtors(names: tuple[str, ...] = ("A", "B")) -> Company:
    """Customers that owe, their plan drawn."""
    company = company_with_debtors(names)
    draw_plan(company, TODAY)
    return company


def sent(
    company: Company, key: str, message_id: str = "<ours-1@fournil.test>", **more: Any
) -> OutboxRow:
    """A reminder that left to the accountant of a customer."""
    row: Customer = customer(company, key)
    contact = Contact.objects.of(company.pk).get(customer=row)
    values: dict[str, Any] = {
        "company": company,
        "customer": row,
        "contact": contact,
        "cycle": f"cycle-{message_id}",
        "step": 1,
        "state": "sent",
        "channel": "email",
        "tone": "friendly",
        "recipient": contact.email,
        "subject": "Facture",
        "text": "Bonjour",
        "message_id": message_id,
        "approved_on": TODAY,
        "approved_at": NOW,
        "sent_on": TODAY,
        "sent_at": NOW,
    }
    return OutboxRow.objects.of(company.pk).create(**(values | more))
