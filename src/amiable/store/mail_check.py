"""Mail checks: a company's row."""

from datetime import datetime
from typing import Any

from amiable.store.models import MailCheck


def mail_check_of(company: int) -> MailCheck | None:
    """What was found when the company's domain was last looked at."""
    return MailCheck.objects.of(company).first()


def keep_mail_check(
    company: int, *, domain: str, place: str, findings: list[dict[str, Any]], at: datetime
) -> MailCheck:
    """Keep what was found in place of what was found before."""
    row, _ = MailCheck.objects.of(company).update_or_create(
        company_id=company,
        defaults={"domain": domain, "place": place, "findings": findings, "checked_at": at},
    )
    return row
