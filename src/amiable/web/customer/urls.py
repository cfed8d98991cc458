"""Addresses of this room, inside a company's desk."""

from django.urls import include, path

from amiable.web.customer import (
    claims,
    contacts,
    deeds,
    disputes,
    facts,
    merge,
    message,
    plans,
    portal,
    statement,
    text,
)
from amiable.web.customer import page as pages

_ONE = [
    path("", pages.customer_page, name="customer"),
    path("timeline/", pages.timeline_page, name="customer_timeline"),
    path("contacts/", pages.contacts_page, name="customer_contacts"),
    path("agreements/", pages.agreements_page, name="customer_agreements"),
    path("facts/", facts.facts_page, name="customer_facts"),
    path("facts/edit/", facts.facts_edit, name="customer_edit"),
    path("facts/give-back/", facts.facts_give_back, name="customer_give_back"),
    path("collector/", facts.collector_change, name="customer_collector"),
    path("promise/", deeds.promise, name="customer_promise"),
    path("promises/<int:promise>/cancel/", deeds.promise_cancel, name="promise_cancel"),
    path("plan/", plans.plan, name="customer_plan"),
    path("plans/<int:plan>/agreement.pdf", plans.plan_document, name="plan_document"),
    path("plans/<int:plan>/accept/", plans.plan_accept, name="plan_accept"),
    path("paid/", claims.claim, name="customer_claim"),
    path("claims/<int:claim>/close/", claims.claim_close, name="claim_close"),
    path("plans/<int:plan>/send/", plans.plan_send, name="plan_send"),
    path("plans/<int:plan>/cancel/", plans.plan_cancel, name="plan_cancel"),
    path("dispute/", disputes.dispute, name="customer_dispute"),
    path("disputes/<int:dispute>/close/", disputes.dispute_close, name="dispute_close"),
    path("hold/", deeds.suspend, name="customer_hold"),
    path("holds/<int:hold>/release/", deeds.hold_release, name="hold_release"),
    path("reply/", deeds.reply, name="customer_reply"),
    path("replies/read/", deeds.replies_read, name="replies_read"),
    path("note/", deeds.note, name="customer_note"),
    path("message/", message.message, name="customer_message"),
    path("message/preview/", message.message_preview, name="message_preview"),
    path("text/", text.text, name="customer_text"),
    path("messages/<int:message>/", message.message_page, name="message"),
    path("messages/<int:message>/letter/", message.message_letter, name="message_letter"),
    path("messages/<int:message>/undo/", message.message_undo, name="message_undo"),
    path("statement.pdf", statement.statement_pdf, name="statement_pdf"),
    path("statement.xlsx", statement.statement_xlsx, name="statement_xlsx"),
    path("contacts/add/", contacts.contact_add, name="contact_add"),
    path("contacts/<int:contact>/", contacts.contact_change, name="contact"),
    path("contacts/<int:contact>/remove/", contacts.contact_remove, name="contact_remove"),
    path("contacts/<int:contact>/removed/", contacts.contact_removed, name="contact_removed"),
    path("contacts/<int:contact>/restore/", contacts.contact_restore, name="contact_restore"),
    path("contacts/<int:contact>/post/", contacts.contact_post_reaches, name="contact_post"),
    path("contacts/<int:contact>/unbounce/", contacts.contact_unbounce, name="contact_unbounce"),
    path(
        "contacts/<int:contact>/number/", contacts.contact_number_works, name="contact_number_works"
    ),
    path("portal/", portal.portal, name="customer_portal"),
    path("portal/contacts/<int:contact>/link/", portal.portal_link, name="portal_link"),
    path("portal/contacts/<int:contact>/look/", portal.portal_look, name="portal_look"),
    path("portal/links/<int:portal_link>/revoke/", portal.portal_revoke, name="portal_revoke"),
    path("portal/files/add/", portal.invoice_file_add, name="invoice_file_add"),
    path("portal/files/<int:invoice_file>/remove/", portal.invoice_file_remove),
    path("merge/", merge.merge_choose, name="customer_merge"),
    path("merge/<int:other>/", merge.merge_confirm, name="merge_confirm"),
    path("merges/<int:merge>/undo/", merge.merge_undo, name="merge_undo"),
]

urlpatterns = [path("customers/<int:pk>/", include(_ONE))]
