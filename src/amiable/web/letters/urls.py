"""Addresses of this room, inside a company's desk."""

from django.urls import path

from amiable.web.letters.views import frame, letter, letters, restore

_ONE = "<slug:tone>/<slug:audience>/<slug:language>/"

urlpatterns = [
    path("", letters, name="letters"),
    path("frame/", frame, name="letter-frame"),
    path(_ONE, letter, name="letter"),
    path(f"{_ONE}restore/<int:entry>/", restore, name="letter-restore"),
]
