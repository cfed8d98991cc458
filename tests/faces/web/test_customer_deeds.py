"""What a person does on a customer's page: done once, written down, shown at once; or refused."""

from datetime import date, timedelta

import pytest

from amiable.desk.history import history_of
from amiable.engine.parties import Language
from amiable.store.models import (
    AuditEntry,
    Company,
    Contact,
    Customer,
    Dispute,
    Hold,
    InstalmentPlan,
    Note,
    OutboxRow,
    Promise,
    Reply,
)
from amiable.words.changes import write_changes
from tests.desk.books import DAY, TODAY, customer, entry_of


@pytest.fixture
def page(company: Company):
    def address(key: str, rest: str = "") -> str:
        return f"/c/{company.key}/customers/{customer(company, key).pk}/{rest}"

    return address


def codes(company: Company) -> list[str]:
    return list(AuditEntry.objects.of(company.pk).order_by("pk").values_list("code", flat=True))


def one(model, company, **filters):
    return model.objects.of(company.pk).get(**filters)


def test_a_promise_is_of_what_is_due_and_pauses_the_plan_at_once(sign_in, company, page):
    collector = sign_in("collector")
    form = collector.get(page("A", "promise/")).content.decode()
    assert 'value="1000.00"' in form
    sent = collector.post(page("A", "promise/"), {"amount": "1 000,00", "due_on": "2026-03-20"})
    assert sent.status_code == 302
    row = one(Promise, company)
    assert (row.amount_minor, row.due_on, row.made_on) == (100_000, date(2026, 3, 20), TODAY)
    assert entry_of(company, "A").code == "promise.running"
    assert codes(company) == ["promise_made"]
    told = history_of(company, customer(company, "A"), TODAY, Language.EN)
    assert next(event.by for event in told if event.code == "promise") == "collector of fournil"


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"amount": "abc", "due_on": "2026-03-20"}, "amount", "is not an amount"),
        ({"amount": "0", "due_on": "2026-03-20"}, "amount", "above zero"),
        ({"amount": "10", "due_on": "2026-03-01"}, "due_on", "10 March 2026 or a later day"),
        ({"amount": "10", "due_on": "2099-03-01"}, "due_on", "more than ten years"),
        ({"amount": "10,005", "due_on": "2026-03-20"}, "amount", "is not an amount"),
    ],
)
def test_a_wrong_promise_is_shown_again_with_why(desk, company, page, values, field, words):
    answer = desk.post(page("A", "promise/"), values)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert words in html.partition(f'id="id_{field}_error"')[2].partition("</p>")[0]
    assert f'value="{values["amount"]}"' in html, "what was typed is still there"
    assert not Promise.objects.of(company.pk).exists()


def test_a_promise_is_cancelled_once(desk, company, page):
    desk.post(page("A", "promise/"), {"amount": "1000", "due_on": "2026-03-20"})
    cancel = page("A", f"promises/{one(Promise, company).pk}/cancel/")
    desk.post(cancel)
    assert one(Promise, company).cancelled_on == TODAY
    assert entry_of(company, "A").kind == "remind"
    again = desk.post(cancel, follow=True).content.decode()
    assert "done already" in again
    assert codes(company) == ["promise_made", "promise_cancelled"]
    assert desk.post(page("B", f"promises/{one(Promise, company).pk}/cancel/")).status_code == 404


def test_a_hold_has_a_reason_and_an_end_and_is_released(desk, company, page):
    answer = desk.post(page("A", "hold/"), {"until": "2026-03-24", "note": ""})
    assert answer.status_code == 422
    desk.post(page("A", "hold/"), {"until": "2026-03-24", "note": "Moving house"})
    row = one(Hold, company)
    assert (row.until_on, row.note, row.invoices) == (date(2026, 3, 24), "Moving house", [])
    assert entry_of(company, "A").kind == "hold"
    desk.post(page("A", f"holds/{row.pk}/release/"))
    assert entry_of(company, "A").kind == "remind"
    assert codes(company) == ["hold_set", "hold_released"]


def test_a_hold_may_be_of_some_invoices_only(desk, company, page):
    desk.post(page("A", "hold/"), {"note": "Copy asked", "invoices": ["F-A"]})
    row = one(Hold, company)
    assert (row.until_on, row.invoices) == (None, ["F-A"])
    assert entry_of(company, "A").code == "hold.invoice"


def test_a_part_is_contested_and_the_dispute_closed_with_its_outcome(desk, company, page):
    values = {"invoice": "F-A", "ground": "price", "reason": "10 € too much", "amount": "250"}
    assert desk.post(page("A", "dispute/"), values).status_code == 302
    row = one(Dispute, company)
    assert (row.ground, row.reason, row.amount_minor) == ("price", "10 € too much", 25_000)
    assert entry_of(company, "A").detail["amounts"] == [[75_000, "EUR"]]
    close = page("A", f"disputes/{row.pk}/close/")
    assert desk.post(close, {"note": "x"}).status_code == 422, "an outcome is asked for"
    desk.post(close, {"outcome": "unfounded", "note": "Price list sent"})
    row.refresh_from_db()
    assert (row.closed_on, row.outcome) == (TODAY, "unfounded")
    assert one(Note, company).text == "Price list sent"
    told = [e.text for e in history_of(company, customer(company, "A"), TODAY, Language.EN)]
    assert "Dispute about F-A closed: the invoice stands" in told
    assert "done already" in desk.get(close, follow=True).content.decode()


def test_the_whole_invoice_contested_stops_its_reminders_and_says_why(desk, company, page):
    desk.post(page("A", "dispute/"), {"invoice": "F-A", "ground": "not_received", "amount": ""})
    entry = entry_of(company, "A")
    assert (entry.kind, entry.code) == ("hold", "dispute.all")
    told = [e.text for e in history_of(company, customer(company, "A"), TODAY, Language.EN)]
    assert "Contests F-A: not received" in told
    assert not any("closed" in text for text in told), "it is open"
    assert "(not received)" in desk.get(page("A")).content.decode()


def test_no_more_is_contested_than_is_left(desk, company, page):
    values = {"invoice": "F-A", "ground": "price", "amount": "1000.01"}
    answer = desk.post(page("A", "dispute/"), values)
    assert answer.status_code == 422
    assert "Only €1,000.00" in answer.content.decode()
    assert not Dispute.objects.of(company.pk).exists()


def test_an_answer_keeps_silence_until_somebody_read_it(desk, company, page):
    desk.post(page("A", "reply/"), {"how": "mail", "text": "Paid yesterday"})
    assert entry_of(company, "A").code == "reply.unread"
    assert "has not been read" in desk.get(page("A")).content.decode()
    desk.post(page("A", "replies/read/"))
    assert one(Reply, company).read_on == TODAY
    assert entry_of(company, "A").kind == "remind"


def test_an_answer_read_by_whoever_writes_it_down_stops_nothing(desk, company, page):
    desk.post(page("A", "reply/"), {"how": "phone", "text": "Will look", "read": "on"})
    row = one(Reply, company)
    assert (row.text, row.read_on) == ("Telephone: Will look", TODAY)
    assert entry_of(company, "A").kind == "remind"


def test_an_instalment_plan_is_proposed_changed_and_agreed(desk, company, page):
    start = {"total": "1000", "count": "3", "first_on": "2026-03-21", "rhythm": "month"}
    shown = desk.post(page("A", "plan/"), start).content.decode()
    assert 'value="333.34"' in shown
    assert 'value="2026-03-23"' in shown, "a Saturday is moved to the Monday"
    assert not InstalmentPlan.objects.of(company.pk).exists(), "nothing is agreed yet"
    parts = {
        "part-0-due_on": "2026-03-23", "part-0-amount": "500",
        "part-1-due_on": "2026-04-21", "part-1-amount": "250",
        "part-2-due_on": "2026-05-21", "part-2-amount": "200",
    }  # fmt: skip
    wrong = desk.post(page("A", "plan/"), start | parts | {"step": "agree"})
    assert wrong.status_code == 422
    assert "€50.00 less than €1,000.00" in wrong.content.decode()
    right = parts | {"part-2-amount": "250"}
    assert desk.post(page("A", "plan/"), start | right | {"step": "agree"}).status_code == 302
    rows = Promise.objects.of(company.pk).order_by("due_on")
    assert [row.amount_minor for row in rows] == [50_000, 25_000, 25_000]
    assert {row.plan_id for row in rows} == {one(InstalmentPlan, company).pk}
    assert entry_of(company, "A").code == "promise.running"
    desk.post(page("A", f"plans/{one(InstalmentPlan, company).pk}/cancel/"))
    assert entry_of(company, "A").kind == "remind"
    assert codes(company) == ["plan_agreed", "plan_cancelled"]


def test_parts_out_of_order_are_refused_beside_the_part(desk, company, page):
    start = {"total": "1000", "count": "2", "first_on": "2026-03-23", "rhythm": "week"}
    parts = {
        "part-0-due_on": "2026-03-23", "part-0-amount": "500",
        "part-1-due_on": "2026-03-20", "part-1-amount": "500", "step": "agree",
    }  # fmt: skip
    answer = desk.post(page("A", "plan/"), start | parts)
    error = answer.content.decode().partition('id="id_part-1-due_on_error"')[2]
    assert "after the one before" in error.partition("</p>")[0]
    assert not InstalmentPlan.objects.of(company.pk).exists()


def test_details_decided_by_hand_survive_and_say_what_was_before(desk, company, page):
    row = customer(company, "A")
    values = {
        "name": "A & Fils", "kind": "business", "country": "FR", "language": "en",
        "siren": "552 100 554", "terms": "45 jours fin de mois", "segment": "at_risk",
    }  # fmt: skip
    assert desk.post(page("A", "facts/edit/"), values).status_code == 302
    row.refresh_from_db()
    assert (row.name, row.siren, row.terms) == ("A & Fils", "552100554", "45 jours fin de mois")
    assert set(row.by_hand.split()) == {"name", "language", "siren", "terms", "segment"}
    html = desk.get(page("A", "timeline/?kind=changes")).content.decode()
    assert "Payment terms: not given → 45 jours fin de mois" in html
    assert "Segment: not given → at risk" in html


def test_a_detail_decided_by_hand_goes_back_to_the_imports(desk, sign_in, company, page):
    values = {
        "name": "A & Fils", "kind": "business", "country": "FR", "language": "fr",
        "policy": "prudent",
    }  # fmt: skip
    desk.post(page("A", "facts/edit/"), values)
    shown = desk.get(page("A", "facts/")).content.decode()
    assert shown.count("Leave to the imports") == 1, "no import decides the policy"
    assert "<dd>France</dd>" in shown
    told = desk.post(page("A", "facts/give-back/"), {"field": "name"}, follow=True)
    assert "Name: the next import decides again." in told.content.decode()
    assert customer(company, "A").by_hand == "policy"
    desk.post(page("A", "facts/give-back/"), {"field": "name"})
    assert codes(company) == ["customer_changed", "customer_given_back"]
    log = desk.get(f"/c/{company.key}/people/audit/").content.decode()
    assert "Name of A &amp; Fils left to the imports again" in log
    assert desk.post(page("A", "facts/give-back/"), {"field": "policy"}).status_code == 404
    reader = sign_in("reader")
    assert reader.post(page("A", "facts/give-back/"), {"field": "name"}).status_code == 403
    assert "Leave to the imports" not in reader.get(page("A", "facts/")).content.decode()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("siren", "552100555", "no SIREN"),
        ("terms", "quand il veut", "cannot be read"),
        ("name", "", "required"),
        ("kind", "robot", "valid choice"),
    ],
)
def test_wrong_details_are_refused_beside_the_field(desk, company, page, field, value, words):
    values = {"name": "A", "kind": "business", "country": "FR", "language": "fr", field: value}
    answer = desk.post(page("A", "facts/edit/"), values)
    error = answer.content.decode().partition(f'id="id_{field}_error"')[2].partition("</p>")[0]
    assert answer.status_code == 422
    assert words in error
    assert customer(company, "A").name == "A SARL"


def test_a_contact_is_added_changed_removed_and_brought_back(desk, company, page):
    desk.post(
        page("A", "contacts/add/"),
        {"name": "Zoé", "role": "manager", "email": "ZOE@Exemple.fr", "phone": "02 40 00 00 12"},
    )
    row = one(Contact, company, name="Zoé")
    assert (row.email, row.phone) == ("ZOE@exemple.fr", "+33240000012")
    Contact.objects.of(company.pk).filter(pk=row.pk).update(bounced_on=TODAY)
    html = desk.get(page("A", "contacts/")).content.decode()
    assert "+33 2 40 00 00 12" in html
    assert "bounced on" in html
    desk.post(page("A", f"contacts/{row.pk}/unbounce/"))
    row.refresh_from_db()
    assert row.bounced_on is None
    desk.post(page("A", f"contacts/{row.pk}/"), {"role": "legal", "email": "zoe@exemple.fr"})
    row.refresh_from_db()
    assert (row.role, row.name) == ("legal", "")
    gone = desk.post(page("A", f"contacts/{row.pk}/remove/"), follow=True)
    assert "Undo" in gone.content.decode()
    assert "zoe@exemple.fr" not in desk.get(page("A", "contacts/")).content.decode()
    desk.post(page("A", f"contacts/{row.pk}/restore/"))
    assert "zoe@exemple.fr" in desk.get(page("A", "contacts/")).content.decode()
    assert codes(company) == [
        "contact_added", "contact_unbounced", "contact_changed", "contact_removed",
        "contact_restored",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"email": "nobody"}, "email", "no e-mail address"),
        ({"phone": "12"}, "phone", "no valid telephone number"),
    ],
)
def test_a_contact_nobody_could_reach_is_refused(desk, company, page, values, field, words):
    before = Contact.objects.of(company.pk).count()
    answer = desk.post(page("A", "contacts/add/"), {"role": "main"} | values)
    error = answer.content.decode().partition(f'id="id_{field}_error"')[2].partition("</p>")[0]
    assert words in error
    assert desk.post(page("A", "contacts/add/"), {"role": "main"}).status_code == 422
    assert Contact.objects.of(company.pk).count() == before


def test_a_collector_takes_a_customer_over_but_gives_it_to_nobody_else(
    sign_in, company, people, page
):
    collector = sign_in("collector")
    collector.post(page("B", "collector/"), {"mine": "1"})
    row = customer(company, "B")
    assert (row.collector_id, row.collector_by_hand) == (people["collector"].pk, True)
    other = {"collector": str(people["manager"].pk)}
    assert collector.post(page("B", "collector/"), other).status_code == 403
    assert sign_in("manager").post(page("B", "collector/"), other).status_code == 302
    row.refresh_from_db()
    assert row.collector_id == people["manager"].pk


def test_a_note_is_kept_with_its_author(sign_in, people, company, page):
    sign_in("collector").post(page("A", "note/"), {"text": "<b>Ask for Paul</b>"})
    row = one(Note, company)
    assert (row.text, row.by, row.written_on) == (
        "<b>Ask for Paul</b>",
        people["collector"],
        TODAY,
    )
    html = sign_in("manager").get(page("A", "timeline/")).content.decode()
    assert "&lt;b&gt;Ask for Paul" in html


def written(desk, page, **changes):
    form = desk.get(page("A", "message/")).context["form"]
    start = {name: form.initial[name] for name in ("contact", "tone", "token", "subject", "text")}
    values = start | {"subject": "About F-A", "text": "Hello,\n\nplease call us."} | changes
    return values, desk.post(page("A", "message/"), values)


def test_a_message_waits_a_minute_with_its_statement_and_counts_as_a_contact(
    desk, company, people, page
):
    values, answer = written(desk, page, statement="on")
    row = one(OutboxRow, company)
    assert answer.headers["Location"] == page("A", f"messages/{row.pk}/")
    assert (row.purpose, row.step, row.state) == ("other", -1, "approved")
    assert (row.recipient, row.approved_by) == ("accountant@a.test", people["administrator"])
    assert "please call us." in row.html
    assert row.files.model.objects.of(company.pk).get().content[:5] == b"%PDF-"
    shown = desk.get(page("A", f"messages/{row.pk}/")).content.decode()
    assert "leaves in a minute" in shown
    again = desk.post(page("A", "message/"), values, follow=True).content.decode()
    assert "done already" in again
    assert OutboxRow.objects.of(company.pk).count() == 1
    desk.post(page("A", f"messages/{row.pk}/undo/"))
    row.refresh_from_db()
    assert row.state == "cancelled"
    assert codes(company) == ["message_written", "message_taken_back"]


def test_a_message_may_start_from_a_text_and_keeps_its_table(desk, company, page):
    form = desk.get(page("A", "message/?tone=friendly")).context["form"]
    assert "F-A" in form.initial["text"]
    written(desk, page, tone="friendly", text=form.initial["text"] + "\nPS: thank you")
    row = one(OutboxRow, company)
    assert "<th" in row.html
    assert "PS: thank you" in row.html
    assert row.tone == "friendly"


def test_the_preview_is_what_will_leave_and_runs_nothing(desk, page):
    values = {"subject": "x", "text": "<script>alert(1)</script>\n\nHello"}
    answer = desk.post(page("A", "message/preview/"), values)
    assert "&lt;script&gt;" in answer.content.decode()
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_nobody_writes_to_who_must_not_be_contacted(desk, company, page):
    Customer.objects.of(company.pk).filter(key="A").update(do_not_contact=True)
    answer = desk.get(page("A", "message/"), follow=True)
    assert "must not be contacted" in answer.content.decode()


def test_nobody_writes_where_no_address_is_known(desk, company, page):
    Contact.objects.of(company.pk).filter(customer__key="A").update(bounced_on=TODAY - DAY)
    answer = desk.get(page("A", "message/"), follow=True)
    assert "add an address first" in answer.content.decode()


def test_statements_are_files_in_the_customer_s_language(desk, company, page):
    pdf = desk.get(page("A", "statement.pdf"))
    assert pdf.content[:5] == b"%PDF-"
    assert pdf.headers["Content-Disposition"] == 'attachment; filename="releve-a-2026-03-10.pdf"'
    book = desk.get(page("A", "statement.xlsx"))
    assert book.content[:2] == b"PK"
    assert codes(company) == ["statement_taken", "statement_taken"]


def test_two_customers_are_compared_merged_and_parted_again(sign_in, company, page):
    manager = sign_in("manager")
    a, b = customer(company, "A"), customer(company, "B")
    assert "B SARL" in manager.get(page("A", "merge/?q=b sarl")).content.decode()
    compared = manager.get(page("A", f"merge/{b.pk}/")).content.decode()
    assert "stays" in compared
    assert manager.post(page("A", f"merge/{b.pk}/")).status_code == 302
    html = manager.get(page("A")).content.decode()
    assert "F-B" in html
    assert "was merged into this customer" in html
    assert manager.get(page("B")).status_code == 404
    merge = a.merges.model.objects.of(company.pk).get()
    manager.post(page("A", f"merges/{merge.pk}/undo/"))
    assert manager.get(page("B")).status_code == 200
    assert "F-B" not in manager.get(page("A")).content.decode()
    again = manager.post(page("A", f"merges/{merge.pk}/undo/"), follow=True).content.decode()
    assert "undone already" in again


def test_deeds_are_asked_by_post_alone(desk, company, page):
    desk.post(page("A", "promise/"), {"amount": "1000", "due_on": "2026-03-20"})
    for rest in (f"promises/{one(Promise, company).pk}/cancel/", "replies/read/", "collector/"):
        assert desk.get(page("A", rest)).status_code == 405
    assert one(Promise, company).cancelled_on is None


def test_hold_dates_are_counted_from_the_day_that_is_played(desk, page):
    html = desk.get(page("A", "hold/")).content.decode()
    assert f'value="{TODAY + timedelta(days=14)}"' in html


# --- what a contact wants nothing by ------------------------------------------------------------


def test_a_channel_is_refused_by_a_tick_and_allowed_again_with_a_reason(company, desk, page):
    row = Contact.objects.of(company.pk).get(customer__key="A")
    path = page("A", f"contacts/{row.pk}/")
    said = {"role": "accountant", "email": "compta@marchand.fr", "phone": "06 12 34 56 78"}
    desk.post(path, {**said, "refuses": ["sms", "call"]})
    row.refresh_from_db()
    assert row.refuses == ["call", "sms"]
    assert "no text message" in desk.get(page("A", "contacts/")).content.decode()
    again = desk.post(path, {**said, "refuses": ["call"]})
    assert again.status_code == 422
    assert 'id="id_refuses_note_error"' in again.content.decode()
    row.refresh_from_db()
    assert row.refuses == ["call", "sms"]
    desk.post(path, {**said, "refuses": ["call"], "refuses_note": "Asked for it on the phone."})
    row.refresh_from_db()
    assert row.refuses == ["call"]
    entry = AuditEntry.objects.of(company.pk).filter(code="contact_changed").latest("pk")
    assert entry.facts["note"] == "Asked for it on the phone."
    told = write_changes(entry.facts["changes"], Language.EN)
    assert told == "Nothing by: phone call, text message \u2192 phone call"


def test_a_number_that_proved_wrong_is_shown_and_may_be_said_to_work(company, desk, page):
    rows = Contact.objects.of(company.pk).filter(customer__key="A")
    rows.update(phone="+33612345678", wrong_on=TODAY)
    row = rows.get()
    assert "proved wrong" in desk.get(page("A", "contacts/")).content.decode()
    desk.post(page("A", f"contacts/{row.pk}/number/"))
    row.refresh_from_db()
    assert row.wrong_on is None
