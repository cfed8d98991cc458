"""A company's own texts: changed by people, each earlier wording kept and one click away."""

from dataclasses import replace

import pytest

from amiable.desk.access import Actor, OtherCompany
from amiable.desk.letter import load_templates
from amiable.desk.template import (
    TextMoved,
    all_texts,
    change_text,
    earlier_texts,
    restore_text,
    shipped_text_again,
)
from amiable.engine.parties import Language
from amiable.engine.template import Audience, LetterTone, TemplateRefused
from amiable.store.models.membership import Role
from amiable.words import shipped_templates
from tests.desk.books import TODAY, at, new_company

pytestmark = pytest.mark.django_db

KEY = (LetterTone.FRIENDLY, Audience.REGULAR, Language.EN)
SHIPPED = shipped_templates()[KEY]
ONE, TWO = replace(SHIPPED, subject="One"), replace(SHIPPED, subject="Two")
NOW = at(TODAY)


@pytest.fixture
def actor() -> Actor:
    return Actor(company=new_company(), role=Role.MANAGER, name="Anne")


def seen(actor: Actor) -> str:
    return all_texts(actor.company)[KEY].seen


def subject(actor: Actor) -> str:
    return load_templates(actor.company)[KEY].subject


def test_every_kind_of_text_has_a_state(actor: Actor) -> None:
    change_text(actor, ONE, seen=seen(actor), at=NOW)
    texts = all_texts(actor.company)
    assert len(texts) == (len(LetterTone) * len(Audience) - 1) * len(Language)
    assert (LetterTone.FORMAL, Audience.SMS, Language.FR) not in texts
    assert texts[KEY].state == "own"
    assert texts[LetterTone.FIRM, Audience.LATE, Language.FR].state == "shipped"
    assert texts[LetterTone.FORMAL, Audience.LATE, Language.FR].state == "shipped"


def test_the_wording_replaced_can_be_used_again(actor: Actor) -> None:
    change_text(actor, ONE, seen=seen(actor), at=NOW)
    change_text(actor, TWO, seen=seen(actor), at=NOW)
    (earlier,) = earlier_texts(actor.company, KEY)
    assert (earlier.subject, earlier.name) == ("One", "Anne")
    restore_text(actor, KEY, earlier.pk, at=NOW)
    assert subject(actor) == "One"
    assert [one.subject for one in earlier_texts(actor.company, KEY)] == ["Two", "One"]


def test_back_to_the_shipped_text_keeps_ones_own(actor: Actor) -> None:
    change_text(actor, ONE, seen=seen(actor), at=NOW)
    shipped_text_again(actor, KEY, at=NOW)
    assert subject(actor) == SHIPPED.subject
    (earlier,) = earlier_texts(actor.company, KEY)
    restore_text(actor, KEY, earlier.pk, at=NOW)
    assert subject(actor) == "One"


def test_an_equal_text_changes_nothing(actor: Actor) -> None:
    assert not change_text(actor, SHIPPED, seen=seen(actor), at=NOW)
    assert all_texts(actor.company)[KEY].state == "shipped"


def test_who_comes_second_is_told(actor: Actor) -> None:
    before = seen(actor)
    change_text(actor, ONE, seen=before, at=NOW)
    with pytest.raises(TextMoved):
        change_text(actor, TWO, seen=before, at=NOW)
    assert subject(actor) == "One"


def test_a_text_with_errors_leaves_nothing_behind(actor: Actor) -> None:
    with pytest.raises(TemplateRefused):
        change_text(actor, replace(ONE, body="[tabel]"), seen=seen(actor), at=NOW)
    assert all_texts(actor.company)[KEY].state == "shipped"
    assert earlier_texts(actor.company, KEY) == []


def test_a_wording_of_another_company_does_not_exist(actor: Actor) -> None:
    change_text(actor, ONE, seen=seen(actor), at=NOW)
    change_text(actor, TWO, seen=seen(actor), at=NOW)
    (earlier,) = earlier_texts(actor.company, KEY)
    other = Actor(company=new_company("minoterie"), role=Role.MANAGER)
    with pytest.raises(OtherCompany):
        restore_text(other, KEY, earlier.pk, at=NOW)
