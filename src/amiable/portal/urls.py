"""Addresses of the portal, under /p/: the link is in each of them."""

from django.urls import include, path

from amiable.portal import answers, plans, stop, views

_PAGES = [
    path("", views.account, name="portal"),
    path("statement.pdf", views.statement),
    path("invoices/<int:file>/", views.invoice),
    path("logo/", views.logo),
    path("me/", answers.me),
    path("answers/<int:pk>/", answers.answered),
    path("answers/<int:pk>/withdraw/", answers.withdrawn),
    path("plans/<int:plan>/", plans.plan),
    path("plans/<int:plan>/document.pdf", plans.document),
    *(path(f"{code}/", answers.answer, {"code": code}) for code in answers.ANSWERS),
]

urlpatterns = [
    path("confirm/<str:token>/", views.confirm),
    path("stop/<str:token>/", stop.stop),
    path("look/<str:token>/", include(_PAGES), {"look": True}),
    path("<str:token>/renew/", views.renewed),
    path("<str:token>/", include(_PAGES)),
]
