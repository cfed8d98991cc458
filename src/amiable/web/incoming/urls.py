"""The address mails are handed in at: the key in it is each company's own secret."""

from django.urls import path

from amiable.web.incoming.views import hand_in

urlpatterns = [path("<str:web_key>/", hand_in, name="incoming")]
