"""The Django application of the store."""

from django.apps import AppConfig

from amiable.store.among import register


class StoreConfig(AppConfig):
    """Holds every table of amiable."""

    name = "amiable.store"
    label = "store"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Add the store's own lookup."""
        register()
