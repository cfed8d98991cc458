"""Account mail: what the desk itself writes to its own people (a new password, a new sign-in).

It leaves by the installation's mail server (AMIABLE_SMTP), else by that of the person's first
company; with neither it is written into a folder, so that a laptop without a server works too.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit
from uuid import uuid4

from django.conf import settings

from amiable.channels.email.dkim import DkimSigner
from amiable.channels.email.smtp import open_smtp
from amiable.channels.email.url import settings_from_url
from amiable.channels.folder import open_folder
from amiable.channels.message import ChannelClosed, Outcome, OutgoingMessage, Sender
from amiable.desk.dkim_key import signer_of
from amiable.desk.mail_server import sender_name, smtp_settings
from amiable.store.mail_server import any_mail_server, mail_server_of
from amiable.store.membership import companies_of
from amiable.store.models import Company, User
from amiable.words import Mail

_LOG = logging.getLogger("amiable.mail")


def account_folder() -> Path:
    """Where account mails are written when there is no mail server."""
    return Path(settings.VAR) / "outbox" / "account"


def kept_in_folder() -> bool:
    """Whether this installation has no mail server at all: every account mail is a file."""
    return not settings.SMTP and not any_mail_server()


def send_account_mail(user: User, mail: Mail, at: datetime) -> None:
    """Send a mail to a user; a server is waited for in the background.

    So nobody learns by the time an answer takes whether an address has an account here.
    """
    companies = companies_of(user.pk)
    company = companies[0] if companies else None
    message = own_message(company, "account", user.email, user.language, mail, at)
    opened = _opener(companies)
    if opened is None:
        _hand_over(lambda: open_folder(account_folder()), message)
    else:
        Thread(target=_hand_over, args=(opened, message)).start()


def _opener(companies: list[Company]) -> Callable[[], Sender] | None:
    """How to reach the mail server; None when there is none. The database is asked here only."""
    if settings.SMTP:
        url = settings.SMTP
        return lambda: open_smtp(settings_from_url(url))
    for company in companies[:1]:
        row = mail_server_of(company.pk)
        if row is not None:
            signer = _signer(company)
            return lambda: open_smtp(smtp_settings(row), signer)
    return None


def _signer(company: Company) -> DkimSigner | None:
    """Who signs, if that works: a new password must reach its owner in any case."""
    try:
        return signer_of(company)
    except ChannelClosed as error:
        _LOG.error("account mail is not signed: %s", error)
        return None


def _hand_over(opened: Callable[[], Sender], message: OutgoingMessage) -> None:
    try:
        channel = opened()
    except (ChannelClosed, ValueError) as error:
        _LOG.error("account mail %r did not leave: %s", message.subject, error)
        return
    try:
        delivery = channel.send(message)
    finally:
        channel.close()
    if delivery.outcome is not Outcome.ACCEPTED:
        _LOG.error("account mail %r did not leave: %s", message.subject, delivery.detail)


def own_message(
    company: Company | None, about: str, to: str, language: str, mail: Mail, at: datetime
) -> OutgoingMessage:
    """A mail of the desk's own, in the name of a company if there is one; ``about`` is in its key.

    To one of the desk's people, or to somebody who is asked to join them.
    """
    return OutgoingMessage(
        key=f"{about}|{uuid4().hex}",
        sender_name=sender_name(company) if company else "amiable",
        sender=(company.email if company else "") or own_address(),
        to=(to,),
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        dated_at=at,
        language=language,
    )


def own_address() -> str:
    """Who writes when no company does: the mail server's own user, else the desk's host."""
    if settings.SMTP:
        user = settings_from_url(settings.SMTP).username
        if "@" in user:
            return user
    host = urlsplit(settings.URL).hostname or "localhost"
    return f"amiable@{host if host[-1].isalpha() else 'localhost.localdomain'}"
