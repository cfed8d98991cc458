"""A text being written: what was typed, what is wrong with it, how a real customer would get it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from amiable.desk.access import Power, customer_for
from amiable.desk.letter import TemplateKey
from amiable.desk.preview import first_preview, sample_customers
from amiable.desk.template import (
    EarlierText,
    LetterText,
    all_texts,
    blank_template,
    earlier_texts,
)
from amiable.engine.parties import Language
from amiable.engine.template import (
    PLACEHOLDERS,
    SMS_BLOCKS,
    Audience,
    Template,
    check_template,
    required,
)
from amiable.store.models import Customer
from amiable.web.text_message import TextMessage, text_message
from amiable.web.visit import Visit
from amiable.words import Mail, template_error
from amiable.words.catalogue import say

_SHORT_SUBJECT = 78
_LONGEST_SUBJECT, _LONGEST_BODY = 300, 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PaletteEntry:
    """A placeholder one may use here."""

    mark: str
    meaning: str
    sample: str
    block: bool
    required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The page of one text.

    ``template`` is what was typed, ``text`` what is in force, ``seen`` what it was when the
    person began; ``notes`` do not keep it from being saved, ``errors`` do.
    """

    text: LetterText
    template: Template
    seen: str
    errors: tuple[str, ...]
    notes: tuple[str, ...]
    samples: Sequence[Customer]
    customer: Customer | None
    mail: Mail | None
    sms: TextMessage | None
    palette: tuple[PaletteEntry, ...]
    earlier: Sequence[EarlierText]


def template_of(key: TemplateKey, subject: str, body: str) -> Template:
    """A text from its parts, cut to what is kept."""
    tone, audience, language = key
    return Template(
        key=f"{tone.value}.{audience.value}",
        language=language,
        tone=tone,
        audience=audience,
        subject=subject[:_LONGEST_SUBJECT].strip(),
        body=body[:_LONGEST_BODY].replace("\r\n", "\n").strip(),
    )


def draft_of(visit: Visit, key: TemplateKey) -> Draft:
    """The text in force, to be read or changed."""
    texts = all_texts(visit.company)
    text = texts[key]
    return _draft(visit, texts, text.template or blank_template(key), text.seen)


def typed_draft(visit: Visit, key: TemplateKey) -> Draft:
    """What a person typed; a reader's words are put aside for those in force."""
    texts = all_texts(visit.company)
    text = texts[key]
    post = visit.request.POST
    template = template_of(key, post.get("subject", ""), post.get("body", ""))
    if not visit.may(Power.SHAPE):
        template = text.template or blank_template(key)
    return _draft(visit, texts, template, post.get("seen", ""))


def _draft(
    visit: Visit, texts: dict[TemplateKey, LetterText], template: Template, seen: str
) -> Draft:
    key = template.tone, template.audience, template.language
    errors = check_template(template)
    samples, chosen = _samples(visit)
    found = None
    if not errors:
        tried = [chosen] if chosen else samples
        found = first_preview(visit.actor, tried, template, today=visit.today)
    customer = chosen or (found[0] if found else next(iter(samples), None))
    mail = found[1] if found else None
    return Draft(
        text=texts[key],
        template=template,
        seen=seen,
        errors=tuple(template_error(one, visit.language) for one in errors),
        notes=tuple(_notes(visit, texts, template, mail)),
        samples=samples,
        customer=customer,
        mail=mail,
        sms=text_message(visit, mail.text) if mail and template.audience is Audience.SMS else None,
        palette=tuple(_palette(template, visit.language)),
        earlier=earlier_texts(visit.company, key),
    )


def _samples(visit: Visit) -> tuple[list[Customer], Customer | None]:
    """Customers to choose from, and the one chosen."""
    asked = visit.request.POST if visit.request.method == "POST" else visit.request.GET
    words, wanted = asked.get("q", "").strip(), asked.get("customer", "")
    samples = sample_customers(visit.actor, words) or sample_customers(visit.actor)
    if words or not wanted.isdigit():
        return samples, None
    chosen = customer_for(visit.actor, int(wanted))
    return (samples if chosen in samples else [chosen, *samples]), chosen


def _notes(
    visit: Visit, texts: dict[TemplateKey, LetterText], template: Template, mail: Mail | None
) -> Iterator[str]:
    if mail is not None and len(mail.subject) > _SHORT_SUBJECT:
        yield visit.say("letters.note_subject", n=len(mail.subject))
    for other in Language:
        if other is not template.language:
            state = texts[template.tone, template.audience, other].state
            yield visit.say(
                f"letters.note_other_{state}", language=visit.say(f"term.language.{other.value}")
            )


def _palette(template: Template, language: Language) -> Iterator[PaletteEntry]:
    needed = required(template.tone, template.audience)
    for name, one in PLACEHOLDERS.items():
        in_sms = template.audience is Audience.SMS
        if template.tone in one.tones and not (in_sms and one.block and name not in SMS_BLOCKS):
            yield PaletteEntry(
                mark=f"[{name}]",
                meaning=say(language, f"placeholder.{name}"),
                sample=one.sample,
                block=one.block,
                required=name in needed,
            )
