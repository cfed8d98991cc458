"""The requests and the Python of docs/howto/use-the-api.md work as they stand."""

import json
import shlex
import time
from typing import Any

import pytest
from django.test import Client

from amiable.channels.webhook import new_secret, sign
from amiable.desk.access import Actor
from amiable.desk.plan import draw_plan
from amiable.desk.token import Scope, create_token
from amiable.desk.webhook import GIVE_UPS, WAITS
from amiable.store.models import Customer
from amiable.store.models.membership import Role
from tests.desk.books import TODAY, at, company_with_debtors
from tests.docs.documents import DOCS, blocks, read

PAGE = read(DOCS / "howto" / "use-the-api.md")


def requests() -> list[list[str]]:
    """Every curl of the page, as its words."""
    text = "".join(blocks(PAGE, "sh")).replace("\\\n", " ")
    return [shlex.split(line)[1:] for line in text.splitlines() if line.startswith("curl ")]


def ask(words: list[str], token: str, first: int) -> Any:
    method, headers, body, url = "GET", {}, "", ""
    while words:
        word = words.pop(0)
        match word:
            case "-X":
                method = words.pop(0)
            case "-H":
                name, _, value = words.pop(0).partition(": ")
                headers[name] = value.replace("$TOKEN", token)
            case "-d":
                body = words.pop(0)
            case _:
                url = word.replace("$DESK", "").replace("customers/1/", f"customers/{first}/")
    kind = headers.pop("Content-Type", "")
    return Client().generic(method, url, body, content_type=kind, headers=headers)


@pytest.mark.django_db
def test_every_request_of_the_page_works(settings: Any) -> None:
    settings.PLAYED_DAY, settings.ALLOWED_HOSTS = TODAY, ["*"]
    company = company_with_debtors(("A", "B"))
    draw_plan(company, TODAY)
    boss = Actor(company=company, role=Role.ADMINISTRATOR, name="Léa")
    _, token = create_token(boss, name="ERP", scopes=list(Scope), at=at(TODAY))
    first = Customer.objects.of(company.pk).order_by("pk")[0].pk
    asked = requests()
    assert len(asked) >= 8
    for words in asked:
        response = ask(list(words), token, first)
        assert response.status_code in (200, 201), (words, response.content)
        assert json.loads(response.content).get("refused", []) == []


def test_the_check_of_the_page_believes_us_and_nobody_else() -> None:
    (code,) = blocks(PAGE, "python")
    room: dict[str, Any] = {}
    exec(code, room)
    secret, body, now = new_secret(), b'{"type":"x"}', int(time.time())
    headers = {
        "Webhook-Id": "msg_1",
        "Webhook-Timestamp": str(now),
        "Webhook-Signature": sign(secret, "msg_1", now, body),
    }
    believed = room["is_from_amiable"]
    assert believed(secret, headers, body)
    assert not believed(secret, headers, body + b" ")
    assert not believed(new_secret(), headers, body)
    assert not believed(secret, headers | {"Webhook-Timestamp": str(now - 400)}, body)


def test_the_waits_of_the_page_are_those_of_the_code() -> None:
    assert "1 minute, 5 minutes, half an hour, 2 hours and 12 hours" in " ".join(PAGE.split())
    assert [wait.total_seconds() / 60 for wait in WAITS] == [1, 5, 30, 120, 720]
    assert "five given up in a row" in PAGE
    assert GIVE_UPS == 5
