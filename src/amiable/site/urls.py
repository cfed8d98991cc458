"""All addresses: the desk, the API."""

from django.urls import include, path

from amiable.site.health import health

urlpatterns = [
    path("health/", health),
    path("api/v1/", include("amiable.api.urls")),
    path("", include("amiable.web.urls")),
]
