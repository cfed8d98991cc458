"""The people of a company as the team's page shows them."""

from dataclasses import dataclass
from datetime import date

from amiable.store.assignment import count_by_collector
from amiable.store.membership import members
from amiable.store.models import Membership


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamRow:
    """A member with the number of customers they have, and whether they are away today."""

    member: Membership
    customers: int
    away: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """``unassigned``: customers that are nobody's."""

    rows: list[TeamRow]
    unassigned: int


def team_of(company: int, on: date, only: tuple[int, ...] | None = None) -> Team:
    """The members of a company, active ones first; some of them only, if given."""
    counts = count_by_collector(company)
    return Team(
        rows=[
            TeamRow(member=row, customers=counts.get(row.user_id, 0), away=is_away(row, on))
            for row in members(company)
            if only is None or row.user_id in only
        ],
        unassigned=counts.get(None, 0),
    )


def is_away(row: Membership, on: date) -> bool:
    """Whether a member is absent on a day."""
    if row.absent_from is None or row.absent_from > on:
        return False
    return row.absent_until is None or row.absent_until > on
