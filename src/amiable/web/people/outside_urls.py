"""Addresses outside a company's desk: sign in, invitations, first run, one's own account."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
