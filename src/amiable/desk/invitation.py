"""Invitation: ask somebody by mail to join a company; the link serves once, for seven days."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe

from django.db import transaction

from amiable.channels.message import ChannelClosed, Outcome
from amiable.desk.access import Actor, OtherCompany
from amiable.desk.account_mail import own_message
from amiable.desk.audit import recorded, subject
from amiable.desk.mail_server import MailWay, mail_place, open_mail
from amiable.engine.parties import Language
from amiable.store.invitation import (
    invitation_by_digest,
    invitation_of,
    open_invitations,
    revoke_open,
)
from amiable.store.membership import add_member, member_of
from amiable.store.models import Invitation, User
from amiable.store.models.membership import Role
from amiable.store.user import add_user, find_user
from amiable.words import Mail, say, term
from amiable.words.notice import write_notice

LASTS = timedelta(days=7)


class AlreadyMember(ValueError):
    """The address belongs to somebody who works for the company already."""


class InvitationGone(LookupError):
    """The link does not serve: ``why`` is unknown, expired, used or revoked."""

    def __init__(self, why: str) -> None:
        super().__init__(f"the invitation is {why}")
        self.why = why


class OtherAddress(ValueError):
    """The invitation is for another address than the one that is signed in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """Whom to invite, as what."""

    email: str
    name: str
    role: Role
    language: Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What became of the mail: ``way`` "mail", "folder" or "failed", with where or why."""

    way: str
    detail: str


def invite(actor: Actor, guest: Guest, at: datetime) -> tuple[Invitation, str]:
    """Invite somebody; the row, and the secret of the link, which is kept nowhere.

    What was open for the address serves no more. Raises AlreadyMember.
    """
    company, email = actor.company, guest.email.strip().lower()
    known = find_user(email)
    member = member_of(company.pk, known.pk) if known else None
    if member is not None and member.active:
        raise AlreadyMember(email)
    secret = token_urlsafe(32)
    with recorded(actor, "invited", at=at, email=email, role=guest.role.value) as entry:
        revoke_open(company.pk, email, at)
        row = Invitation.objects.of(company.pk).create(
            company_id=company.pk,
            email=email,
            name=guest.name.strip(),
            role=guest.role.value,
            language=guest.language.value,
            digest=_digest(secret),
            invited_by=actor.user,
            invited_at=at,
            expires_at=at + LASTS,
        )
        entry.subject = subject(row)
    return row, secret


def invite_again(actor: Actor, pk: int, at: datetime) -> tuple[Invitation, str]:
    """A new link for an open invitation; the old one serves no more.

    Raises OtherCompany, InvitationGone.
    """
    secret = token_urlsafe(32)
    with transaction.atomic():
        row = _open_row(actor, pk)
        with recorded(actor, "invited_again", at=at, email=row.email) as entry:
            row.digest, row.expires_at = _digest(secret), at + LASTS
            row.save(update_fields=["digest", "expires_at"])
            entry.subject = subject(row)
    return row, secret


def revoke(actor: Actor, pk: int, at: datetime) -> Invitation:
    """The link serves no more. Raises OtherCompany, InvitationGone."""
    with transaction.atomic():
        row = _open_row(actor, pk)
        with recorded(actor, "invitation_revoked", at=at, email=row.email) as entry:
            row.revoked_at = at
            row.save(update_fields=["revoked_at"])
            entry.subject = subject(row)
    return row


def invitations_for(actor: Actor) -> list[Invitation]:
    """The open invitations of the company, expired ones among them."""
    return open_invitations(actor.company.pk)


def _open_row(actor: Actor, pk: int) -> Invitation:
    row = invitation_of(actor.company.pk, pk)
    if row is None:
        raise OtherCompany(actor.company, "invitation")
    if row.accepted_at or row.revoked_at:
        raise InvitationGone("used" if row.accepted_at else "revoked")
    return row


# --- the guest's side -------------------------------------------------------------------------


def invitation_for(secret: str, at: datetime) -> Invitation:
    """The invitation of a link that still serves. Raises InvitationGone."""
    return _serving(invitation_by_digest(_digest(secret)), at)


def accept_as_new(secret: str, name: str, password: str, at: datetime) -> User:
    """Make the user the invitation is for. Raises InvitationGone, OtherAddress.

    OtherAddress when the address has a user by now: that one signs in and accepts.
    """
    with transaction.atomic():
        row = _serving(invitation_by_digest(_digest(secret), lock=True), at)
        if find_user(row.email) is not None:
            raise OtherAddress(row.email)
        user = add_user(
            row.email, name=name or row.name, password=password, language=Language(row.language)
        )
        _join(row, user, at)
    return user


def accept_as(secret: str, user: User, at: datetime) -> Invitation:
    """Open the company to a user who is signed in. Raises InvitationGone, OtherAddress."""
    with transaction.atomic():
        row = _serving(invitation_by_digest(_digest(secret), lock=True), at)
        if user.email != row.email:
            raise OtherAddress(row.email)
        _join(row, user, at)
    return row


def _join(row: Invitation, user: User, at: datetime) -> None:
    member = add_member(row.company_id, user, Role(row.role))
    actor = Actor(company=row.company, role=Role(row.role), user=user, name=str(user))
    with recorded(actor, "joined", at=at, role=row.role) as entry:
        row.accepted_at = at
        row.save(update_fields=["accepted_at"])
        entry.subject = subject(member)


def _serving(row: Invitation | None, at: datetime) -> Invitation:
    if row is None:
        raise InvitationGone("unknown")
    if row.accepted_at is not None:
        raise InvitationGone("used")
    if row.revoked_at is not None:
        raise InvitationGone("revoked")
    if row.expires_at <= at:
        raise InvitationGone("expired")
    return row


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


# --- the mail ---------------------------------------------------------------------------------


def send_invitation(row: Invitation, link: str, at: datetime) -> Sent:
    """Send the link in the guest's language, by the company's way; never raises for the mail."""
    company = row.company
    about, mail = f"{company.key}|invitation", invitation_mail(row, link)
    message = own_message(company, about, row.email, row.language, mail, at)
    try:
        place = mail_place(company)
        channel = open_mail(company)
    except ChannelClosed as error:
        return Sent(way="failed", detail=str(error))
    try:
        delivery = channel.send(message)
    finally:
        channel.close()
    if delivery.outcome is not Outcome.ACCEPTED:
        return Sent(way="failed", detail=delivery.detail)
    way = "folder" if place.way is MailWay.FOLDER else "mail"
    return Sent(way=way, detail=place.name)


def invitation_mail(row: Invitation, link: str) -> Mail:
    """What the invitation says."""
    language = Language(row.language)
    by, company = str(row.invited_by or row.company.name), row.company.name
    role = term(language, "member_role", row.role)
    return write_notice(
        say(language, "invitation_mail.subject", company=company),
        [
            say(language, "invitation_mail.text", by=by, company=company, role=role),
            say(language, "invitation_mail.until", on=row.expires_at.date()),
        ],
        language,
        link=link,
        action=say(language, "invitation_mail.action"),
    )
