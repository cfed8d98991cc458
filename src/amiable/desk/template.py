"""Templates: a company's own texts, changed by people, each earlier wording kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.db import transaction

from amiable.desk.access import Actor, OtherCompany
from amiable.desk.audit import recorded
from amiable.desk.letter import TemplateKey, load_templates, save_template
from amiable.engine.parties import Language
from amiable.engine.template import Audience, LetterTone, Template, is_written
from amiable.store.company import lock_company
from amiable.store.models import Company
from amiable.store.template import deeds_about, own_kinds, own_text
from amiable.words import shipped_templates

_REMEMBERED = 20


class TextMoved(Exception):
    """Somebody changed the text meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierText:
    """A wording that was replaced: by whom, when, and what it said."""

    pk: int
    at: datetime
    name: str
    subject: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterText:
    """One cell of the table of texts: ``template`` None where there is none; ``own`` or shipped."""

    key: TemplateKey
    template: Template | None
    own: bool

    @property
    def state(self) -> str:
        """shipped, own or missing."""
        if self.template is None:
            return "missing"
        return "own" if self.own else "shipped"

    @property
    def seen(self) -> str:
        """What the text is now, in a few signs: to notice that somebody changed it."""
        if self.template is None:
            return ""
        whole = f"{self.template.subject}\n{self.template.body}"
        return sha256(whole.encode()).hexdigest()[:16]


def all_texts(company: Company) -> dict[TemplateKey, LetterText]:
    """Every kind of text there may be, with its state."""
    known, own = load_templates(company), own_kinds(company.pk)
    keys = [(tone, audience, one) for tone in LetterTone for audience in Audience
            if is_written(tone, audience) for one in Language]  # fmt: skip
    return {
        key: LetterText(
            key=key,
            template=known.get(key),
            own=tuple(part.value for part in key) in own,
        )
        for key in keys
    }


def blank_template(key: TemplateKey) -> Template:
    """A text of a kind that is missing, to begin with."""
    tone, audience, language = key
    return Template(
        key=f"{tone.value}.{audience.value}",
        language=language,
        tone=tone,
        audience=audience,
        subject="",
        body="",
    )


def shipped_text(key: TemplateKey) -> Template | None:
    """The text that comes with the product."""
    return shipped_templates().get(key)


def change_text(actor: Actor, template: Template, *, seen: str, at: datetime) -> bool:
    """Use a text of the company's own. False: it says the same already.

    ``seen`` is what the text was when it was opened. Raises TextMoved when it is not so any
    more, TemplateRefused when the new text has errors.
    """
    key = (template.tone, template.audience, template.language)
    with transaction.atomic():
        lock_company(actor.company)
        now = all_texts(actor.company)[key]
        if now.seen != seen:
            raise TextMoved
        old = now.template
        if old and (old.subject, old.body) == (template.subject, template.body):
            return False
        tone, audience, language = (part.value for part in key)
        with recorded(
            actor, "text_changed", at=at, tone=tone, audience=audience, text_language=language
        ) as entry:
            entry.subject = _subject(key)
            entry.facts["earlier"] = _wording(now)
            save_template(actor.company, template)
    return True


def shipped_text_again(actor: Actor, key: TemplateKey, *, at: datetime) -> None:
    """Do without the company's own text; what it said is kept."""
    tone, audience, language = (part.value for part in key)
    with transaction.atomic():
        lock_company(actor.company)
        row = own_text(actor.company.pk, tone, audience, language)
        if row is None:
            return
        with recorded(
            actor, "text_shipped_again", at=at, tone=tone, audience=audience, text_language=language
        ) as entry:
            entry.subject = _subject(key)
            entry.facts["earlier"] = {"subject": row.subject, "body": row.body}
            row.delete()


def earlier_texts(company: Company, key: TemplateKey) -> Sequence[EarlierText]:
    """The wordings that were replaced, newest first."""
    return [
        EarlierText(pk=entry.pk, at=entry.at, name=entry.name, **entry.facts["earlier"])
        for entry in deeds_about(company.pk, _subject(key), _REMEMBERED)
        if entry.facts.get("earlier")
    ]


def restore_text(actor: Actor, key: TemplateKey, entry: int, *, at: datetime) -> bool:
    """Use an earlier wording again. Raises OtherCompany for an unknown one, TemplateRefused when
    it would have errors today."""
    found = {one.pk: one for one in earlier_texts(actor.company, key)}
    if entry not in found:
        raise OtherCompany(actor.company, "text")
    tone, audience, language = key
    template = Template(
        key=f"{tone.value}.{audience.value}",
        language=language,
        tone=tone,
        audience=audience,
        subject=found[entry].subject,
        body=found[entry].body,
    )
    return change_text(actor, template, seen=all_texts(actor.company)[key].seen, at=at)


def _wording(text: LetterText) -> dict[str, str] | None:
    """The company's own wording; a shipped one need not be kept."""
    if text.template is None or not text.own:
        return None
    return {"subject": text.template.subject, "body": text.template.body}


def _subject(key: TemplateKey) -> str:
    return "text:" + ".".join(part.value for part in key)
