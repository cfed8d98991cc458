"""Addresses of this room, inside a company's desk: /c/<company>/integrations/…"""

from django.urls import path

from amiable.web.integrations import overview, tokens, webhooks

urlpatterns = [
    path("", overview.overview),
    path("tokens/new/", tokens.new),
    path("tokens/<int:token>/revoke/", tokens.revoke),
    path("webhooks/new/", webhooks.new),
    path("webhooks/<int:webhook>/", webhooks.webhook),
    path("webhooks/<int:webhook>/test/", webhooks.test),
    path("webhooks/<int:webhook>/pause/", webhooks.pause),
    path("webhooks/<int:webhook>/resume/", webhooks.resume),
    path("webhooks/<int:webhook>/rotate/", webhooks.rotate),
    path("webhooks/<int:webhook>/end-old/", webhooks.end_old),
    path("webhooks/<int:webhook>/delete/", webhooks.delete),
    path("deliveries/<int:delivery>/again/", webhooks.again),
]
