"""The walk: every address of the desk, as everybody, with everybody's rows.

A new page is walked without a word here, unless its address names something no example is known
of: then the first test fails and says where to add one.
"""

import pytest
from django.test import Client

from amiable.desk.access import POWERS, Power
from amiable.store.models import Customer, User
from amiable.store.models.membership import Role
from tests.faces.web.conftest import SignIn
from tests.faces.web.furniture import EXAMPLES, OF_A_CUSTOMER
from tests.faces.web.walking import (
    ALL,
    DERIVED,
    DESK,
    FILES,
    OF_ALL,
    OUTSIDE,
    PUBLIC,
    SAFE_ANSWERS,
    SIGNED,
    STRICTER,
    WITH_ROWS,
    WORDS,
    Rooms,
    ask,
    changed_tables,
    kept,
    told,
    unmade,
)


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
    open_ = [one.route for one in DESK if one.powers is None]
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
        may = one.open_to(role)
        for method in ("GET", "POST"):
            path = one.filled("fournil", [rooms.own])
            status = ask(client, method, path)
            refused = one.route in STRICTER and Power.ASSIGN not in POWERS[role]
            refused = refused or (one.route in OF_ALL and role is Role.OUTSIDE)
            expected = status < 500 and (status != 403 or refused if may else status == 403)
            if not expected:
                wrong.append((method, path, one.powers, status))
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
                fine = status in (404, 405) or not one.open_to(role)
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
    for one in WITH_ROWS:
        if not one.open_to(Role.OUTSIDE):
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
        if one.open_to(Role.OUTSIDE):
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
        noted |= DERIVED.get(one.route, set())
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


OWN_CHECK = ("p/look/<str:token>/", "p/stop/", "p/<str:token>/", "gateways/", "incoming/")
"""Whoever comes by no valid link, or unsigned, is refused before a form is looked at: tests of
their own post there with a valid one (tests/faces/portal, test_sms, test_post)."""


def test_a_form_without_its_token_is_refused(rooms: Rooms, people: dict[str, User]) -> None:
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(people["administrator"])
    wrong = []
    for one in ALL:
        path = one.filled("fournil", [rooms.own])
        if one.route == "health/" or one.route.startswith(OWN_CHECK):
            continue
        if (status := client.post(path).status_code) != 403:
            wrong.append((path, status))
    assert not wrong, told(wrong)
