"""Addresses of this room, inside a company's desk."""

from django.urls import URLPattern, path

from amiable.web.experiments.views import (
    experiment,
    experiments,
    export_people,
    learn_one,
    new,
    people,
    stop_one,
)

urlpatterns: list[URLPattern] = [
    path("", experiments, name="experiments"),
    path("new/", new, name="experiment-new"),
    path("<int:pk>/", experiment, name="experiment"),
    path("<int:pk>/stop/", stop_one, name="experiment-stop"),
    path("<int:pk>/learn/", learn_one, name="experiment-learn"),
    path("<int:pk>/customers/", people, name="experiment-customers"),
    path("<int:pk>/customers.csv", export_people, name="experiment-export"),
]
