"""The shared inbox on the desk: seen, decided, answered, given to somebody; two people at once."""

import re
from typing import Any

import pytest
from django.test import Client

from amiable.desk.incoming import take_in
from amiable.store.models import (
    Company,
    Contact,
    Conversation,
    Customer,
    Incoming,
    IncomingFile,
    Mailbox,
    OutboxRow,
    Promise,
    User,
)
from amiable.store.models.incoming import IncomingSource
from tests.desk.books import entry_of
from tests.desk.mails import NOW, bounce, mail, sent
from tests.faces.web.conftest import SignIn

OURS = "<ours-1@fournil.test>"
DESK = "/c/fournil/"
FILES = (("devis & co.html", "text/html", b"<script>alert(1)</script>"),)


def taken(company: Company, text: str = "Nous paierons le 20 mars.", **more: Any) -> Incoming:
    row = take_in(company, mail(text, **more), IncomingSource.MAILBOX, NOW)
    assert row is not None
    return row


def unknown(company: Company) -> Incoming:
    return taken(company, sender="Zoé <zoe@nowhere.test>", message_id="<z@n.test>")


def place(row: Incoming, rest: str = "") -> str:
    return f"{DESK}inbox/{row.conversation_id}/{rest}"


def seen(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return response.content.decode()


def typed(client: Client, row: Incoming) -> dict[str, str]:
    """The answer's form as it opens, with something written."""
    page = seen(client, place(row, "answer/"))
    hidden = {
        name: found[1]
        for name in ("token", "seen")
        if (found := re.search(rf'name="{name}" value="([^"]*)"', page))
    }
    return {**hidden, "contact": "accountant@a.test", "subject": "Re: x", "text": "Merci."}


# --- the list ---------------------------------------------------------------------------------


def test_an_empty_inbox_says_where_a_mailbox_is_given(desk: Client, sign_in: SignIn) -> None:
    assert "/settings/mailbox/" in seen(desk, DESK + "inbox/")
    reader = seen(sign_in("reader"), DESK + "inbox/")
    assert "/settings/mailbox/" not in reader
    assert "Ask an administrator" in reader


def test_a_mailbox_without_mail_is_told_from_none(company: Company, desk: Client) -> None:
    Mailbox.objects.of(company.pk).create(company=company, host="mx.test", user="u")
    assert "No answer yet" in seen(desk, DESK + "inbox/")


def test_what_waits_is_listed_and_counted_in_the_navigation(company: Company, desk: Client) -> None:
    row = taken(company)
    unknown(company)
    page = seen(desk, DESK + "inbox/")
    assert "A SARL" in page
    assert "Unknown sender" in page
    assert "Promises to pay" in page
    assert re.search(r'href="/c/fournil/inbox/"[^>]*>.*?<span class="count">2</span>', page, re.S)
    desk.post(place(row, "state/"), {"state": "done"})
    assert "A SARL" not in re.sub(r"<form.*?</form>", "", seen(desk, DESK + "inbox/"), flags=re.S)
    assert "A SARL" in seen(desk, DESK + "inbox/?state=done")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("words=facture", True),
        ("words=a+sarl", True),
        ("words=accountant", True),
        ("words=zzz", False),
        ("assigned=nobody", True),
        ("assigned=me", False),
        ("state=theirs", False),
        ("state=all", True),
        ("customer=999999", False),
        ("state=nonsense", True),
    ],
)
def test_the_list_is_filtered(company: Company, desk: Client, query: str, found: bool) -> None:
    taken(company)
    page = seen(desk, f"{DESK}inbox/?{query}")
    assert ("data-row" in page) is found


def test_the_list_goes_on_by_the_page(company: Company, desk: Client) -> None:
    a = Customer.objects.of(company.pk).get(key="A")
    Conversation.objects.of(company.pk).bulk_create(
        Conversation(company=company, customer=a, subject=f"N{n:02}", opened_at=NOW, last_at=NOW)
        for n in range(40)
    )
    first = seen(desk, DESK + "inbox/")
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following is not None
    second = seen(desk, DESK + "inbox/" + following[1].replace("&amp;", "&"))
    numbers = [set(re.findall(r"data-open[^>]*>(N\d\d)<", page)) for page in (first, second)]
    assert (len(numbers[0]), len(numbers[1]), numbers[0] & numbers[1]) == (30, 10, set())


def test_the_list_costs_no_query_more_for_more_lines(
    company: Company, desk: Client, django_assert_max_num_queries: Any
) -> None:
    for n in range(12):
        taken(company, message_id=f"<q{n}@a.test>", subject=f"Sujet {n}")
    desk.get(DESK + "inbox/")
    with django_assert_max_num_queries(24):
        page = desk.get(DESK + "inbox/").content.decode()
    assert page.count("data-row") == 12


def test_the_list_is_taken_away_as_a_file(company: Company, desk: Client) -> None:
    taken(company)
    body = b"".join(desk.get(DESK + "inbox/export.csv")).decode("utf-8-sig")  # type: ignore[call-overload]
    assert "A SARL" in body
    assert "accountant@a.test" in body


# --- who sees what ----------------------------------------------------------------------------


def test_a_reader_sees_and_cannot_act(company: Company, sign_in: SignIn) -> None:
    row = taken(company)
    reader = sign_in("reader")
    page = seen(reader, place(row))
    assert "Nous paierons" in page
    assert "/confirm/" not in page
    assert "/answer/" not in page
    for rest in ("answer/", "read/", "state/", "assign/", f"incoming/{row.pk}/confirm/"):
        assert reader.post(place(row, rest)).status_code == 403


def test_an_outside_collector_finds_no_conversation_of_others(
    company: Company, sign_in: SignIn
) -> None:
    own, nobodys = taken(company), unknown(company)
    other = taken(company, sender="accountant@b.test", message_id="<b@b.test>", files=FILES)
    outside = sign_in("outside")
    page = seen(outside, DESK + "inbox/?state=all")
    assert place(own) in page
    assert place(other) not in page
    assert place(nobodys) not in page
    file = IncomingFile.objects.of(company.pk).get()
    for path in (place(other), place(nobodys), f"{DESK}inbox/files/{file.pk}/"):
        assert outside.get(path).status_code == 404


def test_a_file_is_saved_and_never_opened(company: Company, desk: Client) -> None:
    row = taken(company, files=FILES)
    assert "devis &amp; co.html" in seen(desk, place(row))
    file = IncomingFile.objects.of(company.pk).get()
    response = desk.get(f"{DESK}inbox/files/{file.pk}/")
    assert response.content == FILES[0][2]
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response.headers["Content-Security-Policy"]


def test_a_file_too_large_to_keep_is_named_and_not_offered(company: Company, desk: Client) -> None:
    row = taken(company, files=FILES)
    file = IncomingFile.objects.of(company.pk).get()
    IncomingFile.objects.of(company.pk).update(content=None, size=30_000_000)
    page = seen(desk, place(row))
    assert "30 MB" in page
    assert f"inbox/files/{file.pk}/" not in page
    assert desk.get(f"{DESK}inbox/files/{file.pk}/").status_code == 404


# --- suggestions ------------------------------------------------------------------------------


def test_one_click_confirms_with_what_was_read(company: Company, desk: Client) -> None:
    row = taken(company, "Nous paierons 500 € le 20 mars pour la facture F-A.")
    page = seen(desk, place(row))
    assert 'value="2026-03-20"' in page
    assert 'value="500.00"' in page
    body = {"code": "will_pay", "on": "2026-03-20", "amount": "500.00"}
    assert desk.post(place(row, f"incoming/{row.pk}/confirm/"), body).status_code == 302
    assert Promise.objects.of(company.pk).get().amount_minor == 50_000
    assert entry_of(company, "A").code == "promise.running"
    told = seen(desk, place(row))
    assert "The promise is kept" in told
    assert "Confirmed by administrator of fournil" in told


def test_a_promise_without_a_sum_is_prefilled_with_what_its_invoice_is_owed(
    company: Company, desk: Client
) -> None:
    row = taken(company, "Nous paierons la facture F-A le 20 mars.")
    assert 'value="1000.00"' in seen(desk, place(row))


def test_a_day_gone_by_is_refused_beside_its_field(company: Company, desk: Client) -> None:
    row = taken(company)
    body = {"code": "will_pay", "on": "2026-03-01", "amount": "beaucoup"}
    response = desk.post(place(row, f"incoming/{row.pk}/confirm/"), body)
    page = response.content.decode()
    assert response.status_code == 422
    assert "A promise looks ahead" in page
    assert 'value="beaucoup"' in page
    assert not Promise.objects.of(company.pk).exists()


def test_the_second_who_decides_is_told_who_was_first(company: Company, sign_in: SignIn) -> None:
    row = taken(company)
    path, body = place(row, f"incoming/{row.pk}/confirm/"), {"code": "will_pay", "on": "2026-03-20"}
    sign_in("manager").post(path, body)
    told = sign_in("collector").post(path, body, follow=True).content.decode()
    assert "manager of fournil decided this meanwhile" in told
    assert Promise.objects.of(company.pk).count() == 1


def test_a_decision_is_undone_the_same_day(company: Company, desk: Client) -> None:
    row = taken(company)
    desk.post(place(row, f"incoming/{row.pk}/dismiss/"), {"code": "will_pay"})
    told = desk.post(place(row, f"incoming/{row.pk}/undo/"), {"code": "will_pay"}, follow=True)
    assert "decide anew" in told.content.decode()
    assert Incoming.objects.of(company.pk).get().decided == {}


def test_asking_for_a_copy_leads_to_the_answer(company: Company, desk: Client) -> None:
    row = taken(company, "Pouvez-vous nous envoyer une copie de la facture F-A ?")
    path = place(row, f"incoming/{row.pk}/confirm/")
    done = desk.post(path, {"code": "asks_copy"})
    assert done.headers["Location"] == place(row, "answer/")
    assert "No PDF is known of: F-A" in seen(desk, place(row, "answer/"))


def test_a_suggestion_of_another_conversation_does_not_exist(
    company: Company, desk: Client
) -> None:
    row, other = taken(company), unknown(company)
    path = place(other, f"incoming/{row.pk}/confirm/")
    assert desk.post(path, {"code": "will_pay", "on": "2026-03-20"}).status_code == 404


# --- read, set aside, given -------------------------------------------------------------------


def test_the_plan_is_paused_until_somebody_reads_it(company: Company, desk: Client) -> None:
    row = taken(company)
    assert "Reminders wait until this answer is read" in seen(desk, place(row))
    desk.post(place(row, "read/"))
    assert entry_of(company, "A").kind == "remind"
    assert "Reminders wait until this answer is read" not in seen(desk, place(row))


def test_done_from_the_list_stays_in_the_list_and_is_undone(company: Company, desk: Client) -> None:
    row = taken(company)
    back = desk.post(place(row, "state/"), {"state": "done", "list": "?words=facture"})
    assert back.headers["Location"] == DESK + "inbox/?words=facture"
    assert "data-countdown" in seen(desk, DESK + "inbox/")
    desk.post(DESK + "inbox/undo/")
    assert Conversation.objects.of(company.pk).get().state == "ours"


def test_no_other_address_is_gone_back_to(company: Company, desk: Client) -> None:
    row = taken(company)
    back = desk.post(place(row, "state/"), {"state": "ours", "list": "//evil.example/"})
    assert back.headers["Location"] == place(row)


def test_it_is_given_to_a_colleague(
    company: Company, desk: Client, people: dict[str, User]
) -> None:
    row = taken(company)
    desk.post(place(row, "assign/"), {"user": str(people["collector"].pk)})
    assert "collector of fournil looks after it" in seen(desk, place(row))
    desk.post(place(row, "assign/"), {"user": str(people["reader"].pk)})
    assert Conversation.objects.of(company.pk).get().assigned_to == people["collector"]


# --- answered ---------------------------------------------------------------------------------


def test_an_answer_leaves_by_the_outbox_and_can_be_taken_back(
    company: Company, desk: Client
) -> None:
    row = taken(company)
    done = desk.post(place(row, "answer/"), typed(desk, row) | {"quote": "on"})
    made = OutboxRow.objects.of(company.pk).get()
    assert done.headers["Location"] == place(row, f"#ours-{made.pk}")
    assert (made.state, made.in_reply_to) == ("approved", "<answer-1@a.test>")
    page = seen(desk, place(row))
    assert "Merci." in page
    assert "Take it back" in page
    assert "What we quoted" in page
    back = desk.post(place(row, f"answers/{made.pk}/back/"))
    assert back.headers["Location"].endswith(f"?again={made.pk}")
    assert "Merci." in seen(desk, back.headers["Location"])
    assert OutboxRow.objects.of(company.pk).get().state == "cancelled"


def test_the_second_who_answers_is_shown_that_somebody_did_and_keeps_what_was_typed(
    company: Company, sign_in: SignIn
) -> None:
    row = taken(company)
    first, second = sign_in("manager"), sign_in("collector")
    late = typed(second, row) | {"text": "Ma réponse à moi."}
    first.post(place(row, "answer/"), typed(first, row))
    response = second.post(place(row, "answer/"), late)
    page = response.content.decode()
    assert response.status_code == 409
    assert "manager of fournil answered in this conversation meanwhile" in page
    assert "Ma réponse à moi." in page
    assert OutboxRow.objects.of(company.pk).count() == 1
    newer = re.search(r'name="seen" value="([^"]*)"', page)
    assert newer is not None
    assert second.post(place(row, "answer/"), late | {"seen": newer[1]}).status_code == 302


def test_an_answer_without_words_is_refused_with_what_was_typed(
    company: Company, desk: Client
) -> None:
    row = taken(company)
    response = desk.post(place(row, "answer/"), typed(desk, row) | {"text": ""})
    assert response.status_code == 422
    assert not OutboxRow.objects.of(company.pk).exists()


def test_who_must_not_be_contacted_is_not_answered(company: Company, desk: Client) -> None:
    row = taken(company)
    Customer.objects.of(company.pk).filter(key="A").update(do_not_contact=True)
    assert desk.get(place(row, "answer/")).status_code == 302
    assert place(row, "answer/") not in seen(desk, place(row))


# --- whose it is ------------------------------------------------------------------------------


def test_an_unknown_writer_is_given_to_a_customer_once_and_for_ever(
    company: Company, desk: Client
) -> None:
    row = unknown(company)
    assert desk.get(place(row, "answer/")).status_code == 302, "first whose it is"
    page = seen(desk, place(row, "?who=A+SARL"))
    a = Customer.objects.of(company.pk).get(key="A")
    assert f'name="customer" value="{a.pk}"' in page
    body = {"customer": str(a.pk), "always": "1", "role": "manager"}
    told = desk.post(place(row, "customer/"), body, follow=True).content.decode()
    assert "its sender is a contact now" in told
    assert Contact.objects.of(company.pk).get(email="zoe@nowhere.test").role == "manager"
    assert entry_of(company, "A").code == "reply.unread"
    desk.post(place(row, "customer/undo/"))
    assert Conversation.objects.of(company.pk).get().customer is None


# --- the customer's page ----------------------------------------------------------------------


def test_what_came_in_stands_once_in_the_customers_timeline(company: Company, desk: Client) -> None:
    reminder = sent(company, "A")
    row = taken(company, in_reply_to=OURS)
    assert take_in(company, bounce("accountant@a.test", original=OURS), IncomingSource.MAILBOX, NOW)
    page = seen(desk, f"{DESK}customers/{reminder.customer_id}/timeline/")
    assert page.count("Nous paierons le 20 mars.") == 1
    assert page.count("Could not be delivered") == 1
    assert place(row) in page
