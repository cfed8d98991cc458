"""Scope: no row is read or written outside one company. A query without a company raises."""

from typing import Any, ClassVar, NoReturn, Self, TypeVar

from django.db import models

M = TypeVar("M", bound=models.Model)


class ScopeMissing(RuntimeError):
    """A table that belongs to companies was queried without naming one."""

    def __init__(self, model: str) -> None:
        super().__init__(f"{model}.objects needs a company: write {model}.objects.of(company)")


class CompanyScope(models.Manager[M]):
    """The default manager of every table that belongs to a company: only `of` opens it."""

    def get_queryset(self) -> NoReturn:
        """Refuse: whatever was asked, no company was named."""
        raise ScopeMissing(self.model.__name__)

    def of(self, company: int) -> models.QuerySet[M]:
        """The rows of one company, by its primary key."""
        return models.QuerySet(self.model, using=self._db).filter(company_id=company)


class CompanyRow(models.Model):
    """A row that belongs to one company."""

    company = models.ForeignKey(
        "store.Company", on_delete=models.CASCADE, related_name="+", db_index=False
    )

    objects: ClassVar[CompanyScope[Self]] = CompanyScope()
    everywhere: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        """Not a table of its own; Django itself (cascades, foreign keys) sees every row."""

        abstract = True
        base_manager_name = "everywhere"
