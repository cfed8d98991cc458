"""200 mails rendered, built and accepted by a local SMTP server over one connection.

Beside it, in the same run and against the same server: smtplib alone with bytes built
beforehand, and the standard library's EmailMessage for the same mails (building only).
The server is aiosmtpd in a child process. Run: ``python -m benchmarks.mail``.
"""

import email.policy
import multiprocessing
import smtplib
import statistics
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from email.message import EmailMessage
from email.utils import format_datetime

from amiable.channels.email.mime import to_bytes
from amiable.channels.email.smtp import SmtpSettings, open_smtp
from amiable.channels.message import Outcome, OutgoingMessage
from amiable.channels.security import Security
from amiable.engine.compose import compose
from amiable.engine.letter import LetterFacts, LetterLine, correspondent
from amiable.engine.money import Money
from amiable.engine.parties import Company, Contact, Customer, Language
from amiable.engine.template import Audience, LetterTone
from amiable.words import CatalogueVoice, lay_out, shipped_templates
from benchmarks.sink import serve

COUNT = 200
RUNS = 7
GOAL = 0.5
"""Seconds for the 200 mails, rendered, built and accepted."""


def late_lines(number: int) -> tuple[LetterLine, ...]:
    """Five late invoices of one customer."""
    return tuple(
        LetterLine(
            number=f"F{number:04d}{row:02d}",
            issued_on=date(2026, 1, 5 + row),
            due_on=date(2026, 2, 4 + row),
            amount=Money(minor=120_000 + 37 * number + row, currency="EUR"),
            left=Money(minor=120_000 + 37 * number + row, currency="EUR"),
        )
        for row in range(5)
    )


def facts(number: int) -> LetterFacts:
    """What one reminder says: five late invoices of one customer."""
    customer = Customer(key=f"C{number}", name=f"Boulangerie Lefèvre n° {number}")
    return LetterFacts(
        company=COMPANY,
        customer=customer,
        language=Language.FR,
        on=date(2026, 2, 19),
        lines=late_lines(number),
        answer_to=correspondent(COMPANY),
        contact=Contact(key=f"c{number}", customer=customer.key, name="Zoé Lefèvre"),
    )


def render(number: int, said: LetterFacts) -> OutgoingMessage:
    """The mail of one reminder, from its facts and the shipped text."""
    template = shipped_templates()[LetterTone.FRIENDLY, Audience.REGULAR, Language.FR]
    mail = lay_out(compose(template, said, CatalogueVoice(Language.FR)))
    return OutgoingMessage(
        key=f"fournil/client-{number}/2026-02/step-1",
        sender_name="Le Fournil du Port — Comptabilité",
        sender="compta@fournil.example",
        to=(f"compta@client-{number}.example",),
        reply_to="relances@fournil.example",
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        dated_at=datetime(2026, 2, 19, 9, 30, tzinfo=UTC),
    )


COMPANY = Company(
    key="fournil",
    name="Le Fournil du Port",
    iban="FR7630006000011234567890189",
    email="compta@fournil.example",
    phone="01 99 00 12 34",
    sender="Camille Dupré",
)


def _ours(port: int, said: list[LetterFacts]) -> None:
    settings = SmtpSettings(
        host="127.0.0.1", port=port, security=Security.NONE, messages_per_connection=10_000
    )
    sender = open_smtp(settings)
    outcomes = [sender.send(render(*one)).outcome for one in enumerate(said)]
    sender.close()
    assert outcomes == [Outcome.ACCEPTED] * len(said)


def _smtplib_alone(port: int, mails: list[OutgoingMessage], built: list[bytes]) -> None:
    with smtplib.SMTP("127.0.0.1", port, local_hostname="localhost") as server:
        for mail, data in zip(mails, built, strict=True):
            server.sendmail(mail.sender, mail.to, data)


def _email_message(mail: OutgoingMessage) -> bytes:
    made = EmailMessage(policy=email.policy.SMTP)
    made["From"] = f'"{mail.sender_name}" <{mail.sender}>'
    made["To"] = ", ".join(mail.to)
    made["Reply-To"] = mail.reply_to
    made["Subject"] = mail.subject
    made["Date"] = format_datetime(mail.dated_at)
    made.set_content(mail.text)
    made.add_alternative(mail.html, subtype="html")
    return made.as_bytes()


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def measure(port: int, runs: int = RUNS) -> dict[str, list[float]]:
    """Return the seconds of each run of each kind of work, the kinds taken in turn."""
    said = [facts(number) for number in range(COUNT)]
    mails = [render(*one) for one in enumerate(said)]
    built = [to_bytes(mail) for mail in mails]
    works: dict[str, Callable[[], object]] = {
        "rendered, built and accepted (amiable)": lambda: _ours(port, said),
        "accepted only (smtplib.sendmail, bytes ready)": lambda: _smtplib_alone(port, mails, built),
        "rendered only (amiable)": lambda: [render(*one) for one in enumerate(said)],
        "built only (amiable)": lambda: [to_bytes(mail) for mail in mails],
        "built only (EmailMessage)": lambda: [_email_message(mail) for mail in mails],
    }
    found: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(runs):
        for name, work in works.items():
            found[name].append(_seconds(work))
    return found


def main() -> None:
    """Measure and print the table."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    child = context.Process(target=serve, args=(there,))
    child.start()
    found = measure(here.recv())
    here.send("count")
    came = here.recv()
    here.send("stop")
    assert sum(came.values()) == COUNT * RUNS * 2, "the server counted other mails than were sent"
    child.join()
    size = statistics.mean(
        len(to_bytes(mail))
        for mail in [render(*one) for one in enumerate(map(facts, range(COUNT)))]
    )
    print(f"{COUNT} mails of {size / 1000:.1f} kB, {RUNS} runs, one connection, local aiosmtpd")
    print(f"{'work':<48}{'median s':>10}{'min s':>10}{'ms a mail':>11}")
    for name, times in found.items():
        median = statistics.median(times)
        print(f"{name:<48}{median:>10.3f}{min(times):>10.3f}{median / COUNT * 1000:>11.3f}")
    ours = statistics.median(next(iter(found.values())))
    print(f"goal: built and accepted in < {GOAL} s: {'met' if ours < GOAL else 'NOT met'}")


if __name__ == "__main__":
    main()
