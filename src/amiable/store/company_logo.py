"""The logo of a company in the database."""

from amiable.store.models import CompanyLogo


def logo_row(company: int) -> CompanyLogo | None:
    """The logo of a company, if it has one."""
    return CompanyLogo.objects.of(company).first()


def keep_logo(company: int, media_type: str, content: bytes) -> None:
    """Keep a logo instead of the one before."""
    CompanyLogo.objects.of(company).update_or_create(
        company_id=company, defaults={"media_type": media_type, "content": content}
    )


def drop_logo(company: int) -> bool:
    """Do without; whether there was one."""
    return bool(CompanyLogo.objects.of(company).delete()[0])
