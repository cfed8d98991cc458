"""Addresses of this room, inside a company's desk."""

from django.urls import path

from amiable.web.settings.domain import check, key
from amiable.web.settings.logo import logo, logo_forgotten, logo_image
from amiable.web.settings.mail import forget, mail, pace, test
from amiable.web.settings.mailbox import forget as forget_box
from amiable.web.settings.mailbox import mailbox, test_mailbox, web_key
from amiable.web.settings.portal import portal, portal_look
from amiable.web.settings.post import forget_post, post, test_post
from amiable.web.settings.provider import forget_provider, opens, provider
from amiable.web.settings.sms import forget_sms, sms, test_sms
from amiable.web.settings.views import data, hours, identity

urlpatterns = [
    path("", identity, name="settings"),
    path("mail/", mail, name="settings-mail"),
    path("mail/test/", test, name="settings-mail-test"),
    path("mail/pace/", pace, name="settings-mail-pace"),
    path("mail/forget/", forget, name="settings-mail-forget"),
    path("mail/check/", check, name="settings-mail-check"),
    path("mail/key/", key, name="settings-mail-key"),
    path("mail/provider/", provider, name="settings-provider"),
    path("mail/provider/opens/", opens, name="settings-provider-opens"),
    path("mail/provider/forget/", forget_provider, name="settings-provider-forget"),
    path("mailbox/", mailbox, name="settings-mailbox"),
    path("mailbox/test/", test_mailbox, name="settings-mailbox-test"),
    path("mailbox/forget/", forget_box, name="settings-mailbox-forget"),
    path("mailbox/address/", web_key, name="settings-mailbox-address"),
    path("sms/", sms, name="settings-sms"),
    path("sms/test/", test_sms, name="settings-sms-test"),
    path("sms/forget/", forget_sms, name="settings-sms-forget"),
    path("post/", post, name="settings-post"),
    path("post/test/", test_post, name="settings-post-test"),
    path("post/forget/", forget_post, name="settings-post-forget"),
    path("logo/", logo, name="settings-logo"),
    path("logo/image/", logo_image, name="settings-logo-image"),
    path("logo/forget/", logo_forgotten, name="settings-logo-forget"),
    path("portal/", portal, name="settings-portal"),
    path("portal/look/", portal_look, name="settings-portal-look"),
    path("hours/", hours, name="settings-hours"),
    path("data/", data, name="settings-data"),
]
