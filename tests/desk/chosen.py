"""Which policy a company has by default, chosen as its administrator does."""

from datetime import UTC, datetime

from amiable.desk.access import Actor
from amiable.desk.policy import assign_policies
from amiable.engine.parties import Segment
from amiable.store.models import Company
from amiable.store.models.membership import Role

_AT = datetime(2026, 1, 5, 8, tzinfo=UTC)


def choose_policy(company: Company, name: str) -> None:
    """Make a published policy the default; the segments keep theirs. Raises PolicyUnknown."""
    by_segment = {Segment(key): kept for key, kept in company.policies_by_segment.items()}
    actor = Actor(company=company, role=Role.ADMINISTRATOR)
    assign_policies(actor, name, by_segment, at=_AT)
