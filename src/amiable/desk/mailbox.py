"""The mailbox: how a company's answers come in, whether that works, and reading what is new.

A mail is kept before it counts as read: a reader that dies in between reads it once more and finds
it known. When a server counts its mails anew (UIDVALIDITY), those not known yet are taken in.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from secrets import token_urlsafe
from time import perf_counter

from django.db import InterfaceError, OperationalError

from amiable.channels.mailbox.imap import (
    FetchedMail,
    ImapSettings,
    OpenMailbox,
    reading,
)
from amiable.channels.message import ChannelClosed
from amiable.channels.security import Security
from amiable.desk.access import Actor
from amiable.desk.audit import recorded
from amiable.desk.calendar import day_of
from amiable.desk.incoming import take_in
from amiable.desk.plan import redraw
from amiable.store.incoming import known_keys
from amiable.store.lease import leased
from amiable.store.mailbox import (
    claim_mailbox,
    due_mailboxes,
    mailbox_of,
    note_look,
    note_place,
)
from amiable.store.models import Company, Mailbox
from amiable.store.models.incoming import IncomingSource
from amiable.store.models.mail_server import MailSecurity
from amiable.store.sealed import SealBroken, seal, unseal

EVERY = timedelta(seconds=60)
"""How often a mailbox is looked into."""
WORRYING = timedelta(hours=1)
"""A mailbox that has not been read for so long is told of on the page of the day."""
_SECONDS = 45.0  # a look ends after this; the rest comes with the next
_LASTS = timedelta(minutes=10)  # a worker that reads longer than this is taken to be dead
_PATIENCE = 15.0  # seconds that a person waits for a test
_FOLDERS = 30

log = logging.getLogger("amiable.mailbox")


class MailboxResult(StrEnum):
    """What became of a look; ``mailbox.result.<value>`` says what to do. Besides `Trouble`."""

    READ = "read"
    SEAL = "seal"
    SETTINGS = "settings"
    UNREADABLE = "unreadable"  # some mails could not be taken in


# --- settings ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxForm:
    """What a person says of a mailbox; ``password`` None keeps the one that is stored."""

    host: str
    port: int
    security: MailSecurity
    user: str
    folder: str = "INBOX"
    address: str = ""
    read_from: date | None = None
    marks_read: bool = False
    postpones_absent: bool = True
    password: str | None = field(default=None, repr=False)


def save_mailbox(actor: Actor, said: MailboxForm, *, at: datetime) -> None:
    """Read answers from a mailbox from now on; another place is read from its beginning."""
    row = mailbox_of(actor.company.pk) or Mailbox(company=actor.company)
    place = (row.host, row.port, row.user, row.folder)
    row.host, row.port, row.user, row.folder = said.host, said.port, said.user, said.folder
    row.security, row.address = said.security.value, said.address
    row.read_from, row.marks_read = said.read_from, said.marks_read
    row.postpones_absent = said.postpones_absent
    if said.password is not None:
        row.sealed_password = seal(said.password)
    if place != (said.host, said.port, said.user, said.folder):
        row.uid_validity, row.last_uid = None, 0
    row.polled_at, row.failing_since, row.result, row.answer = None, None, "", ""
    with recorded(actor, "mailbox_saved", at=at, host=said.host, user=said.user):
        row.save()


def forget_mailbox(actor: Actor, *, at: datetime) -> None:
    """Read no mailbox any more, and forget its password; what came in stays."""
    row = mailbox_of(actor.company.pk)
    if row is not None and row.host:
        with recorded(actor, "mailbox_forgotten", at=at, host=row.host, user=row.user):
            row.host, row.user, row.sealed_password = "", "", ""
            row.uid_validity, row.last_uid, row.failing_since = None, 0, None
            row.polled_at, row.result, row.answer = None, "", ""
            row.save()


def renew_web_key(actor: Actor, *, at: datetime) -> str:
    """A new address at which another system hands mails in; the old one is closed."""
    row = mailbox_of(actor.company.pk) or Mailbox(company=actor.company)
    row.web_key = token_urlsafe(32)
    with recorded(actor, "mailbox_address_renewed", at=at):
        row.save()
    return row.web_key


def close_web_key(actor: Actor, *, at: datetime) -> None:
    """No other system hands mails in any more."""
    row = mailbox_of(actor.company.pk)
    if row is not None and row.web_key is not None:
        with recorded(actor, "mailbox_address_closed", at=at):
            row.web_key = None
            row.save(update_fields=["web_key"])


def imap_settings(row: Mailbox, *, timeout: float = 30.0) -> ImapSettings:
    """A stored mailbox as the reader takes it. Raises ChannelClosed."""
    try:
        return ImapSettings(
            host=row.host,
            port=row.port,
            security=Security(row.security),
            username=row.user,
            password=unseal(row.sealed_password),
            folder=row.folder,
            marks_read=row.marks_read,
            timeout=timeout,
        )
    except SealBroken as error:
        raise ChannelClosed(
            "the stored password cannot be opened (the secret key changed): enter it again",
            MailboxResult.SEAL,
        ) from error
    except ValueError as error:
        raise ChannelClosed(str(error), MailboxResult.SETTINGS) from error


# --- does it work? ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxTest:
    """``result`` is one of MailboxResult or Trouble; ``answer`` the server's own words."""

    result: str
    answer: str
    place: str
    waiting: int = 0
    folders: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether the mailbox could be read."""
        return self.result == MailboxResult.READ


def try_mailbox(row: Mailbox, *, at: datetime) -> MailboxTest:
    """Log in and look how many mails wait; nothing is taken in, nothing marked."""
    place = f"{row.host}:{row.port}"
    try:
        with reading(imap_settings(row, timeout=_PATIENCE)) as box:
            last = row.last_uid if row.uid_validity == box.uid_validity else 0
            waiting = len(box.arrived(last, row.read_from))
            folders = tuple(box.folders()[:_FOLDERS])
    except ChannelClosed as error:
        result = error.trouble or MailboxResult.SETTINGS
        note_look(row, at, result, str(error), failed=True)
        return MailboxTest(result=result, answer=str(error), place=place)
    note_look(row, at, MailboxResult.READ, "", failed=False)
    return MailboxTest(
        result=MailboxResult.READ, answer="", place=place, waiting=waiting, folders=folders
    )


def troubled_mailbox(company: int, at: datetime) -> Mailbox | None:
    """The company's mailbox, if it has not been read for an hour."""
    row = mailbox_of(company)
    if row is None or row.failing_since is None or not row.active:
        return None
    return row if row.failing_since <= at - WORRYING else None


# --- reading ----------------------------------------------------------------------------------


def read_due(at: datetime, holder: str) -> int:
    """Look into every mailbox that is due; how many mails were taken in.

    Of two workers one reads a mailbox. No transaction is open while a server is waited for.
    """
    taken = 0
    for row in due_mailboxes(at, EVERY):
        with leased(row.company_id, "mailbox", holder, at=at, lasts=_LASTS) as ours:
            if ours and claim_mailbox(row, at, EVERY):
                taken += read_mailbox(row, at)
    return taken


def read_mailbox(row: Mailbox, at: datetime) -> int:
    """Take in what is new in a mailbox, and keep what became of it; how many mails came in."""
    found = _Look(row.company, row, at)
    try:
        with reading(imap_settings(row)) as box:
            found.read(box)
    except ChannelClosed as error:
        log.warning("mailbox", extra={"company": row.company.key, "detail": str(error)})
        note_look(row, at, error.trouble or MailboxResult.SETTINGS, str(error), failed=True)
        return found.taken
    result = MailboxResult.UNREADABLE if found.unread else MailboxResult.READ
    note_look(row, at, result, ", ".join(found.unread), failed=False)
    return found.taken


class _Look:
    """One look into a mailbox: what was taken in, what could not be."""

    def __init__(self, company: Company, row: Mailbox, at: datetime) -> None:
        self.company, self.row, self.at = company, row, at
        self.taken = 0
        self.unread: list[str] = []
        self.concerned: set[int] = set()
        self.started = perf_counter()

    def read(self, box: OpenMailbox) -> None:
        """Take in the mails above the last one read; all not known yet when UIDs began anew."""
        if box.uid_validity != self.row.uid_validity:
            note_place(self.row, box.uid_validity, 0)
        uids = box.arrived(self.row.last_uid, self.row.read_from)
        try:
            self._take_all(box, self._unknown(box, uids), uids)
        finally:
            if self.concerned:
                redraw(self.company, sorted(self.concerned), day_of(self.company, self.at))

    def _take_all(self, box: OpenMailbox, new: Sequence[int], uids: Sequence[int]) -> None:
        for mail in box.mails(new):
            self._take(mail)
            note_place(self.row, box.uid_validity, mail.uid)
            box.mark_read([mail.uid])
            if perf_counter() - self.started > _SECONDS:
                return
        if uids:
            note_place(self.row, box.uid_validity, uids[-1])

    def _unknown(self, box: OpenMailbox, uids: Sequence[int]) -> list[int]:
        """The mails whose Message-ID is not known: the others need not be fetched again."""
        ids = box.message_ids(uids)
        known: set[str] = set()
        for some in _parts(list(ids.values())):
            known |= known_keys(self.company.pk, some)
        return [uid for uid in uids if ids.get(uid) not in known]

    def _take(self, mail: FetchedMail) -> None:
        """One mail that cannot be taken in must not keep the others out: it is told of."""
        clock = self.at + timedelta(seconds=perf_counter() - self.started)
        try:
            row = take_in(
                self.company,
                mail.raw,
                IncomingSource.MAILBOX,
                clock,
                whole=mail.whole,
                later=self.concerned,
            )
        except (OperationalError, InterfaceError):
            raise  # it says nothing of the mail: it is tried again
        except Exception as error:
            facts = {"company": self.company.key, "uid": mail.uid}
            log.error("mail not taken in", exc_info=error, extra=facts)
            self.unread.append(f"UID {mail.uid}")
            return
        self.taken += row is not None


def _parts(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    for at in range(0, len(keys), 500):
        yield keys[at : at + 500]
