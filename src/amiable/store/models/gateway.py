"""Gateway: a service that carries a company's messages of one channel."""

from django.db import models

from amiable.engine.parties import Channel
from amiable.store.models.columns import choice_column, one_of, text_column
from amiable.store.scope import CompanyRow


class Gateway(CompanyRow):
    """An SMS gateway, an e-mail provider or a postal service; ``kind`` is its adapter's name.

    ``settings`` holds what is no secret, ``sealed_secrets`` the rest, as sealed JSON. The address
    its delivery reports come to ends in ``report_key``. The last test: when, ``result`` (a short
    name of what happened) and the service's ``answer``.
    """

    channel = choice_column()
    kind = models.CharField(max_length=40)
    settings = models.JSONField(default=dict)
    sealed_secrets = models.TextField(blank=True, default="")
    report_key = models.CharField(max_length=64, unique=True)
    active = models.BooleanField(default=True)
    tested_at = models.DateTimeField(null=True)
    result = text_column(20)
    answer = text_column(1000)

    class Meta(CompanyRow.Meta):
        """One a company and channel."""

        constraints = [
            models.UniqueConstraint(fields=["company", "channel"], name="gateway_channel"),
            one_of("channel", Channel, "gateway"),
        ]
