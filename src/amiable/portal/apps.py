"""The portal as an application of Django: its templates and assets are found by that."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Has no tables of its own."""

    name = "amiable.portal"
    label = "portal"
