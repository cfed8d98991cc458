"""All addresses: the desk, the API."""

from django.urls import include, path

from amiable.site.health import health

urlpatterns = [path("health/", health), path("", include("amiable.web.urls"))]
