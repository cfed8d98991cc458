"""Policies are published in versions and never edited; a wrong text is refused when saved."""

from dataclasses import replace

import pytest

from amiable.desk.letter import load_templates, save_template
from amiable.desk.plan import draw_plan
from amiable.desk.policy import PolicyUnknown, publish_policy, shipped_policy
from amiable.engine.parties import Language
from amiable.engine.policy import FixedCalendar, PolicyRefused
from amiable.engine.template import Audience, LetterTone, TemplateRefused
from amiable.store.company import load_policies
from amiable.store.models import Company, LetterTemplate, PolicyVersion
from amiable.words import shipped_templates
from tests.desk.books import TODAY, at, company_with_debtors, entry_of, new_company
from tests.desk.chosen import choose_policy

pytestmark = pytest.mark.django_db
KIND = (LetterTone.FRIENDLY, Audience.REGULAR, Language.FR)


@pytest.fixture
def company() -> Company:
    return new_company()


def versions(company: Company, name: str = "standard") -> list[tuple[int, str]]:
    rows = PolicyVersion.objects.of(company.pk).filter(name=name).order_by("version")
    return list(rows.values_list("version", "toml"))


def test_a_new_company_has_the_shipped_policies(company: Company) -> None:
    book = load_policies(company)
    assert sorted(book.policies) == ["prudent", "standard"]
    assert book.default == "standard"
    assert {policy.version for policy in book.policies.values()} == {1}


def test_an_equal_policy_is_not_published_twice(company: Company) -> None:
    before = versions(company)
    assert publish_policy(company, shipped_policy("standard"), at=at(TODAY)).version == 1
    assert versions(company) == before


def test_a_changed_policy_is_a_new_version_beside_the_old(company: Company) -> None:
    (first,) = versions(company)
    changed = replace(
        shipped_policy("standard"), spacing=9, steps=shipped_policy("standard").steps[:1]
    )
    published = publish_policy(company, changed, at=at(TODAY))
    assert published.version == 2
    assert versions(company)[0] == first
    assert load_policies(company).policies["standard"] == published
    again = publish_policy(company, shipped_policy("standard"), at=at(TODAY))
    assert again.version == 3


def test_a_policy_with_errors_is_refused(company: Company) -> None:
    before = versions(company)
    with pytest.raises(PolicyRefused):
        publish_policy(company, replace(shipped_policy("standard"), spacing=99), at=at(TODAY))
    assert versions(company) == before


def test_an_unknown_policy_cannot_be_chosen(company: Company) -> None:
    with pytest.raises(PolicyUnknown, match="lenient"):
        choose_policy(company, "lenient")
    assert Company.objects.get(pk=company.pk).policy == "standard"


def test_a_published_policy_is_in_force_in_the_next_plan() -> None:
    company = company_with_debtors(["A"])
    draw_plan(company, TODAY)
    assert entry_of(company, "A").kind == "remind"
    patient = replace(shipped_policy("standard"), trigger=FixedCalendar(days=60))
    publish_policy(company, patient, at=at(TODAY))
    draw_plan(company, TODAY)
    assert entry_of(company, "A").code == "calendar.not_reached"


def test_a_companys_own_text_replaces_the_shipped_one(company: Company) -> None:
    own = replace(shipped_templates()[KIND], subject="Notre compte [company]")
    save_template(company, own)
    save_template(company, replace(own, subject="Encore [company]"))
    assert load_templates(company)[KIND].subject == "Encore [company]"
    assert load_templates(new_company("other"))[KIND] == shipped_templates()[KIND]
    assert LetterTemplate.objects.of(company.pk).count() == 1


@pytest.mark.parametrize("body", ["Bonjour [nobody],\n\n[table]", "Bonjour,", "[table"])
def test_a_wrong_text_is_refused_when_saved(company: Company, body: str) -> None:
    with pytest.raises(TemplateRefused):
        save_template(company, replace(shipped_templates()[KIND], body=body))
    assert not LetterTemplate.objects.of(company.pk).exists()
