"""Identity: what is known of a company."""

from amiable.engine.parties import Company
from amiable.store.company import CompanyUnknown, company_row, load_company


def known_identity(key: str) -> Company | None:
    """The company of a key, if it exists."""
    try:
        return load_company(company_row(key))
    except CompanyUnknown:
        return None
