"""Addresses of this room, inside a company's desk."""

from django.urls import path

from amiable.web.outbox import avoided, thanks, views

urlpatterns = [
    path("doubtful/", views.doubtful, name="doubtful"),
    path("doubtful/<int:message>/", views.settle, name="doubtful-settle"),
    path("thanks/", thanks.thanks, name="thanks"),
    path("thanks/decide/", thanks.decide, name="thanks-decide"),
    path("avoided/", avoided.not_sent, name="avoided"),
    path("today/stop/", views.stop, name="automatic-stop"),
]
