"""Addresses of this room, inside a company's desk."""

from django.urls import path

from amiable.web.outbox import views

urlpatterns = [
    path("doubtful/", views.doubtful, name="doubtful"),
    path("doubtful/<int:message>/", views.settle, name="doubtful-settle"),
    path("today/stop/", views.stop, name="automatic-stop"),
]
