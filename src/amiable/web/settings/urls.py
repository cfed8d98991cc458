"""Addresses of this room, inside a company's desk."""

from django.urls import path

from amiable.web.settings.mail import forget, mail, test
from amiable.web.settings.views import data, hours, identity

urlpatterns = [
    path("", identity, name="settings"),
    path("mail/", mail, name="settings-mail"),
    path("mail/test/", test, name="settings-mail-test"),
    path("mail/forget/", forget, name="settings-mail-forget"),
    path("hours/", hours, name="settings-hours"),
    path("data/", data, name="settings-data"),
]
