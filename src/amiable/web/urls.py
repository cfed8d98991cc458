"""Addresses of the desk. Everything of a company stands under /c/<company>/."""

from django.urls import include, path

from amiable.web.home import home

urlpatterns = [
    path("", home, name="home"),
    path("", include("amiable.web.people.outside_urls")),
    path("accounts/", include("allauth.urls")),
    path("incoming/", include("amiable.web.incoming.urls")),
    path("gateways/", include("amiable.web.gateway.urls")),
    path(
        "c/<slug:company>/",
        include(
            [
                path("", include("amiable.web.today.urls")),
                path("", include("amiable.web.outbox.urls")),
                path("", include("amiable.web.customer.urls")),
                path("", include("amiable.web.lists.urls")),
                path("disputes/", include("amiable.web.disputes.urls")),
                path("forecast/", include("amiable.web.forecast.urls")),
                path("measures/", include("amiable.web.measures.urls")),
                path("", include("amiable.web.effects.urls")),
                path("dashboard/", include("amiable.web.dashboard.urls")),
                path("terms/", include("amiable.web.terms.urls")),
                path("risks/", include("amiable.web.risks.urls")),
                path("backtest/", include("amiable.web.backtest.urls")),
                path("policies/", include("amiable.web.policies.urls")),
                path("experiments/", include("amiable.web.experiments.urls")),
                path("letters/", include("amiable.web.letters.urls")),
                path("inbox/", include("amiable.web.inbox.urls")),
                path("post/", include("amiable.web.post.urls")),
                path("imports/", include("amiable.web.imports.urls")),
                path("people/", include("amiable.web.people.urls")),
                path("settings/", include("amiable.web.settings.urls")),
                path("integrations/", include("amiable.web.integrations.urls")),
                path("patterns/", include("amiable.web.patterns.urls")),
            ]
        ),
    ),
]
