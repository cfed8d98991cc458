"""Addresses of this room, inside a company's desk."""

from django.urls import path

from amiable.web.policies.assign import assign, assign_one
from amiable.web.policies.edit import edit, from_file, new
from amiable.web.policies.views import compare, export, policies, policy

urlpatterns = [
    path("", policies, name="policies"),
    path("new/", new, name="policy-new"),
    path("import/", from_file, name="policy-file"),
    path("assign/", assign, name="policy-assign"),
    path("assign/<int:pk>/", assign_one, name="policy-assign-one"),
    path("<int:pk>/", policy, name="policy"),
    path("<int:pk>/toml/", export, name="policy-toml"),
    path("<int:pk>/edit/", edit, name="policy-edit"),
    path("<int:pk>/compare/<int:other>/", compare, name="policy-compare"),
]
