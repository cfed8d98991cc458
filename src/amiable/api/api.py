"""The API as a whole: its operations, its document, its errors."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema

from amiable.api import (
    claims,
    contacts,
    conversations,
    customers,
    disputes,
    effects,
    experiments,
    forecast,
    habits,
    holds,
    imports,
    instalments,
    invoices,
    measures,
    notes,
    payments,
    plan,
    promises,
    reminders,
    timeline,
)
from amiable.api.problems import answer, problem_of

PREFIX = "/api/v1/"
DESCRIPTION = """\
Other programs see and do what people see and do at the desk.

* Authorization: `Authorization: Bearer <token>`. A token belongs to one company and has scopes;
  it is made at the desk under API and webhooks.
* Money is an object of whole minor units and a currency: `{"minor": 120000, "currency": "EUR"}` is
  1,200.00 EUR. Days are `YYYY-MM-DD`.
* Lists come by the page: `limit` up to 200, and `next` of a page is the `cursor` of the next.
* Every write takes an `Idempotency-Key`: repeated with the same body it is done once and answered
  alike, for 24 hours. A write that ends in an error left no trace.
* Errors are `application/problem+json` (RFC 9457).
* A token may make 600 requests a minute, unless the server is set otherwise. `RateLimit` of every
  answer tells how many are left (`r`) and in how many seconds the next minute begins (`t`); one too
  many is answered by 429 with `Retry-After`. So are more than 30 requests a minute from an address
  without a valid token.
* `Accept-Language: fr` or `en` chooses the language of sentences.
"""

_RETRY_AFTER = {
    "description": "Seconds until requests are taken again",
    "schema": {"type": "integer", "minimum": 1},
}


class Api(NinjaAPI):
    """Documents its errors as what they are: problems."""

    def get_openapi_schema(self, **_: Any) -> OpenAPISchema:
        """The OpenAPI document."""
        schema = super().get_openapi_schema(path_prefix=PREFIX)
        for operations in schema["paths"].values():
            for operation in operations.values():
                for status, told in operation["responses"].items():
                    content = told.get("content", {})
                    if int(status) >= 400 and "application/json" in content:
                        told["content"] = {"application/problem+json": content["application/json"]}
                    if int(status) == 429:
                        told["headers"] = {"Retry-After": _RETRY_AFTER}
        return schema


api = Api(
    title="amiable",
    version="1",
    description=DESCRIPTION,
    docs_url=None,
    urls_namespace="api",
)

for _room in (
    customers, contacts, invoices, payments, habits, forecast, plan, reminders, effects,
    experiments, timeline, promises, disputes, claims, instalments, conversations, holds,
    measures, notes, imports,
):  # fmt: skip
    api.add_router("", _room.router)


def told(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    """Every error as a problem."""
    assert isinstance(error, Exception)
    return answer(request, problem_of(error))


for _kind in (Exception, Http404, HttpError, ValidationError):
    api.add_exception_handler(_kind, told)
