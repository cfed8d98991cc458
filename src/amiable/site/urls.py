"""All addresses: the desk, the API."""

from django.urls import include, path

urlpatterns = [path("", include("amiable.web.urls"))]
