"""Addresses of this room, inside a company's desk."""

from django.urls import include, path

from amiable.web.inbox import answer, deeds, files, link, listing, suggestions
from amiable.web.inbox import page as pages

_ONE = [
    path("", pages.conversation, name="conversation"),
    path("answer/", answer.answer, name="conversation_answer"),
    path("answers/<int:answer>/back/", answer.answer_back, name="answer_back"),
    path("read/", deeds.read, name="conversation_read"),
    path("state/", deeds.state, name="conversation_state"),
    path("assign/", deeds.assign_to, name="conversation_assign"),
    path("customer/", link.link_customer, name="conversation_link"),
    path("customer/undo/", link.unlink_customer, name="conversation_unlink"),
    path("incoming/<int:incoming>/confirm/", suggestions.confirm_it, name="answer_confirm"),
    path("incoming/<int:incoming>/dismiss/", suggestions.dismiss_it, name="answer_dismiss"),
    path("incoming/<int:incoming>/undo/", suggestions.undo_it, name="answer_undo"),
]

urlpatterns = [
    path("", listing.inbox, name="inbox"),
    path("export.<file_kind:kind>", listing.export_inbox, name="export-inbox"),
    path("undo/", deeds.undo, name="inbox_undo"),
    path("files/<int:attachment>/", files.attachment, name="attachment"),
    path("<int:pk>/", include(_ONE)),
]
