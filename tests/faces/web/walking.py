"""What the walks need: every address there is, how to fill it, what to compare afterwards."""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from amiable.desk.access import POWERS, Power
from amiable.store.models.membership import Role
from tests.faces.web.furniture import Room

WORDS = {
    "company": "fournil",
    "kind": "csv",
    "secret": "wrong",
    "token": "wrong",
    "uidb36": "1",
    "key": "wrong",
    "page": "customers",
    "name": "customers",
    "chart": "aged",
    "tone": "friendly",
    "audience": "regular",
    "language": "fr",
    "report_key": "wrong",
    "web_key": "wrong",
}
"""Arguments that name no row."""

WORD_KINDS = ("slug", "str", "path", "file_kind")

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
    "drafts": "customers",
    "letter": "letters",
    "view": "views",
    "match": "matches",
    "entry": "audit",
    "inbox": "conversations",
}
"""What an argument (or the word before an argument ``pk``) is about, where it is not the noun."""

PUBLIC = {
    "",
    "health/",
    "start/",
    "start/<str:secret>/",
    "start/<str:secret>/company/",
    "invitation/<str:secret>/",
    "p/<str:token>/renew/",
}
"""What a stranger may see, besides signing in; the API asks for a token."""

PERSONAL = {"django_session", "store_savedview"}
"""Tables in which whoever may look keeps things of their own."""

DESK_BEGINS = "c/<slug:company>/"
ARGUMENT = re.compile(r"<(?:(\w+):)?(\w+)>")
SAFE_ANSWERS = {200, 302, 405}
FILES = {"csv", "xlsx", "pdf", "<str:kind>", "<file_kind:kind>"}

STRICTER = {
    "c/<slug:company>/today/<int:pk>/hand/",
    "c/<slug:company>/customers/<int:pk>/collector/",
}
"""Who works a customer may see the form or not: whose customer it is, others say (ASSIGN)."""

OF_ALL = {"c/<slug:company>/today/stop/"}
"""Only who sees every customer stops what leaves by itself."""

DERIVED = {
    "c/<slug:company>/": {
        "store_customer", "store_dayfigures", "store_planentry", "store_companyhabit",
    },
    "c/<slug:company>/measures/": {"store_daymeasure", "store_measurecount"},
}  # fmt: skip
"""What the first look derives where nobody did the night's work: the plan of the day, and the
measures of all days."""

SIGNED = {"c/<slug:company>/letters/frame/"}
"""What to show is in the query, signed: nothing is there without it."""


@dataclass(frozen=True)
class Address:
    """A pattern with what its view demands; ``powers`` None: not inside a company's desk."""

    route: str
    powers: frozenset[Power] | None

    def open_to(self, role: Role) -> bool:
        """Whether a role has all the powers that are demanded."""
        return self.powers is not None and self.powers <= POWERS[role]

    @property
    def arguments(self) -> list[tuple[str, str]]:
        """(name, noun) of what the route takes; the noun is empty for a word."""
        found = []
        for match in ARGUMENT.finditer(self.route):
            kind, name = match[1], match[2]
            before = self.route[: match.start()].rstrip("/").rpartition("/")[2]
            word = before if name in ("pk", "id") else name
            word = "twins" if (before, name) == ("merge", "other") else word
            found.append(
                (
                    name,
                    "" if kind in ("slug", "str", "path", "file_kind") else NOUNS.get(word, word),
                )
            )
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
            yield Address(route, getattr(one.callback, "powers", None))
        else:
            yield from _under(one, route)


ALL = addresses()
DESK = [one for one in ALL if one.route.startswith(DESK_BEGINS)]
OUTSIDE = [one for one in ALL if one not in DESK]
WITH_ROWS = [one for one in DESK if one.nouns]


@dataclass(frozen=True)
class Rooms:
    own: Room  # customer A: the outside collector's too
    hidden: Room  # customer B: of the same company, not the outside collector's
    foreign: Room  # of the other company


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
