"""Addresses outside a company's desk: invitations, first run, one's own account."""

from django.urls import path

from amiable.web.people import first_run, guest, me

urlpatterns = [
    path("start/", first_run.explained),
    path("start/<str:secret>/", first_run.you),
    path("start/<str:secret>/company/", first_run.company),
    path("invitation/<str:secret>/", guest.accept),
    path("companies/new/", me.new_company),
    path("accounts/me/", me.me),
    # What allauth has pages of its own for: here one page shows all of it.
    path("accounts/email/", me.to_me),
    path("accounts/confirm-email/", me.to_me),
    path("accounts/2fa/", me.to_me),
    path("accounts/2fa/webauthn/", me.to_me),
]
