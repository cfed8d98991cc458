"""Addresses of this room, inside a company's desk."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
