"""Members: roles, absences and departures never leave a company without somebody in charge."""

import pytest

from amiable.desk.access import Actor, OtherCompany, actor_for
from amiable.desk.assign import NotACollector, hand_over
from amiable.desk.member import (
    AbsenceRefused,
    LastAdministrator,
    admit,
    change_role,
    deactivate,
    end_absence,
    reactivate,
    set_absence,
)
from amiable.engine.parties import Language
from amiable.store.membership import member_of
from amiable.store.models import AuditEntry, Company, Membership, User
from amiable.store.models.membership import Role
from tests.desk.books import DAY, TODAY, at, company_with_debtors, customer, new_company

pytestmark = pytest.mark.django_db

NOW = at(TODAY)


@pytest.fixture
def company() -> Company:
    return company_with_debtors(["A", "B"])


@pytest.fixture
def chief(company: Company) -> Actor:
    """The only administrator."""
    founder = Actor(company=company, role=Role.ADMINISTRATOR)
    user = admit(
        founder, "chief@fournil.test", name="Chief", role=Role.ADMINISTRATOR,
        language=Language.FR, at=NOW,
    )  # fmt: skip
    return actor_for(user, company.key, TODAY)


def collector(chief: Actor, name: str) -> User:
    return admit(
        chief, f"{name}@fournil.test", name=name, role=Role.COLLECTOR, language=Language.EN, at=NOW
    )


def role_of(company: Company, user: User) -> tuple[str, bool]:
    row = member_of(company.pk, user.pk)
    assert row is not None
    return row.role, row.active


def test_the_last_administrator_neither_leaves_nor_becomes_less(
    company: Company, chief: Actor
) -> None:
    assert chief.user is not None
    with pytest.raises(LastAdministrator):
        change_role(chief, chief.user.pk, Role.MANAGER, NOW)
    with pytest.raises(LastAdministrator):
        deactivate(chief, chief.user.pk, NOW)
    assert role_of(company, chief.user) == ("administrator", True)


def test_with_a_second_administrator_the_first_may_go(company: Company, chief: Actor) -> None:
    assert chief.user is not None
    anne = collector(chief, "anne")
    change_role(chief, anne.pk, Role.ADMINISTRATOR, NOW)
    deactivate(chief, chief.user.pk, NOW)
    assert role_of(company, chief.user) == ("administrator", False)
    with pytest.raises(LastAdministrator):
        change_role(chief, anne.pk, Role.READER, NOW)


def test_the_same_role_once_more_is_no_deed(company: Company, chief: Actor) -> None:
    anne = collector(chief, "anne")
    change_role(chief, anne.pk, Role.COLLECTOR, NOW)
    assert not AuditEntry.objects.of(company.pk).filter(code="role_changed").exists()


def test_who_leaves_hands_the_customers_to_the_heir_and_finds_none_on_coming_back(
    company: Company, chief: Actor
) -> None:
    anne, bob = collector(chief, "anne"), collector(chief, "bob")
    hand_over(chief, customer(company, "A"), anne, NOW)
    deactivate(chief, anne.pk, NOW, heir=bob)
    assert customer(company, "A").collector == bob
    reactivate(chief, anne.pk, NOW)
    assert role_of(company, anne) == ("collector", True)
    assert customer(company, "A").collector == bob


def test_who_comes_back_gets_no_weekly_report_before_asking_anew(
    company: Company, chief: Actor
) -> None:
    anne = collector(chief, "anne")
    rows = Membership.objects.of(company.pk).filter(user=anne)
    rows.update(weekly_report_from=TODAY)
    deactivate(chief, anne.pk, NOW)
    assert rows.get().weekly_report_from is None
    rows.update(weekly_report_from=TODAY)  # as one that ended in an earlier release
    reactivate(chief, anne.pk, NOW)
    assert rows.get().weekly_report_from is None
    rows.update(weekly_report_from=TODAY, active=False)
    collector(chief, "anne")
    assert rows.get().weekly_report_from is None
    rows.update(weekly_report_from=TODAY)
    collector(chief, "anne")  # was there all the time
    assert rows.get().weekly_report_from == TODAY


def test_customers_are_not_left_to_somebody_who_only_reads(company: Company, chief: Actor) -> None:
    anne, bob = collector(chief, "anne"), collector(chief, "bob")
    change_role(chief, bob.pk, Role.READER, NOW)
    hand_over(chief, customer(company, "A"), anne, NOW)
    with pytest.raises(NotACollector):
        deactivate(chief, anne.pk, NOW, heir=bob)
    assert role_of(company, anne) == ("collector", True)
    assert customer(company, "A").collector == anne


def test_a_stand_in_has_the_customers_of_the_absent_meanwhile_and_only_meanwhile(
    company: Company, chief: Actor
) -> None:
    anne, bob = collector(chief, "anne"), collector(chief, "bob")
    set_absence(
        chief, anne.pk, absent_from=TODAY, absent_until=TODAY + 7 * DAY, stand_in=bob.pk, at=NOW
    )
    days = (TODAY - DAY, TODAY, TODAY + 6 * DAY, TODAY + 7 * DAY)
    stands = [actor_for(bob, company.key, day).stands_in for day in days]
    assert stands == [(), (anne.pk,), (anne.pk,), ()]
    end_absence(chief, anne.pk, NOW)
    assert actor_for(bob, company.key, TODAY).stands_in == ()


def test_an_absence_needs_another_active_member_and_an_end_after_its_beginning(
    company: Company, chief: Actor
) -> None:
    anne, gone = collector(chief, "anne"), collector(chief, "gone")
    deactivate(chief, gone.pk, NOW)
    stranger = User.objects.create_user("stranger@elsewhere.test", name="Stranger")
    for stand_in, days in ((anne.pk, 1), (gone.pk, 1), (stranger.pk, 1), (None, 0)):
        with pytest.raises(AbsenceRefused):
            set_absence(
                chief, anne.pk, absent_from=TODAY, absent_until=TODAY + days * DAY,
                stand_in=stand_in, at=NOW,
            )  # fmt: skip
    row = member_of(company.pk, anne.pk)
    assert row is not None
    assert row.absent_from is None


def test_another_companys_members_do_not_exist(chief: Actor) -> None:
    anne = collector(chief, "anne")
    stranger = Actor(company=new_company("elsewhere"), role=Role.ADMINISTRATOR)
    for deed in (
        lambda: change_role(stranger, anne.pk, Role.READER, NOW),
        lambda: deactivate(stranger, anne.pk, NOW),
        lambda: reactivate(stranger, anne.pk, NOW),
        lambda: end_absence(stranger, anne.pk, NOW),
    ):
        with pytest.raises(OtherCompany):
            deed()
