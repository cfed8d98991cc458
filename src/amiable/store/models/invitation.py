"""Invitation: somebody was asked by mail to join a company."""

from django.conf import settings
from django.db import models

from amiable.engine.parties import Language
from amiable.store.models.columns import choice_column, one_of, text_column
from amiable.store.models.membership import Role
from amiable.store.scope import CompanyRow


class Invitation(CompanyRow):
    """Only the SHA-256 of the link's secret is kept: ``digest``. It serves once, for a while."""

    email = models.EmailField(max_length=254)
    name = text_column(200)
    role = choice_column(Role.COLLECTOR)
    language = choice_column(Language.FR)
    digest = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta(CompanyRow.Meta):
        """Checked by the database."""

        constraints = [
            one_of("role", Role, "invitation"),
            one_of("language", Language, "invitation"),
        ]
        indexes = [models.Index(fields=["company", "id"], name="invitation_company")]
