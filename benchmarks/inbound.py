"""Answers that come in: messages a second from a Maildir, through IMAP, to what is kept.

    python -m benchmarks.inbound [--mails 1000]

A real Dovecot on this machine serves the mails; a company with customers that owe takes them in:
read by UID, taken apart, put in their conversation, understood, kept, and the customer's plan drawn
anew. The reference is Python's imaplib fetching the same mails and throwing them away.
"""

import argparse
import imaplib
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from workshop.dovecot import Server, find_dovecot, throwaway_dovecot

_CUSTOMERS = 200
_TEXTS = (
    "Bonjour,\n\nNous procéderons au règlement vendredi prochain.\n\nCordialement,\nSophie Roy\n",
    "Bonjour, le virement de 1 254,60 € a été effectué hier, référence VIR88213.\n",
    "Hello,\n\nwe never received the goods. Please check.\n\nKind regards\n",
    "Bonjour,\n\nMerci, je transmets à mon collègue.\n\n"
    "Le mar. 10 mars 2026 à 08:02, Fournil <compta@fournil.example> a écrit :\n"
    "> Bonjour,\n> Sauf erreur de notre part, votre facture reste impayée.\n",
)


def mail(number: int) -> bytes:
    """An answer of one of the customers, to a reminder that left."""
    who = number % _CUSTOMERS
    text = _TEXTS[number % len(_TEXTS)].replace("\n", "\r\n")
    return (
        f"From: Client {who} <c{who}@client.example>\r\nTo: compta@fournil.example\r\n"
        f"Subject: Re: Facture\r\nMessage-ID: <a{number}@client.example>\r\n"
        f"In-Reply-To: <r{who}@fournil.example>\r\nMIME-Version: 1.0\r\n"
        f"Content-Type: text/plain; charset=utf-8\r\n\r\n{text}"
    ).encode()


def fetch_only(server: Server) -> float:
    """Seconds for imaplib to fetch every mail, one command a mail."""
    started = time.perf_counter()
    client = imaplib.IMAP4("127.0.0.1", server.port)
    client.login(server.user, server.password)
    client.select(readonly=True)
    _, found = client.uid("SEARCH", "ALL")
    for uid in found[0].decode().split():
        client.uid("FETCH", uid, "(BODY.PEEK[])")
    client.logout()
    return time.perf_counter() - started


_TAKE_IN = """
import django; django.setup()
import json, sys, time
from datetime import UTC, datetime
from django.core.management import call_command
from amiable.desk import mailbox
from amiable.desk.plan import draw_plan
from amiable.store.models import Contact, Incoming, Mailbox, OutboxRow
from amiable.store.sealed import seal
from tests.desk.books import TODAY, at, company_with_debtors
port, user, password, customers = json.loads(sys.argv[1])
call_command("migrate", verbosity=0)
company = company_with_debtors([f"C{number}" for number in range(customers)])
draw_plan(company, TODAY)
for number, contact in enumerate(Contact.objects.of(company.pk).order_by("pk")):
    OutboxRow.objects.of(company.pk).create(
        company=company, customer_id=contact.customer_id, contact=contact, cycle=f"c{number}",
        step=1, state="sent", channel="email", recipient=contact.email,
        message_id=f"<r{number}@fournil.example>", approved_on=TODAY, approved_at=at(TODAY),
        sent_on=TODAY,
    )
row = Mailbox.objects.of(company.pk).create(
    company=company, host="127.0.0.1", port=port, security="none", user=user,
    sealed_password=seal(password),
)
mailbox._SECONDS = 3_600.0
started = time.perf_counter()
mailbox.read_mailbox(row, datetime.now(UTC))
taken = time.perf_counter() - started
print(json.dumps([taken, Incoming.objects.of(company.pk).count()]))
"""


def take_in(server: Server, folder: Path, mails: int) -> float:
    """Seconds to read and keep every mail, in a database of its own."""
    environment = {
        **os.environ,
        "AMIABLE_VAR": str(folder),
        "AMIABLE_DATABASE": f"sqlite:///{folder / 'inbound.sqlite3'}",
        "AMIABLE_TODAY": "2026-03-10",
        "AMIABLE_SECRET_KEY": "measured and thrown away",
        "DJANGO_SETTINGS_MODULE": "amiable.site.settings",
    }
    given = json.dumps([server.port, server.user, server.password, _CUSTOMERS])
    done = subprocess.run(
        [sys.executable, "-c", _TAKE_IN, given],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    taken, kept = json.loads(done.stdout.splitlines()[-1])
    if kept != mails:
        sys.exit(f"{kept} of {mails} mails were kept")
    return float(taken)


def main() -> None:
    """Measure both on the same mails and print the figures."""
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("--mails", type=int, default=1_000)
    mails = asked.parse_args().mails
    if find_dovecot() is None:
        sys.exit("This measurement needs Dovecot (Debian: apt-get install dovecot-imapd).")
    with tempfile.TemporaryDirectory() as folder, throwaway_dovecot() as server:
        for number in range(mails):
            server.deliver(mail(number))
        print(f"imaplib, fetched and thrown away: {mails / fetch_only(server):8.0f} messages/s")
        taken = take_in(server, Path(folder), mails)
        print(f"read, understood and kept:        {mails / taken:8.0f} messages/s")


if __name__ == "__main__":
    main()
