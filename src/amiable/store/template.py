"""A company's own texts, and what they said before."""

from amiable.store.models import AuditEntry, LetterTemplate


def own_text(company: int, tone: str, audience: str, language: str) -> LetterTemplate | None:
    """The company's own text of a kind, if it has one."""
    rows = LetterTemplate.objects.of(company)
    return rows.filter(tone=tone, audience=audience, language=language).first()


def own_kinds(company: int) -> set[tuple[str, str, str]]:
    """(tone, audience, language) of every text of the company's own."""
    rows = LetterTemplate.objects.of(company)
    return set(rows.values_list("tone", "audience", "language"))


def deeds_about(company: int, subject: str, size: int) -> list[AuditEntry]:
    """The newest entries of the audit log about one thing."""
    rows = AuditEntry.objects.of(company).filter(code__startswith="text_", subject=subject)
    return list(rows.order_by("-pk")[:size])
