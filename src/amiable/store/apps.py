"""The Django application of the store."""

from django.apps import AppConfig


class StoreConfig(AppConfig):
    """Holds every table of amiable."""

    name = "amiable.store"
    label = "store"
    default_auto_field = "django.db.models.BigAutoField"
