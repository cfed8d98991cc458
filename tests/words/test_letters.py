"""The shipped letters: sound, the same in both parts, safe, and fit to be sent as they are."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amiable.engine.compose import compose
from amiable.engine.ledger import Credit
from amiable.engine.letter import Correspondent, LetterFacts
from amiable.engine.money import Money
from amiable.engine.parties import Company, Contact, Customer, CustomerKind, Language
from amiable.engine.template import (
    PLACEHOLDERS,
    Audience,
    LetterTone,
    Part,
    Template,
    TemplateError,
    TemplateProblem,
    check_template,
)
from amiable.words import CatalogueVoice, Mail, lay_out, say, shipped_templates, template_error
from amiable.words.typography import curly
from tests.engine.letters import ON, letter_facts, line, lines

TEMPLATES = sorted(key for key in shipped_templates() if key[1] is not Audience.SMS)
SHIPPED = list(LetterTone)
GREETINGS = ("Bonjour,\n", "Hello,\n", "Madame, Monsieur,\n", "Dear Sir or Madam,\n")
Key = tuple[LetterTone, Audience, Language]
every_letter = pytest.mark.parametrize("key", TEMPLATES, ids="-".join)


def mail(key: Key, facts: LetterFacts) -> Mail:
    template = shipped_templates()[key]
    return lay_out(compose(template, facts, CatalogueVoice(key[2])))


def facts_for(key: Key, count: int = 1, **changes: Any) -> LetterFacts:
    due = ON.replace(day=24) if key[0] is LetterTone.NOTICE else ON.replace(day=4)
    return letter_facts(key[2], **{"lines": lines(count, due), **changes})


class _Reader(HTMLParser):
    """What a mail program would show, and the tags it would obey."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.shown: list[str] = []
        self._hidden = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self._hidden = tag == "title"

    def handle_endtag(self, tag: str) -> None:
        self._hidden = False

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.shown.append(data)


def read(html: str) -> _Reader:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader


def words(text: str) -> list[str]:
    return re.sub(r"-{2,}", "", text).split()


def test_every_tone_is_shipped_for_both_audiences_in_both_languages() -> None:
    assert set(TEMPLATES) == {
        (tone, audience, language)
        for tone in SHIPPED
        for audience in (Audience.REGULAR, Audience.LATE)
        for language in Language
    }


@every_letter
def test_a_shipped_template_is_sound(key: Key) -> None:
    assert check_template(shipped_templates()[key]) == ()


@every_letter
@pytest.mark.parametrize("count", [1, 5])
def test_text_and_html_show_the_same_words_and_numbers(key: Key, count: int) -> None:
    made = mail(key, facts_for(key, count))
    assert sorted(words(made.text)) == sorted(words(" ".join(read(made.html).shown)))


@every_letter
def test_two_currencies_are_both_asked_for(key: Key) -> None:
    dollars = Money(minor=700, currency="USD")
    due = facts_for(key).lines[0].due_on
    both = (line("F1", due_on=due), line("F2", due_on=due, amount=dollars, left=dollars))
    made = mail(key, facts_for(key, lines=both))
    if key[0] is not LetterTone.THANKS:
        french = key[2] is Language.FR
        asked = ("1\u202f200,00\u00a0€", "7,00\u00a0$US") if french else ("€1,200.00", "US$7.00")
        html = " ".join(" ".join(read(made.html).shown).split())
        assert all(amount in made.text for amount in asked)
        assert all(" ".join(amount.split()) in html for amount in asked)
        assert made.text.count(say(key[2], "letter.sum.to_pay")) == 2


@every_letter
def test_without_a_contact_the_greeting_still_reads_well(key: Key) -> None:
    made = mail(key, facts_for(key, contact=None))
    assert made.text.startswith(GREETINGS)


@every_letter
@pytest.mark.parametrize("kind", [CustomerKind.CONSUMER, CustomerKind.PUBLIC])
def test_consumers_and_public_bodies_are_never_told_of_business_fees(
    key: Key, kind: CustomerKind
) -> None:
    customer = Customer(key="k", name="Jean", kind=kind)
    made = mail(key, facts_for(key, customer=customer))
    assert "441-10" not in made.text + made.html
    assert "40,00" not in made.text + made.html


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("audience", [Audience.REGULAR, Audience.LATE])
def test_only_the_last_two_letters_tell_a_business_of_its_fees(
    audience: Audience, language: Language
) -> None:
    telling = {
        tone
        for tone in SHIPPED
        if "441-10" in mail((tone, audience, language), facts_for((tone, audience, language))).text
    }
    assert telling == {LetterTone.STERN, LetterTone.FORMAL}


THREATS = re.compile(r"mise en demeure|formal notice|contentieux|tribunal|court|pénalité", re.I)


@every_letter
def test_only_the_last_two_letters_speak_of_a_formal_notice(key: Key) -> None:
    made = mail(key, facts_for(key))
    assert bool(THREATS.search(made.text)) == (key[0] in {LetterTone.STERN, LetterTone.FORMAL})


@pytest.mark.parametrize("language", Language)
def test_a_formal_notice_says_what_the_law_wants_and_no_more(language: Language) -> None:
    key = (LetterTone.FORMAL, Audience.LATE, language)
    consumer = Customer(key="k", name="Jean", kind=CustomerKind.CONSUMER)
    for facts in (facts_for(key, 3), facts_for(key, 3, customer=consumer)):
        text = " ".join(mail(key, facts).text.split())
        for named in ("1344", "mettons en demeure|formal notice", "quinze|fifteen", "F001|F1"):
            assert re.search(named, text), named
        assert re.search("nous réservons|reserve the right", text)  # announces nothing untrue
        assert ("441-10" in text) == (facts.customer.kind is CustomerKind.BUSINESS)


@pytest.mark.parametrize("language", Language)
def test_a_creditor_abroad_cites_no_french_law(language: Language) -> None:
    key = (LetterTone.FORMAL, Audience.LATE, language)
    facts = facts_for(key)
    abroad = facts_for(key, company=replace(facts.company, country="BE"), indemnity=None)
    assert not re.search("1344|441-10|code civil|civil code", mail(key, abroad).text)


@every_letter
def test_a_subject_names_the_company_on_one_short_line(key: Key) -> None:
    made = mail(key, facts_for(key))
    assert made.subject.startswith("Fournil SARL")
    assert len(made.subject) <= 78


@every_letter
def test_lines_of_text_are_not_folded_by_mail_programs(key: Key) -> None:
    made = mail(key, facts_for(key, 5))
    assert max(map(len, made.text.splitlines())) <= 78


@every_letter
def test_a_wide_number_turns_the_table_into_a_list(key: Key) -> None:
    number = "FACTURE-2026-" + "0" * 40 + "1"
    due = facts_for(key).lines[0].due_on
    made = mail(key, facts_for(key, lines=(line(number, due_on=due), line("F2", due_on=due))))
    assert max(map(len, made.text.splitlines())) <= 78
    assert set(words(made.text)) == set(words(" ".join(read(made.html).shown)))


@every_letter
def test_a_french_letter_has_its_typography(key: Key) -> None:
    made = mail(key, facts_for(key, 5))
    assert "'" not in made.text
    if key[2] is Language.FR:
        assert not re.search(r" [;:!?»€]", made.text)


@every_letter
def test_html_is_small_and_asks_for_nothing_from_outside(key: Key) -> None:
    html = mail(key, facts_for(key, 10)).html
    assert len(html.encode()) < 20_000
    assert read(html).tags.isdisjoint({"img", "a", "link", "script", "style", "iframe"})
    assert read(html).attributes.isdisjoint({"src", "href", "background"})
    assert "http" not in html


class _Balance(HTMLParser):
    """Tags opened and not yet closed; a tag closed out of turn fails.

    The next cell ends a cell, the next row a row: HTML lets their ends be left out.
    """

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"td", "tr"}:
            self._end("td")
        if tag == "tr":
            self._end("tr")
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def _end(self, tag: str) -> None:
        if self.open[-1] == tag:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        for left_out in ("td", "tr"):
            if tag not in ("td", "tr"):
                self._end(left_out)
        assert self.open.pop() == tag


@every_letter
def test_every_tag_is_closed_in_turn(key: Key) -> None:
    balance = _Balance()
    balance.feed(mail(key, facts_for(key, 5)).html)
    balance.close()
    assert balance.open == []


MEAN = "<script>alert('é')</script> L'Été & Cie"


@every_letter
def test_markup_in_any_field_is_shown_and_never_obeyed(key: Key) -> None:
    plain = read(mail(key, facts_for(key)).html)
    made = mail(key, _named(key, MEAN))
    mean = read(made.html)
    assert mean.tags == plain.tags
    assert mean.attributes == plain.attributes
    assert "<script" not in made.html
    assert MEAN in made.text
    assert MEAN in "".join(mean.shown)


def _named(key: Key, name: str) -> LetterFacts:
    due = facts_for(key).lines[0].due_on
    return facts_for(
        key,
        company=Company(key="c", name=name, iban=name, bic=name),
        customer=Customer(key="k", name=name),
        contact=Contact(key="p", customer="k", name=name),
        answer_to=Correspondent(name=name, email=name, phone=name),
        reference=name,
        lines=(line(name, due_on=due, disputed=Money(minor=1, currency="EUR")),),
    )


@settings(max_examples=60)
@given(st.text(max_size=40), st.sampled_from(TEMPLATES))
def test_no_text_at_all_can_add_a_tag(name: str, key: Key) -> None:
    safe = read(mail(key, _named(key, "x")).html)
    made = read(mail(key, _named(key, name)).html)
    assert made.tags <= safe.tags
    assert made.attributes <= safe.attributes


@settings(max_examples=60)
@given(st.text(max_size=60))
def test_what_a_user_types_in_a_template_is_never_markup(text: str) -> None:
    shipped = shipped_templates()[LetterTone.FRIENDLY, Audience.LATE, Language.FR]
    typed = f"<b onclick=x>{text.replace('[', '[[').replace(']', ']]')}</b>"
    own = Template(
        key="own",
        language=shipped.language,
        tone=shipped.tone,
        audience=shipped.audience,
        subject=shipped.subject,
        body=f"{typed}\n\n{shipped.body}",
    )
    made = lay_out(compose(own, letter_facts(), CatalogueVoice(Language.FR)))
    assert "onclick" not in read(made.html).attributes
    assert "&lt;b onclick=x&gt;" in made.html


def test_thanks_name_the_payment_in_the_customers_language() -> None:
    key = (LetterTone.THANKS, Audience.REGULAR, Language.FR)
    paid = Credit(
        key="q",
        customer="k",
        number="",
        received_on=ON.replace(day=1),
        amount=Money(minor=123456, currency="EUR"),
    )
    text = mail(key, facts_for(key, payments=(paid,))).text
    assert "le 1er février 2026, votre règlement de 1\u202f234,56\u00a0€" in text


def test_the_table_is_aligned_on_its_amounts() -> None:
    key = (LetterTone.FRIENDLY, Audience.REGULAR, Language.EN)
    text = mail(key, facts_for(key, 5)).text
    table = text[text.index("Invoice ") : text.index("\n\nCould you")].splitlines()
    assert len(table) == 8
    assert len({len(row) for row in table}) == 1


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("problem", TemplateProblem)
def test_every_error_of_a_template_has_a_sentence(
    problem: TemplateProblem, language: Language
) -> None:
    error = TemplateError(part=Part.BODY, line=3, column=5, problem=problem, name="tabel")
    text = template_error(error, language)
    assert "3" in text
    assert "5" in text
    assert "{" not in text


def test_an_unknown_placeholder_is_told_with_what_was_meant() -> None:
    shipped = shipped_templates()[LetterTone.FRIENDLY, Audience.LATE, Language.FR]
    (error,) = check_template(
        Template(
            key="own",
            language=shipped.language,
            tone=shipped.tone,
            audience=shipped.audience,
            subject="[compagnie]",
            body=shipped.body,
        )
    )
    assert template_error(error, Language.EN) == (
        "subject, line 1, column 1: [compagnie] is not a placeholder: did you mean [company]?"
    )


def test_every_placeholder_is_explained_in_both_languages() -> None:
    for name, placeholder in PLACEHOLDERS.items():
        assert say(Language.EN, f"placeholder.{name}") == curly(placeholder.meaning)
        assert say(Language.FR, f"placeholder.{name}") != placeholder.meaning
