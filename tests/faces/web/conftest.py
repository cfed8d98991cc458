"""A company with debtors, a plan of the day, and one person of every role."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from amiable.desk.plan import draw_plan
from amiable.store.models import Company, Customer, Membership, User
from amiable.store.models.membership import Role
from tests.channels.local_dns import LocalDns, local_dns
from tests.desk.books import TODAY, company_with_debtors
from tests.faces.web.furniture import OF_A_CUSTOMER, Room
from tests.faces.web.walking import Rooms

SignIn = Callable[[str], Client]


@pytest.fixture(scope="session")
def empty_dns() -> Iterator[LocalDns]:
    """A DNS server that knows no name."""
    with local_dns() as running:
        yield running


@pytest.fixture
def today(settings: Any, tmp_path: Path, empty_dns: LocalDns) -> date:
    """The desk plays the day of the books."""
    settings.PLAYED_DAY = TODAY
    settings.VAR = tmp_path / "var"
    settings.ALLOWED_HOSTS = ["*"]
    settings.DNS_SERVERS = (empty_dns.server,)
    in_memory = "django.core.cache.backends.locmem.LocMemCache"
    settings.CACHES = {
        alias: {"BACKEND": in_memory, "LOCATION": f"{alias} of {tmp_path}"}
        for alias in settings.CACHES
    }
    # Signing in is not what these tests are about: a cheap hash will do.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return TODAY


@pytest.fixture
def company(db: None, today: date) -> Company:
    """Fournil: customers A and B usually pay 5 days late and are 25 days late with one invoice."""
    made = company_with_debtors(("A", "B"))
    draw_plan(made, today)
    return made


def add_member(company: Company, role: Role | str, language: str = "en") -> User:
    """A person of a role: ``collector@fournil.test``."""
    email = f"{Role(role).value}@{company.key}.test"
    user = User.objects.create_user(email, name=f"{role} of {company.key}", language=language)
    Membership.objects.of(company.pk).create(company=company, user=user, role=Role(role).value)
    return user


@pytest.fixture
def people(company: Company) -> dict[str, User]:
    """One person of every role, by the role's name; customer A is the outside collector's."""
    made = {role.value: add_member(company, role) for role in Role}
    Customer.objects.of(company.pk).filter(key="A").update(collector=made["outside"])
    return made


@pytest.fixture
def sign_in(people: dict[str, User]) -> SignIn:
    """``sign_in("collector")``: a browser in which that person is signed in."""

    def signed_in(role: str) -> Client:
        client = Client()
        client.force_login(people[role])
        return client

    return signed_in


@pytest.fixture
def desk(sign_in: SignIn) -> Client:
    """The administrator's browser."""
    return sign_in("administrator")


# --- two companies, one row of everything in each: for the walks --------------------------------


@pytest.fixture
def other(company: Company) -> Company:
    """A second company, with a debtor of its own."""
    return company_with_debtors(("X",), "autre")


@pytest.fixture
def stranger(other: Company) -> User:
    """The administrator of the second company."""
    return add_member(other, Role.ADMINISTRATOR)


@pytest.fixture
def rooms(company: Company, other: Company, people: dict[str, User], stranger: User) -> Rooms:
    mine = Customer.objects.of(company.pk)
    theirs = Customer.objects.of(other.pk)
    made = Rooms(
        own=Room(company, mine.get(key="A"), people["administrator"]),
        hidden=Room(company, mine.get(key="B"), people["administrator"]),
        foreign=Room(other, theirs.get(key="X"), stranger),
    )
    for room in (made.own, made.foreign):
        room.furnish()
    for noun in sorted(OF_A_CUSTOMER):
        made.hidden.key(noun)
    return made
