"""All addresses: the desk, the customers' portal, the API."""

from django.urls import include, path

from amiable.site.health import health

urlpatterns = [
    path("health/", health),
    path("p/", include("amiable.portal.urls")),
    path("api/v1/", include("amiable.api.urls")),
    path("", include("amiable.web.urls")),
]
