"""Addresses that gateways call: the key in them is each gateway's own."""

from django.urls import path

from amiable.web.gateway.email import email
from amiable.web.gateway.letter import letter
from amiable.web.gateway.sms import sms

urlpatterns = [
    path("<str:report_key>/sms/", sms, name="gateway-sms"),
    path("<str:report_key>/letter/", letter, name="gateway-letter"),
    path("<str:report_key>/<slug:kind>/", email, name="gateway-email"),
]
