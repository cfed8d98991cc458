"""Letters: what a reminder will say, written for one customer on one day."""

from collections.abc import Collection, Sequence
from datetime import date

from amiable.engine.compose import compose
from amiable.engine.dispute import disputed_amount
from amiable.engine.letter import (
    Letter,
    LetterFacts,
    LetterLine,
    LetterRefused,
    Voice,
    correspondent,
    letter_line,
)
from amiable.engine.money import Money
from amiable.engine.parties import Channel, Company, Contact, CustomerKind, Language, Segment
from amiable.engine.promise import PromiseState, breaches, promise_states
from amiable.engine.situation import Account
from amiable.engine.template import (
    Audience,
    LetterTone,
    Template,
    TemplateRefused,
    check_template,
)
from amiable.engine.timeline import ContactPurpose
from amiable.engine.verdict import Remind
from amiable.law.figures import OutsideSeries, series
from amiable.store.models import Company as CompanyRow
from amiable.store.models import LetterTemplate
from amiable.words import CatalogueVoice, Mail, SmsVoice, lay_out, shipped_templates

TemplateKey = tuple[LetterTone, Audience, Language]


def load_templates(company: CompanyRow) -> dict[TemplateKey, Template]:
    """The texts in force: the company's own where it has them, else the shipped ones."""
    texts = dict(shipped_templates())
    for row in LetterTemplate.objects.of(company.pk):
        tone, audience = LetterTone(row.tone), Audience(row.audience)
        language = Language(row.language)
        texts[tone, audience, language] = Template(
            key=f"{row.tone}.{row.audience}",
            language=language,
            tone=tone,
            audience=audience,
            subject=row.subject,
            body=row.body,
        )
    return texts


def save_template(company: CompanyRow, template: Template) -> None:
    """Keep a company's own text. Raises TemplateRefused naming every error: never when sent."""
    errors = check_template(template)
    if errors:
        raise TemplateRefused(template.key, errors)
    LetterTemplate.objects.of(company.pk).update_or_create(
        company_id=company.pk,
        tone=template.tone.value,
        audience=template.audience.value,
        language=template.language.value,
        defaults={"subject": template.subject, "body": template.body},
    )


def write_reminder(
    company: Company,
    account: Account,
    decision: Remind,
    templates: dict[TemplateKey, Template],
    on: date,
    promise_grace: int,
) -> Mail:
    """The message of one reminder. Raises LetterRefused when it would say something false."""
    return lay_out(reminder_letter(company, account, decision, templates, on, promise_grace))


def reminder_letter(
    company: Company,
    account: Account,
    decision: Remind,
    templates: dict[TemplateKey, Template],
    on: date,
    promise_grace: int,
    portal: str = "",
) -> Letter:
    """The letter of one reminder, not laid out yet; ``portal``: the address of the contact's page.

    Raises LetterRefused.
    """
    language = decision.contact.language or account.customer.language
    broken = any(reason.code == "promise.broken" for reason in decision.reasons)
    tone = LetterTone.BROKEN_PROMISE if broken else LetterTone(decision.tone.value)
    audience = Audience.SMS if decision.channel is Channel.SMS else audience_of(account, on)
    template = templates.get((tone, audience, language))
    if template is None:
        raise LetterRefused(f"there is no text for the tone {tone.value}: save one first")
    facts = letter_facts(
        company, account, decision.listed, decision.contact, language, on, promise_grace, portal
    )
    return compose(template, facts, voice_of(audience, language))


def voice_of(audience: Audience, language: Language) -> Voice:
    """How a text for an audience speaks: shortly in a text message."""
    return SmsVoice(language) if audience is Audience.SMS else CatalogueVoice(language)


def audience_of(account: Account, on: date) -> Audience:
    """Whom the text speaks to: one who is often late, or one who usually pays well."""
    segment = account.customer.segment or account.habit.segment(on)
    return Audience.LATE if segment is Segment.OFTEN_LATE else Audience.REGULAR


def letter_facts(
    company: Company,
    account: Account,
    listed: Collection[str],
    contact: Contact | None,
    language: Language,
    on: date,
    promise_grace: int,
    portal: str = "",
) -> LetterFacts:
    """What a letter about some invoices (keys) may say: disputed parts are left out of them."""
    listed = set(listed)
    lines = []
    for item in account.open.invoices:
        if item.invoice.key in listed:
            open_ = [d for d in account.disputes if d.invoice == item.invoice.key and d.is_open(on)]
            lines.append(letter_line(item, disputed_amount(item.left, open_) if open_ else None))
    states = promise_states(account.promises, account.received, on, promise_grace)
    broken = [
        promise
        for promise, state in zip(account.promises, states, strict=True)
        if state is PromiseState.BROKEN
    ]
    unanswered = breaches(account.promises, account.received, on, promise_grace) if broken else []
    reminded = [
        one.contacted_on for one in account.contacted if one.purpose is ContactPurpose.REMINDER
    ]
    return LetterFacts(
        company=company,
        customer=account.customer,
        language=language,
        on=on,
        lines=tuple(lines),
        answer_to=correspondent(company),
        contact=contact,
        reference=reference_of(account, lines),
        credits=tuple(credit.left for credit in account.open.credits if credit.left.minor > 0),
        last_reminder_on=max(reminded, default=None),
        promise=max(unanswered or broken, key=lambda promise: promise.due_on, default=None),
        indemnity=indemnity_of(company, account, on),
        portal=portal,
    )


def reference_of(account: Account, lines: Sequence[LetterLine]) -> str:
    """What to write on the transfer: the invoice's number, or the customer's code for several."""
    return lines[0].number if len(lines) == 1 else account.customer.key


def indemnity_of(company: Company, account: Account, on: date) -> Money | None:
    """The EUR 40 of L441-10 C. com.: only between professionals, only from a French creditor."""
    if account.customer.kind is not CustomerKind.BUSINESS or company.country != "FR":
        return None
    try:
        figure = series()["recovery.indemnity"].on(on)
    except OutsideSeries:
        return None
    return Money(minor=figure.value, currency="EUR")
