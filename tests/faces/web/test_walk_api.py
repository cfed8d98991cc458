"""The walk through the API: with no token, and with a token of another company."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from amiable.api.urls import api
from amiable.desk.access import Actor
from amiable.desk.token import Scope, create_token
from amiable.store.models import Company, User
from amiable.store.models.membership import Role
from tests.faces.web.furniture import NOW
from tests.faces.web.walking import Rooms, kept, told, unmade


def operations() -> Iterator[tuple[str, str]]:
    """(method, path with ``{id}``) of everything the API offers."""
    for path, methods in api.get_openapi_schema()["paths"].items():
        for method in methods:
            yield method.upper(), path


def nouns_of(path: str) -> str:
    """What the ``{id}`` of a path is about."""
    word = path.partition("{id}")[0].rstrip("/").rpartition("/")[2]
    rooms = {"payments": "credits", "reminders": "messages", "imports": "runs", "claims": "claim",
             "instalments": "plans"}  # fmt: skip
    return rooms.get(word, word)


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


@pytest.fixture(autouse=True)
def unhurried(settings: Any) -> None:
    """A walk asks more at once than a stranger may."""
    settings.API_REFUSED_PER_MINUTE = settings.API_PER_MINUTE = 0


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
