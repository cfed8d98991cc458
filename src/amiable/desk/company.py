"""Companies: create one, ready to be used."""

import re
import unicodedata
from datetime import datetime

from django.db import transaction

from amiable.desk.policy import SHIPPED, publish_policy, shipped_policy
from amiable.engine import parties
from amiable.store import company as store
from amiable.store.models import Company


def company_key(name: str) -> str:
    """A short key from a name: "Atelier Fournil" gives atelier-fournil."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:60].strip("-") or "company"


def create_company(company: parties.Company, *, at: datetime) -> Company:
    """Create a company, or bring an existing one's identity up to date, with its policies.

    The shipped policies are published in it; ``standard`` is its default.
    """
    with transaction.atomic():
        row = store.save_company(company)
        if not row.policy:
            for name in SHIPPED:
                publish_policy(row, shipped_policy(name), at=at)
    return row
