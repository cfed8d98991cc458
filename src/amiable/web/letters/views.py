"""Templates: the table of texts, one text edited beside its preview, tested and taken back."""

from dataclasses import dataclass, replace

from django.core import signing
from django.http import HttpResponse

from amiable.desk.access import OtherCompany, Power, customer_for
from amiable.desk.letter import TemplateKey
from amiable.desk.mail_server import try_mail
from amiable.desk.preview import preview_template
from amiable.desk.template import (
    TextMoved,
    all_texts,
    change_text,
    restore_text,
    shipped_text_again,
)
from amiable.engine.letter import LetterRefused
from amiable.engine.parties import Language
from amiable.engine.template import (
    Audience,
    LetterTone,
    Template,
    TemplateRefused,
    is_written,
)
from amiable.web.letters.draft import Draft, draft_of, template_of, typed_draft
from amiable.web.security import LETTER_POLICY
from amiable.web.visit import Visit, page

_SALT = "amiable.letter"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRow:
    """The texts of one tone and audience, by language."""

    tone: LetterTone
    audience: Audience
    cells: tuple[tuple[Language, str, str], ...]


@page()
def letters(visit: Visit) -> HttpResponse:
    """Every text there is or may be, with its state."""
    texts = all_texts(visit.company)
    rows = [
        TextRow(
            tone=tone,
            audience=audience,
            cells=tuple(
                (one, texts[tone, audience, one].state, f"{tone}/{audience}/{one}/")
                for one in Language
            ),
        )
        for tone in LetterTone
        for audience in Audience
        if is_written(tone, audience)
    ]
    return visit.render("letters/list.html", rows=rows, languages=list(Language))


@page(methods=("GET", "POST"))
def letter(visit: Visit, tone: str, audience: str, language: str) -> HttpResponse:
    """One text with its preview; who may shape texts edits it."""
    key = _key(visit, tone, audience, language)
    if visit.request.method == "POST":
        return _posted(visit, key)
    return _show(visit, draft_of(visit, key))


def _key(visit: Visit, tone: str, audience: str, language: str) -> TemplateKey:
    try:
        key = LetterTone(tone), Audience(audience), Language(language)
    except ValueError as error:
        raise OtherCompany(visit.company, "text") from error
    if not is_written(key[0], key[1]):
        raise OtherCompany(visit.company, "text")
    return key


def _show(visit: Visit, draft: Draft) -> HttpResponse:
    template = "letters/preview.html" if visit.in_fragment else "letters/letter.html"
    framed = ""
    if draft.mail is not None and draft.customer is not None:
        framed = signing.dumps(
            {
                "key": [part.value for part in draft.text.key],
                "subject": draft.template.subject,
                "body": draft.template.body,
                "customer": draft.customer.pk,
            },
            salt=_SALT,
            compress=True,
        )
    return visit.render(template, draft=draft, framed=framed, may_shape=visit.may(Power.SHAPE))


def _posted(visit: Visit, key: TemplateKey) -> HttpResponse:
    draft = typed_draft(visit, key)
    deed = visit.request.POST.get("do", "preview")
    if deed == "preview":
        return _show(visit, draft)
    if not visit.may(Power.SHAPE):
        return visit.go(_address(key))
    if deed == "test":
        return _test(visit, draft)
    if deed == "shipped":
        shipped_text_again(visit.actor, key, at=visit.at)
        visit.done("letters.shipped_again")
        return visit.go(_address(key))
    return _save(visit, draft)


def _address(key: TemplateKey) -> str:
    return "letters/" + "/".join(part.value for part in key) + "/"


def _save(visit: Visit, draft: Draft) -> HttpResponse:
    seen = visit.request.POST.get("seen", "")
    try:
        changed = change_text(visit.actor, draft.template, seen=seen, at=visit.at)
    except TemplateRefused:
        return _show(visit, draft)  # its errors stand beside the preview
    except TextMoved:
        visit.warn("letters.moved")
        return _show(visit, draft)
    visit.done("letters.saved" if changed else "letters.unchanged")
    return visit.go(_address(draft.text.key))


def _test(visit: Visit, draft: Draft) -> HttpResponse:
    """The text as typed, to the person who asks."""
    if draft.mail is None:
        visit.warn("letters.test_unfit")
        return _show(visit, draft)
    subject = visit.say("letters.test_subject", subject=draft.mail.subject)
    mail = replace(draft.mail, subject=subject)
    found = try_mail(visit.actor, visit.user.email, mail, at=visit.at)
    tell = visit.done if found.passed else visit.warn
    tell(f"mail.result.{found.result}", to=visit.user.email, place=found.place, answer=found.answer)
    return _show(visit, draft)


@page(Power.SHAPE, methods=("POST",))
def restore(visit: Visit, tone: str, audience: str, language: str, entry: int) -> HttpResponse:
    """Use an earlier wording again."""
    key = _key(visit, tone, audience, language)
    try:
        restore_text(visit.actor, key, entry, at=visit.at)
    except TemplateRefused:
        visit.warn("letters.restore_refused")
    else:
        visit.done("letters.restored")
    return visit.go(_address(key))


@page()
def frame(visit: Visit) -> HttpResponse:
    """The message alone, for the frame of the preview: what to show is in the address, signed."""
    try:
        said = signing.loads(visit.request.GET.get("text", ""), salt=_SALT)
    except signing.BadSignature as error:
        raise OtherCompany(visit.company, "preview") from error
    tone, audience, language = said["key"]
    key = _key(visit, tone, audience, language)
    template: Template = template_of(key, said["subject"], said["body"])
    customer = customer_for(visit.actor, said["customer"])
    try:
        mail = preview_template(visit.company, customer.pk, template, today=visit.today)
    except (LetterRefused, TemplateRefused) as error:
        raise OtherCompany(visit.company, "preview") from error
    return HttpResponse(mail.html, headers={"Content-Security-Policy": LETTER_POLICY})
