"""Audit entry: who did what, when. Written with the deed, in its transaction; never changed."""

from enum import StrEnum

from django.conf import settings
from django.db import models

from amiable.store.models.columns import choice_column, one_of, text_column
from amiable.store.scope import CompanyRow


class Door(StrEnum):
    """By which face something was asked."""

    DESK = "desk"
    API = "api"
    CLI = "cli"
    WORKER = "worker"
    PORTAL = "portal"


class AuditEntry(CompanyRow):
    """``code`` names the deed (the text ``audit.<code>`` tells it), ``facts`` are its details.

    ``name`` is what the person was called then; ``subject`` the row it is about ("hold:12").
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
    )
    name = text_column(200)
    door = choice_column(Door.DESK)
    code = models.CharField(max_length=60)
    at = models.DateTimeField()
    customer = models.ForeignKey(
        "store.Customer", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    subject = text_column(60)
    facts = models.JSONField(default=dict)

    class Meta(CompanyRow.Meta):
        """Read newest first: of a company, of a customer, of a kind of deed, of a person, by a
        door; ``audit_at`` finds the entries of a period (`amiable.store.audit`)."""

        constraints = [one_of("door", Door, "audit_entry")]
        indexes = [
            models.Index(fields=["company", "id"], name="audit_company"),
            models.Index(fields=["customer", "company", "id"], name="audit_customer"),
            models.Index(fields=["company", "code", "id"], name="audit_code"),
            models.Index(fields=["user", "company", "id"], name="audit_user"),
            models.Index(fields=["company", "door", "id"], name="audit_door"),
            models.Index(fields=["company", "at", "id"], name="audit_at"),
        ]
