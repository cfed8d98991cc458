"""Access: what a request names must belong to the company it speaks for."""

from collections.abc import Collection

from amiable.store.customer import keys_of
from amiable.store.models import Company
from amiable.store.scope import CompanyRow


class OtherCompany(LookupError):
    """Something was named that this company does not have: for it, it does not exist."""

    def __init__(self, company: Company, what: str) -> None:
        super().__init__(f"company {company.key} has no such {what}")


def own(company: Company, *rows: CompanyRow) -> None:
    """Every row must be of this company. Raises OtherCompany."""
    for row in rows:
        if row.company_id != company.pk:
            raise OtherCompany(company, type(row).__name__.lower())


def own_customers(company: Company, customers: Collection[int]) -> None:
    """Every primary key must be of a customer of this company. Raises OtherCompany."""
    known = keys_of(company.pk, list(set(customers)))
    if not set(customers) <= set(known):
        raise OtherCompany(company, "customer")
