"""Addresses of this room, inside a company's desk."""

from django.urls import path

from amiable.web.imports import runs, views

urlpatterns = [
    path("", views.imports, name="imports"),
    path("<int:pk>/", views.upload, name="upload"),
    path("<int:pk>/progress/", views.progress, name="upload_progress"),
    path("<int:pk>/reading/", views.correct, name="upload_correct"),
    path("<int:pk>/bring/", views.bring, name="upload_bring"),
    path("<int:pk>/again/", views.again, name="upload_again"),
    path("<int:pk>/drop/", views.throw_away, name="upload_drop"),
    path("<int:pk>/refused.csv", views.refused, name="upload_refused"),
    path("runs/<int:pk>/", runs.run, name="import_run"),
    path("runs/<int:pk>/undo/", runs.undo, name="import_undo"),
]
