"""API token: a program's key to one company, and the answers it must get again."""

from django.conf import settings
from django.db import models

from amiable.store.scope import CompanyRow


class ApiToken(CompanyRow):
    """Only the SHA-256 of the token is kept; ``prefix`` lets a person tell tokens apart."""

    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta(CompanyRow.Meta):
        """Listed by company."""

        indexes = [models.Index(fields=["company", "id"], name="api_token_company")]


class KeptAnswer(CompanyRow):
    """The answer to a write that named an idempotency key: the same key gets it again."""

    token = models.ForeignKey(ApiToken, models.CASCADE, related_name="answers")
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.TextField(blank=True, default="")
    at = models.DateTimeField()

    class Meta(CompanyRow.Meta):
        """A key serves once a token."""

        constraints = [models.UniqueConstraint(fields=["token", "key"], name="kept_answer_key")]
