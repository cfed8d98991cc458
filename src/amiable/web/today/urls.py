"""Addresses of this room, inside a company's desk."""

from django.urls import path

from amiable.web.today import act, line, views

urlpatterns = [
    path("", views.today, name="today"),
    path("peace/", views.peace, name="peace"),
    path("today/draw/", views.draw, name="today-draw"),
    path("today/approve/", views.approve, name="today-approve"),
    path("today/undo/", views.undo, name="today-undo"),
    path("today/list.csv", views.export, name="today-export"),
    path("today/<int:pk>/", line.line, name="today-line"),
    path("today/<int:pk>/message/", line.message, name="today-message"),
    path("today/<int:pk>/edit/", line.edit, name="today-edit"),
    path("today/<int:pk>/approve/", act.approve, name="today-approve-one"),
    path("today/<int:pk>/back/", act.back, name="today-back"),
    path("today/<int:pk>/skip/", act.skip, name="today-skip"),
    path("today/<int:pk>/postpone/", act.postpone, name="today-postpone"),
    path("today/<int:pk>/hand/", act.hand, name="today-hand"),
    path("today/<int:pk>/call/", line.call, name="today-call"),
    path("today/<int:pk>/posted/", act.posted, name="today-posted"),
]
