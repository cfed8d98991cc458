"""The Django application of the desk: templates and assets, no tables."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Pages for people."""

    name = "amiable.web"
    label = "web"

    def ready(self) -> None:
        """Write sign-ins into the audit log."""
        # Imported here: models are there only now.
        from amiable.web.people.signals import listen  # noqa: PLC0415

        listen()
