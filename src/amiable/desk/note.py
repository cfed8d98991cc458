"""Notes: what somebody wants remembered about a customer, on its timeline."""

from datetime import date, datetime
from uuid import uuid4

from amiable.desk.access import own
from amiable.store.models import Company, Customer, Note, User

LONGEST = 10_000


def write_note(
    company: Company, customer: Customer, *, text: str, on: date, at: datetime, by: User | None
) -> Note:
    """Keep a plain note. Raises ValueError for an empty or endless one, OtherCompany."""
    own(company, customer)
    text = text.strip()
    if not 0 < len(text) <= LONGEST:
        raise ValueError(f"a note has 1 to {LONGEST} characters")
    return Note.objects.of(company.pk).create(
        company_id=company.pk,
        customer=customer,
        key=f"note|{uuid4().hex}",
        written_on=on,
        written_at=at,
        by=by,
        text=text,
    )
