"""Schemathesis reads the OpenAPI document and asks whatever it allows: no 500, no surprise."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
import schemathesis
from django.core import signals
from django.core.handlers.wsgi import WSGIHandler
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from amiable.api.api import api
from amiable.desk.dispute import open_dispute
from amiable.desk.incoming import take_in
from amiable.desk.instalment import agree_plan
from amiable.desk.payment_claim import record_claim
from amiable.desk.promise import record_promise
from amiable.engine.instalment import Part
from amiable.store.models import (
    Company,
    Contact,
    Credit,
    Customer,
    ImportRun,
    Invoice,
)
from amiable.store.models.incoming import IncomingSource
from tests.desk.books import TODAY, at, eur
from tests.desk.experiment_books import started
from tests.desk.mails import NOW, mail
from tests.faces.api.conftest import Program

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EXAMPLES = int(os.environ.get("AMIABLE_SCHEMA_EXAMPLES", "12"))

schema = schemathesis.openapi.from_dict(api.get_openapi_schema())
schema.app = WSGIHandler()


turns = count()


@dataclass(frozen=True, slots=True)
class Asked:
    """A program that may do everything, and a row of every noun that can be named."""

    token: str
    known: dict[str, int]


@pytest.fixture
def steady() -> Iterator[None]:
    """A request made by the WSGI handler must not close the connection the test stands on."""
    ends = (signals.request_started, signals.request_finished)
    for end in ends:
        end.disconnect(close_old_connections)
    yield
    for end in ends:
        end.connect(close_old_connections)


@pytest.fixture
def asked(steady: None, program: Program, company: Company, debtor: Customer) -> Asked:
    """Where there is something of every noun."""
    promise = record_promise(company, debtor, made_on=TODAY, due_on=TODAY, amount=eur(100))
    owed = Invoice.objects.of(company.pk).get(number="F-A")
    dispute = open_dispute(company, debtor, owed, on=TODAY)
    claim = record_claim(company, debtor, said_on=TODAY, at=at(TODAY))
    part = Part(due_on=TODAY + timedelta(days=30), amount=eur(100))
    plan = agree_plan(company, debtor, on=TODAY, parts=[part], invoices=[owed.key])
    answer = take_in(company, mail("Nous paierons le 20 mars."), IncomingSource.MAILBOX, NOW)
    assert answer is not None
    known = {
        "customers": debtor.pk,
        "contacts": Contact.objects.of(company.pk).get(customer=debtor).pk,
        "invoices": owed.pk,
        "payments": Credit.objects.of(company.pk).filter(customer=debtor)[0].pk,
        "promises": promise.pk,
        "disputes": dispute.pk,
        "claims": claim.pk,
        "instalments": plan.pk,
        "conversations": answer.conversation_id,
        "incoming": answer.pk,
        "imports": ImportRun.objects.of(company.pk).get().pk,
        "experiments": started(company).pk,
    }
    return Asked(program.token, known)


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    derandomize=True,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
    database=None,
)
def test_no_request_ends_in_an_error_of_ours(case: Any, asked: Asked) -> None:
    """Two of three requests name a row that exists: a number drawn by chance finds nothing."""
    noun = case.path.removeprefix("/api/v1/").partition("/")[0]
    if case.path_parameters and noun in asked.known and next(turns) % 3:
        case.path_parameters = {"id": asked.known[noun]}
    headers = {"Authorization": f"Bearer {asked.token}", "Accept-Encoding": "identity"}
    response = case.call_and_validate(headers=headers, checks=CHECKS)
    assert response.status_code < 500
