"""A company with debtors, and a customer's browser that comes by a link."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from amiable.desk.plan import draw_plan
from amiable.desk.portal_link import link_for
from amiable.store.models import Company, Contact, PlanEntry
from tests.desk.books import TODAY, company_with_debtors, entry_of


@dataclass(frozen=True)
class Reader:
    """Whoever reads by a link: ``reader.get("paid/")``."""

    company: Company
    contact: Contact
    path: str
    client: Client

    def get(self, page: str = "") -> Any:
        return self.client.get(self.path + page)

    def text(self, page: str = "") -> str:
        return str(self.get(page).content.decode())

    def post(self, page: str, **said: Any) -> Any:
        """Fill in a form as a browser does: with what stands hidden in it."""
        shown = self.text(page)
        hidden = re.search(r'name="once" value="(\w+)"', shown)
        once = {"once": hidden[1]} if hidden else {}
        return self.client.post(self.path + page, once | said)

    @property
    def plan(self) -> PlanEntry:
        return entry_of(self.company, self.contact.customer.key)


@pytest.fixture
def company(db: None, settings: Any, tmp_path: Path) -> Company:
    """Fournil: customers A and B are 25 days late with one invoice of 1 000 euros."""
    settings.PLAYED_DAY = TODAY
    settings.URL = "http://testserver"
    settings.VAR = tmp_path / "var"
    in_memory = "django.core.cache.backends.locmem.LocMemCache"
    settings.CACHES = {
        alias: {"BACKEND": in_memory, "LOCATION": f"{alias} of {tmp_path}"}
        for alias in settings.CACHES
    }
    made = company_with_debtors(("A", "B"))
    draw_plan(made, TODAY)
    return made


def contact_of(company: Company, customer: str) -> Contact:
    return Contact.objects.of(company.pk).select_related("customer").get(customer__key=customer)


@pytest.fixture
def reading(company: Company) -> Callable[[str], Reader]:
    """``reading("A")``: the browser of customer A's accountant."""

    def by_link(customer: str, of: Company = company) -> Reader:
        contact = contact_of(of, customer)
        address = link_for(of, contact, datetime.now(UTC))
        path = address.removeprefix("http://testserver")
        return Reader(company=of, contact=contact, path=path, client=Client())

    return by_link


@pytest.fixture
def reader(reading: Callable[[str], Reader]) -> Reader:
    """Customer A's accountant."""
    return reading("A")


def heading(response: HttpResponse) -> str:
    found = re.search(r"<h1>([^<]*)</h1>", response.content.decode())
    return found[1] if found else ""
