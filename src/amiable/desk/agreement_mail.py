"""Agreement by mail: an instalment plan in writing, with the page where it is accepted."""

from datetime import datetime

from amiable.desk.access import Actor, own
from amiable.desk.agreement_paper import agreement_file
from amiable.desk.message import MessageRefused, language_of, reachable, write_message
from amiable.desk.portal_link import links_for
from amiable.desk.sight import Sight
from amiable.engine.letter import Letter, Link, Paragraph
from amiable.engine.parties import Contact, ContactRole
from amiable.store.company import load_company
from amiable.store.models import Company, InstalmentPlan, OutboxRow
from amiable.words import lay_out, say

_ROLES = (ContactRole.ACCOUNTANT, ContactRole.MAIN)
"""Who is asked to agree, before anybody else who can be reached."""


def mail_agreement(actor: Actor, sight: Sight, plan: InstalmentPlan, *, at: datetime) -> OutboxRow:
    """Put a mail with the plan in writing into the outbox, once a day for a plan.

    Raises MessageRefused ("no_email", "over" for a plan that no longer counts, and as
    `write_message`), OtherCompany.
    """
    company = actor.company
    own(company, plan)
    if plan.cancelled_on is not None:
        raise MessageRefused("over")
    contacts = sorted(reachable(sight), key=_rank)
    if not contacts:
        raise MessageRefused("silent" if sight.row.do_not_contact else "no_email")
    contact = contacts[0]
    portal = links_for(company, [contact.key], at).get(contact.key, "")
    letter = _letter(company, sight, contact, plan, portal)
    return write_message(
        actor,
        sight,
        contact,
        lay_out(letter),
        token=f"plan{plan.pk}|{sight.today.isoformat()}",
        tone=None,
        files=[agreement_file(company, plan)],
        at=at,
    )


def _rank(contact: Contact) -> int:
    return _ROLES.index(contact.role) if contact.role in _ROLES else len(_ROLES)


def _letter(
    company: Company, sight: Sight, contact: Contact, plan: InstalmentPlan, portal: str
) -> Letter:
    language, value = language_of(sight, contact), load_company(company)
    kind = "accepted" if plan.accepted_at is not None else "to_accept"

    def text(part: str) -> str:
        return say(language, f"agreement.mail.{part}", company=value.name, on=plan.agreed_on)

    page = (Link(text=text(f"{kind}_link"), address=f"{portal}plans/{plan.pk}/"),) if portal else ()
    signed = tuple(line for line in (value.sender, value.name, value.email, value.phone) if line)
    blocks = (
        Paragraph((text("greeting"),)),
        Paragraph((text(kind),)),
        *page,
        Paragraph((text("closing"),)),
        Paragraph(signed),
    )
    return Letter(language=language, subject=text(f"{kind}_subject"), blocks=blocks)
