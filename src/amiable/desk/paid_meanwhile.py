"""Paid meanwhile: which messages were cancelled because the money came before they left."""

from collections.abc import Iterable, Mapping
from datetime import date

from amiable.store.credit import money_seen_since
from amiable.store.models import OutboxRow

PAID, PART_PAID = "paid", "part_paid"
"""How the detail of such a message begins; the day the money came follows."""
_ABOUT_MONEY = ("changed", "ledger.", "habit.", "amount.")
"""Codes of reasons behind which a part payment may stand."""


def paid_meanwhile(
    company: int, cancelled: Iterable[tuple[OutboxRow, str]], still_open: Mapping[int, set[str]]
) -> dict[int, str]:
    """By message: its detail, for those of the messages (with the reason found) that money
    stopped which was seen after the approval.

    ``still_open``: the keys of the open invoices, by customer.
    """
    asked = [(row, why) for row, why in cancelled if row.listed]
    if not asked:
        return {}
    since = min(row.approved_at for row, _ in asked)
    seen = money_seen_since(company, {row.customer_id for row, _ in asked}, since)
    told = {}
    for row, why in asked:
        came = [on for on, at in seen.get(row.customer_id, ()) if at > row.approved_at]
        code = _code(row, why, still_open.get(row.customer_id, set())) if came else ""
        if code:
            told[row.pk] = f"{code} {max(came).isoformat()}"
    return told


def _code(row: OutboxRow, why: str, still_open: set[str]) -> str:
    if why == "ledger.credits_cover" or not set(row.listed) & still_open:
        return PAID
    return PART_PAID if why.startswith(_ABOUT_MONEY) else ""


def paid_on(detail: str) -> tuple[str, date] | None:
    """(PAID or PART_PAID, the day) out of the detail of a message; None for any other."""
    code, _, day = detail.partition(" ")
    if code not in (PAID, PART_PAID):
        return None
    try:
        return code, date.fromisoformat(day)
    except ValueError:
        return None
