"""Services: the e-mail providers one may choose, and what is particular about each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

MARK = "amiable"
"""The name under which our own mark of a message travels with it, and comes back with events."""
TIMEOUT = 30  # seconds for a whole exchange; a service queues a message, it does not deliver it


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderDoor:
    """How a service is reached: its ``settings`` and ``secrets`` by name.

    ``tracks_opens``: it is to say when a message is opened. ``base``: another address than the
    usual one; ``private``: it may be on plain http or at an address of the own network.
    """

    settings: Mapping[str, str]
    secrets: Mapping[str, str] = field(repr=False)
    tracks_opens: bool = False
    base: str = ""
    private: bool = False
    timeout: int = TIMEOUT


Regions = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A provider.

    ``secrets`` and ``settings`` are what its backend in Anymail is given, by Anymail's names;
    ``optional`` among them may be missing. ``regions``: the address of its interface in each.
    ``keeps_id``: the header fields with which it keeps our Message-ID; None: it writes its own.
    ``tells_opens``: whether it can be asked, message by message, to tell of openings or not to.
    ``reports``: the name of Anymail's class that reads its events; empty: it sends none.
    ``signed_with``: the secret or setting its events are signed with; empty: they are not signed,
    and the address they come to is what proves them.
    """

    name: str
    secrets: tuple[str, ...]
    settings: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    regions: Regions = field(default_factory=dict)
    keeps_id: Mapping[str, str] | None = None
    tells_opens: bool = False
    reports: str = ""
    signed_with: str = ""

    @property
    def backend(self) -> Callable[..., Any]:
        """Anymail's class that hands messages over."""
        made: Callable[..., Any] = import_module(f"anymail.backends.{self.name}").EmailBackend
        return made

    @property
    def reader(self) -> Callable[..., Any]:
        """Anymail's class that reads events."""
        module = import_module(f"anymail.webhooks.{self.name}")
        made: Callable[..., Any] = getattr(module, self.reports)
        return made


_ALL = (
    Service(
        name="brevo",
        secrets=("api_key",),
        reports="BrevoTrackingWebhookView",
    ),
    Service(
        name="mailjet",
        secrets=("api_key", "secret_key"),
        tells_opens=True,
        reports="MailjetTrackingWebhookView",
    ),
    Service(
        name="scaleway",
        secrets=("secret_key",),
        settings=("project_id",),
    ),
    Service(
        name="mailgun",
        secrets=("api_key", "webhook_signing_key"),
        settings=("sender_domain",),
        optional=("webhook_signing_key",),
        regions={"eu": "https://api.eu.mailgun.net/v3", "us": "https://api.mailgun.net/v3"},
        keeps_id={},
        tells_opens=True,
        reports="MailgunTrackingWebhookView",
        signed_with="webhook_signing_key",
    ),
    Service(
        name="postmark",
        secrets=("server_token",),
        settings=("message_stream",),
        optional=("message_stream",),
        keeps_id={"X-PM-KeepID": "true"},
        tells_opens=True,
        reports="PostmarkTrackingWebhookView",
    ),
    Service(
        name="resend",
        secrets=("api_key", "signing_secret"),
        optional=("signing_secret",),
        reports="ResendTrackingWebhookView",
        signed_with="signing_secret",
    ),
    Service(
        name="sendgrid",
        secrets=("api_key",),
        settings=("tracking_webhook_verification_key",),
        optional=("tracking_webhook_verification_key",),
        tells_opens=True,
        reports="SendGridTrackingWebhookView",
        signed_with="tracking_webhook_verification_key",
    ),
    Service(
        name="sparkpost",
        secrets=("api_key",),
        regions={
            "eu": "https://api.eu.sparkpost.com/api/v1",
            "us": "https://api.sparkpost.com/api/v1",
        },
        tells_opens=True,
        reports="SparkPostTrackingWebhookView",
    ),
)
SERVICES: Mapping[str, Service] = {one.name: one for one in _ALL}
"""By name, those of Europe first. Amazon SES would need a library of its own (boto3)."""
