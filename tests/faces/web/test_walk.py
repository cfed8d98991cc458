"""The walk: every address of the desk, as everybody, with everybody's rows.

A new page is walked without a word here, unless its address names something no example is known
of: then the first test fails and says where to add one.
"""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from amiable.api.urls import api
from amiable.desk.access import POWERS, Actor, Power
from amiable.desk.token import Scope, create_token
from amiable.store.models import Company, Customer, User
from amiable.store.models.membership import Role
from tests.desk.books import company_with_debtors
from tests.faces.web.conftest import SignIn, add_member
from tests.faces.web.furniture import EXAMPLES, NOW, OF_A_CUSTOMER, Room

WORDS = {
    "company": "fournil",
    "kind": "csv",
    "secret": "wrong",
    "uidb36": "1",
    "key": "wrong",
    "page": "customers",
    "name": "customers",
    "tone": "friendly",
    "audience": "regular",
    "language": "fr",
}
"""Arguments that name no row."""

NOUNS = {
    "today": "customers",
    "assign": "customers",
    "customer": "customers",
    "invoice": "invoices",
    "credit": "credits",
    "contact": "contacts",
    "dispute": "disputes",
    "promise": "promises",
    "plan": "plans",
    "instalments": "plans",
    "hold": "holds",
    "note": "notes",
    "reply": "replies",
    "merge": "merges",
    "message": "messages",
    "file": "files",
    "other": "policies",
    "policy": "policies",
    "imports": "uploads",
    "upload": "uploads",
    "run": "runs",
    "token": "tokens",
    "webhook": "webhooks",
    "delivery": "deliveries",
    "letter": "letters",
    "view": "views",
    "match": "matches",
    "entry": "audit",
}
"""What an argument (or the word before an argument ``pk``) is about, where it is not the noun."""

PUBLIC = {
    "",
    "health/",
    "start/",
    "start/<str:secret>/",
    "start/<str:secret>/company/",
    "invitation/<str:secret>/",
}
"""What a stranger may see, besides signing in; the API asks for a token."""

PERSONAL = {"django_session", "store_savedview"}
"""Tables in which whoever may look keeps things of their own."""

DESK_BEGINS = "c/<slug:company>/"
ARGUMENT = re.compile(r"<(?:(\w+):)?(\w+)>")
SAFE_ANSWERS = {200, 302, 405}
FILES = {"csv", "xlsx", "pdf", "<str:kind>"}

STRICTER = {
    "c/<slug:company>/today/<int:pk>/hand/",
    "c/<slug:company>/customers/<int:pk>/collector/",
}
"""Who works a customer may see the form or not: whose customer it is, others say (ASSIGN)."""

OF_THE_MORNING = {"store_customer", "store_dayfigures", "store_planentry", "store_companyhabit"}
"""What the first look of a day derives, when nobody did the night's work."""

SIGNED = {"c/<slug:company>/letters/frame/"}
"""What to show is in the query, signed: nothing is there without it."""


@dataclass(frozen=True)
class Address:
    """A pattern with what its view demands; ``power`` None: not inside a company's desk."""

    route: str
    power: Power | None

    @property
    def arguments(self) -> list[tuple[str, str]]:
        """(name, noun) of what the route takes; the noun is empty for a word."""
        found = []
        for match in ARGUMENT.finditer(self.route):
            kind, name = match[1], match[2]
            before = self.route[: match.start()].rstrip("/").rpartition("/")[2]
            word = before if name in ("pk", "id") else name
            found.append((name, "" if kind in ("slug", "str", "path") else NOUNS.get(word, word)))
        return found

    @property
    def nouns(self) -> list[str]:
        return [noun for _, noun in self.arguments if noun]

    def filled(self, company: str, rooms: list[Room]) -> str:
        """The address with the rows of the rooms, one a noun (the last room for the rest)."""
        left = list(rooms)

        def value(match: re.Match[str]) -> str:
            name, noun = next(
                one for one in self.arguments if one[0] == match[2] and one not in done
            )
            done.append((name, noun))
            if name == "company":
                return company
            if not noun or not self.route.startswith(DESK_BEGINS):
                return WORDS.get(name, "999")
            room = left.pop(0) if len(left) > 1 else left[0]
            return str(room.key(noun))

        done: list[tuple[str, str]] = []
        return "/" + ARGUMENT.sub(value, self.route)


def told(wrong: list[Any]) -> str:
    """One a line, however many."""
    return "\n" + "\n".join(str(one) for one in wrong)


def addresses() -> list[Address]:
    """Every address there is, once."""
    found = list(dict.fromkeys(_under(get_resolver("amiable.site.urls"), "")))
    return [one for one in found if not one.route.startswith("api/")]


def _under(resolver: URLResolver, before: str) -> Iterator[Address]:
    for one in resolver.url_patterns:
        route = before + str(one.pattern).removeprefix("^").removesuffix("$")
        if isinstance(one, URLPattern):
            route = re.sub(r"\(\?P<(\w+)>[^)]*\)", r"<str:\1>", route)
            yield Address(route, getattr(one.callback, "power", None))
        else:
            yield from _under(one, route)


ALL = addresses()
DESK = [one for one in ALL if one.route.startswith(DESK_BEGINS)]
OUTSIDE = [one for one in ALL if one not in DESK]
WITH_ROWS = [one for one in DESK if one.nouns]


@pytest.fixture
def other(company: Company) -> Company:
    """A second company, with a debtor of its own."""
    return company_with_debtors(("X",), "autre")


@pytest.fixture
def stranger(other: Company) -> User:
    """The administrator of the second company."""
    return add_member(other, Role.ADMINISTRATOR)


@dataclass(frozen=True)
class Rooms:
    own: Room  # customer A: the outside collector's too
    hidden: Room  # customer B: of the same company, not the outside collector's
    foreign: Room  # of the other company


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


@contextmanager
def unmade() -> Iterator[None]:
    """Whatever is done inside has not been done afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def ask(client: Client, method: str, path: str, **body: Any) -> int:
    """The status of an answer; whatever it did is undone."""
    client.raise_request_exception = False
    with unmade():
        response = client.get(path) if method == "GET" else client.post(path, body)
        if response.streaming:
            list(response)  # type: ignore[call-overload]
        return int(response.status_code)


def kept(company: int | None = None) -> dict[str, str]:
    """A fingerprint of the rows of every table (those of one company, if given)."""
    found = {}
    for model in apps.get_models():
        of_companies = any(field.name == "company" for field in model._meta.fields)
        if company is not None and not of_companies:
            continue
        rows = model._base_manager.order_by("pk")
        rows = rows if company is None else rows.filter(company_id=company)
        held = repr(list(rows.values_list())).encode()
        found[model._meta.db_table] = hashlib.sha256(held).hexdigest()
    return found


def changed_tables(before: dict[str, str], after: dict[str, str]) -> set[str]:
    """Tables whose rows are not the same any more, those of personal things left aside."""
    return {name for name in after if after[name] != before[name]} - PERSONAL


def test_the_walk_knows_an_example_of_everything_an_address_names() -> None:
    missing = [
        f"{one.route}: tell tests/faces/web/furniture.py::EXAMPLES how to make one {noun!r}"
        f" (or test_walk.py::NOUNS what it is)"
        for one in ALL
        for noun in one.nouns
        if one in DESK and noun not in EXAMPLES
    ] + [
        f"{one.route}: tell test_walk.py::WORDS what <{name}> may be"
        for one in ALL
        for name, noun in one.arguments
        if not noun and name not in WORDS
    ]
    assert not missing, told(missing)


def test_every_page_of_the_desk_demands_a_power() -> None:
    open_ = [one.route for one in DESK if one.power is None]
    assert not open_, told(open_)


def test_a_stranger_is_asked_to_sign_in_everywhere(rooms: Rooms) -> None:
    wrong = []
    for one in DESK:
        for method in ("GET", "POST"):
            path = one.filled("fournil", [rooms.own])
            client = Client(raise_request_exception=False)
            response = client.get(path) if method == "GET" else client.post(path)
            if (
                response.status_code != 302
                or "/accounts/login/" not in response.headers["Location"]
            ):
                wrong.append((method, path, response.status_code))
    assert not wrong, told(wrong)


def test_outside_the_desk_a_stranger_sees_what_is_public_and_no_more(rooms: Rooms) -> None:
    wrong = []
    for one in OUTSIDE:
        path = one.filled("fournil", [rooms.own])
        for method in ("GET", "POST"):
            status = ask(Client(), method, path)
            allowed = {200, 302, 401, 404, 405, 422}
            is_open = one.route in PUBLIC or one.route.startswith("accounts/")
            if status >= 500 or (status not in allowed) or (status == 200 and not is_open):
                wrong.append((method, path, status))
    assert not wrong, told(wrong)


@pytest.mark.parametrize("role", list(Role))
def test_a_role_without_the_power_is_refused_and_nothing_breaks(
    rooms: Rooms, sign_in: SignIn, role: Role
) -> None:
    wrong = []
    client = sign_in(role.value)
    for one in DESK:
        may = one.power in POWERS[role]
        for method in ("GET", "POST"):
            path = one.filled("fournil", [rooms.own])
            status = ask(client, method, path)
            refused = one.route in STRICTER and Power.ASSIGN not in POWERS[role]
            expected = status < 500 and (status != 403 or refused if may else status == 403)
            if not expected:
                wrong.append((method, path, one.power, status))
    assert not wrong, told(wrong)


def test_the_administrator_finds_every_page_with_the_companys_own_rows(
    rooms: Rooms, desk: Client
) -> None:
    answers = [(ask(desk, "GET", one.filled("fournil", [rooms.own])), one.route) for one in DESK]
    wrong = [one for one in answers if one[0] not in SAFE_ANSWERS and one[1] not in SIGNED]
    assert not wrong, told(wrong)


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.COLLECTOR])
def test_another_companys_rows_do_not_exist(rooms: Rooms, sign_in: SignIn, role: Role) -> None:
    wrong = []
    client = sign_in(role.value)
    for one in WITH_ROWS:
        for at in range(len(one.nouns)):
            chosen = [
                rooms.foreign if at == place else rooms.own for place in range(len(one.nouns))
            ]
            path = one.filled("fournil", chosen)
            for method in ("GET", "POST"):
                status = ask(client, method, path, name="walk")
                fine = status in (404, 405) or one.power not in POWERS[role]
                if not fine:
                    wrong.append((method, path, one.route, status))
    assert not wrong, told(wrong)


def test_another_companys_desk_does_not_exist(rooms: Rooms, stranger: User, desk: Client) -> None:
    wrong = []
    abroad = Client()
    abroad.force_login(stranger)
    for one in DESK:
        for method in ("GET", "POST"):
            for client, company in ((abroad, "fournil"), (desk, "autre"), (desk, "nowhere")):
                status = ask(client, method, one.filled(company, [rooms.own]))
                if status != 404:
                    wrong.append((method, company, one.route, status))
    assert not wrong, told(wrong)


def test_an_outside_collector_finds_no_customer_of_others(rooms: Rooms, sign_in: SignIn) -> None:
    wrong = []
    client = sign_in("outside")
    mine = POWERS[Role.OUTSIDE]
    for one in WITH_ROWS:
        if one.power not in mine:
            continue
        for at, noun in enumerate(one.nouns):
            if noun not in OF_A_CUSTOMER:
                continue
            chosen = [rooms.hidden if at == place else rooms.own for place in range(len(one.nouns))]
            path = one.filled("fournil", chosen)
            for method in ("GET", "POST"):
                status = ask(client, method, path)
                if status not in (403, 404, 405):
                    wrong.append((method, path, one.route, status))
    assert not wrong, told(wrong)


def test_an_outside_collectors_pages_never_name_a_customer_of_others(
    rooms: Rooms, sign_in: SignIn
) -> None:
    named = []
    Customer.objects.of(rooms.own.company.pk).filter(key="B").update(name="Zzyzx Hidden")
    client = sign_in("outside")
    for one in DESK:
        if one.power in POWERS[Role.OUTSIDE]:
            response = client.get(one.filled("fournil", [rooms.own]))
            body = b"".join(response) if response.streaming else response.content  # type: ignore[call-overload]
            if b"Zzyzx" in body:
                named.append(one.route)
    assert not named, told(named)


def test_a_reader_changes_nothing(rooms: Rooms, sign_in: SignIn) -> None:
    client = sign_in("reader")
    client.raise_request_exception = False
    before, changed = kept(), []
    for one in DESK:
        client.post(one.filled("fournil", [rooms.own]))
        after = kept()
        if tables := changed_tables(before, after):
            changed.append((one.route, sorted(tables)))
        before = after
    assert not changed, told(changed)


def test_looking_changes_nothing(rooms: Rooms, desk: Client) -> None:
    """But for the log of who took which list away, and the figures kept of a day."""
    before, changed = kept(), []
    for one in DESK:
        response = desk.get(one.filled("fournil", [rooms.own]))
        if response.streaming:
            list(response)  # type: ignore[call-overload]
        after = kept()
        noted = {"store_auditentry"} if one.route.rpartition(".")[2] in FILES else set()
        noted |= OF_THE_MORNING if one.route == DESK_BEGINS else set()
        if tables := changed_tables(before, after) - noted:
            changed.append((one.route, sorted(tables)))
        before = after
    assert not changed, told(changed)


NAMES_OF_KEYS = (
    "pk", "pks", "id", "ids", "key", "customer", "customers", "chosen", "entries", "entry",
    "choose", "row", "rows", "invoice", "invoices", "user", "collector", "contact", "heir",
    "stand_in", "into", "kept", "gone",
)  # fmt: skip


def test_nothing_said_in_a_form_reaches_another_company(rooms: Rooms, desk: Client) -> None:
    """Every name a form might use for a row, filled with the other company's."""
    company = rooms.foreign.company.pk
    body = {name: str(rooms.foreign.key("customers")) for name in NAMES_OF_KEYS}
    body |= {"user": str(rooms.foreign.key("user")), "collector": str(rooms.foreign.key("user"))}
    body |= {"invoice": str(rooms.foreign.key("invoices")), "action": "approve", "all": "1"}
    before, changed = kept(company), []
    for one in DESK:
        desk.raise_request_exception = False
        with unmade():
            status = desk.post(one.filled("fournil", [rooms.own]), body).status_code
            if kept(company) != before or status >= 500:
                changed.append((one.route, status))
    assert not changed, told(changed)


def test_a_form_without_its_token_is_refused(rooms: Rooms, people: dict[str, User]) -> None:
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(people["administrator"])
    wrong = []
    for one in ALL:
        path = one.filled("fournil", [rooms.own])
        if one.route == "health/":
            continue
        if (status := client.post(path).status_code) != 403:
            wrong.append((path, status))
    assert not wrong, told(wrong)


# --- the API ----------------------------------------------------------------------------------


def operations() -> Iterator[tuple[str, str]]:
    """(method, path with ``{id}``) of everything the API offers."""
    for path, methods in api.get_openapi_schema()["paths"].items():
        for method in methods:
            yield method.upper(), path


def nouns_of(path: str) -> str:
    """What the ``{id}`` of a path is about."""
    word = path.partition("{id}")[0].rstrip("/").rpartition("/")[2]
    return {"payments": "credits", "reminders": "messages", "imports": "runs"}.get(word, word)


def call(token: str, method: str, path: str) -> int:
    header = {"HTTP_AUTHORIZATION": f"Bearer {token}"} if token else {}
    client = Client(raise_request_exception=False)
    with unmade():
        answer = client.generic(method, path, "{}", "application/json", **header)
        return int(answer.status_code)


@pytest.fixture
def foreign_token(other: Company, stranger: User) -> str:
    actor = Actor(company=other, role=Role.ADMINISTRATOR, user=stranger)
    return create_token(actor, name="walk", scopes=list(Scope), at=NOW)[1]


def test_a_token_opens_nothing_of_another_company(rooms: Rooms, foreign_token: str) -> None:
    """A row of ours is as good as none: refused as unknown, or for what the body lacks."""
    before, wrong = kept(rooms.own.company.pk), []
    for method, path in operations():
        filled = (
            path.replace("{id}", str(rooms.own.key(nouns_of(path)))) if "{id}" in path else path
        )
        status = call(foreign_token, method, filled)
        unknown = {404} if method == "GET" else {404, 422}
        if status >= 500 or ("{id}" in path and status not in unknown):
            wrong.append((method, filled, status))
    assert not wrong, told(wrong)
    assert kept(rooms.own.company.pk) == before


def test_without_a_token_the_api_tells_nothing(rooms: Rooms) -> None:
    wrong = [
        (method, path, status)
        for method, path in operations()
        if (status := call("", method, path.replace("{id}", "1"))) not in (401, 415)
    ]
    assert not wrong, told(wrong)


def test_being_signed_in_to_the_desk_opens_nothing_of_the_api(rooms: Rooms, desk: Client) -> None:
    wrong = [
        (path, status)
        for method, path in operations()
        if method == "GET" and (status := desk.get(path.replace("{id}", "1")).status_code) != 401
    ]
    assert not wrong, told(wrong)
