"""Addresses of this room, inside a company's desk."""

from django.urls import path

from amiable.web.patterns.views import patterns

urlpatterns = [path("", patterns, name="patterns")]
