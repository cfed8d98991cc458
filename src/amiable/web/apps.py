"""The Django application of the desk: templates and assets, no tables."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Pages for people."""

    name = "amiable.web"
    label = "web"
