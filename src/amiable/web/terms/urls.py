"""Addresses of this room, inside a company's desk."""

from django.urls import URLPattern, path

from amiable.web.terms.discount import discount
from amiable.web.terms.norms import norm_back, norm_change, norms_page
from amiable.web.terms.views import terms

urlpatterns: list[URLPattern] = [
    path("", terms, name="offer-terms"),
    path("discount/", discount, name="offer-discount"),
    path("norms/", norms_page, name="norms"),
    path("norms/change/", norm_change, name="norm-change"),
    path("norms/back/", norm_back, name="norm-back"),
]
