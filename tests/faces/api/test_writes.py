"""What a program writes is what a person would have written, and shows in the plan at once."""

from datetime import timedelta

import pytest

from amiable.desk.token import Scope
from amiable.store.models import (
    Company,
    Contact,
    Credit,
    Customer,
    Dispute,
    ImportRun,
    Invoice,
    OutboxRow,
    Promise,
    Upload,
)
from tests.desk.books import TODAY, entry_of
from tests.faces.api.conftest import Program, expect_problem, program_of


def invoice(number: str = "N1", customer: str = "A", minor: int = 5_000, **more: object) -> dict:
    plain = {
        "customer": customer,
        "number": number,
        "issued_on": "2026-02-01",
        "due_on": "2026-03-03",
        "amount": {"minor": minor, "currency": "EUR"},
    }
    return plain | more


def payment(key: str = "P1", customer: str = "A", minor: int = 100_000, **more: object) -> dict:
    plain = {
        "customer": customer,
        "key": key,
        "received_on": TODAY.isoformat(),
        "amount": {"minor": minor, "currency": "EUR"},
    }
    return plain | more


# --- invoices and payments ----------------------------------------------------------------------


def test_a_posted_invoice_is_stored_once(program: Program, company: Company) -> None:
    body = {"invoices": [invoice(), invoice("N2")]}
    first = program.post("invoices", body)
    assert [item["known"] for item in first["items"]] == [False, False]
    second = program.post("invoices", body)
    assert second["import_id"] is None
    assert [item["known"] for item in second["items"]] == [True, True]
    assert [item["id"] for item in second["items"]] == [item["id"] for item in first["items"]]
    assert Invoice.objects.of(company.pk).filter(number__startswith="N").count() == 2


def test_an_invoice_known_from_a_file_is_not_stored_again(
    program: Program, company: Company
) -> None:
    known = Invoice.objects.of(company.pk).get(number="F-A")
    same = invoice("f a", minor=known.amount_minor, issued_on="2026-01-14", due_on="2026-02-13")
    answer = program.post("invoices", {"invoices": [same]})
    assert answer["items"] == [{"index": 0, "id": known.pk, "known": True}]


def test_what_cannot_be_taken_is_refused_item_by_item(program: Program, company: Company) -> None:
    body = {
        "invoices": [
            invoice("N1"),
            invoice("N1"),
            invoice("N2", customer="nobody"),
            invoice("N3", due_on="2026-01-01"),
            invoice("N4", due_on=None),
            invoice("F-A", minor=7),
        ]
    }
    answer = program.post("invoices", body, **{"Accept-Language": "en"})
    assert [item["index"] for item in answer["items"]] == [0]
    assert [(one["index"], one["code"]) for one in answer["refused"]] == [
        (1, "twice"),
        (2, "customer_unknown"),
        (3, "due_before_issue"),
        (4, "due_missing"),
        (5, "differs"),
    ]
    assert all(one["detail"] for one in answer["refused"])
    assert not Invoice.objects.of(company.pk).filter(number__in=["N2", "N3", "N4"]).exists()


def test_a_due_date_left_out_follows_the_customers_terms(
    program: Program, company: Company, debtor: Customer
) -> None:
    response = program.ask("PATCH", f"customers/{debtor.pk}", {"terms": "45 jours"})
    assert response.status_code == 200, response.content
    program.post("invoices", {"invoices": [invoice("N9", due_on=None)]})
    row = Invoice.objects.of(company.pk).get(number="N9")
    assert row.due_on == row.issued_on + timedelta(days=45)
    assert row.due_basis == "terms"


def test_a_posted_payment_settles_what_it_names_and_changes_the_plan(
    program: Program, company: Company
) -> None:
    assert entry_of(company, "A").kind == "remind"
    answer = program.post("payments", {"payments": [payment(number="F-A")]})
    assert answer["refused"] == []
    row = Invoice.objects.of(company.pk).get(number="F-A")
    assert row.settled_on is not None
    assert entry_of(company, "A").kind != "remind"
    assert program.post("payments", {"payments": [payment(number="F-A")]})["import_id"] is None
    assert Credit.objects.of(company.pk).filter(received_on=TODAY).count() == 1


def test_two_equal_payments_under_two_keys_are_two(program: Program, company: Company) -> None:
    body = {"payments": [payment("P1", minor=100), payment("P2", minor=100)]}
    assert len(program.post("payments", body)["items"]) == 2
    assert Credit.objects.of(company.pk).filter(amount_minor=100).count() == 2


def test_a_credit_note_needs_its_number_and_an_opening_comes_from_accounting(
    program: Program,
) -> None:
    body = {"payments": [payment(kind="credit_note"), payment("P2", kind="opening")]}
    answer = program.post("payments", body)
    assert [one["code"] for one in answer["refused"]] == ["number_missing", "kind_not_posted"]
    assert answer["import_id"] is None


def test_a_posting_can_be_asked_to_be_undone(program: Program, company: Company) -> None:
    run = program.post("invoices", {"invoices": [invoice()]})["import_id"]
    undo = program.post(f"imports/{run}/undo", expect=202)
    assert undo["state"] == "undoing"
    first = ImportRun.objects.of(company.pk).order_by("pk").first()
    expect_problem(program.ask("POST", f"imports/{first.pk}/undo"), 409)


def test_a_thousand_items_are_taken_and_no_more(program: Program) -> None:
    many = {"invoices": [invoice(f"M{n}") for n in range(1_000)]}
    assert len(program.post("invoices", many)["items"]) == 1_000
    many["invoices"].append(invoice("M1000"))
    expect_problem(program.ask("POST", "invoices", many), 422)


# --- customers and contacts ---------------------------------------------------------------------


def test_customers_are_created_with_their_contacts_then_corrected(
    program: Program, company: Company
) -> None:
    made = {
        "key": "C",
        "name": "Café Zoé",
        "country": "BE",
        "siren": "",
        "contacts": [{"name": "Zoé", "email": "zoe@cafe.test", "role": "accountant"}],
    }
    (item,) = program.post("customers", {"customers": [made]})["items"]
    assert not item["known"]
    row = Customer.objects.of(company.pk).get(pk=item["id"])
    assert (row.key, row.name, row.country) == ("C", "Café Zoé", "BE")
    (contact,) = program.get(f"contacts?customer={row.pk}")["items"]
    assert (contact["email"], contact["role"]) == ("zoe@cafe.test", "accountant")
    (again,) = program.post("customers", {"customers": [made | {"name": "Café Zoé SARL"}]})["items"]
    assert again == {"index": 0, "id": row.pk, "known": True}
    row.refresh_from_db()
    assert row.name == "Café Zoé SARL"
    assert Contact.objects.of(company.pk).filter(customer=row).count() == 1


def test_what_a_program_decides_of_a_customer_shows_in_the_plan(
    program: Program, company: Company, debtor: Customer
) -> None:
    response = program.ask("PATCH", f"customers/{debtor.pk}", {"do_not_contact": True})
    assert response.status_code == 200
    assert entry_of(company, "A").kind != "remind"
    program.ask("PATCH", f"customers/{debtor.pk}", {"do_not_contact": False})
    assert entry_of(company, "A").kind == "remind"


@pytest.mark.parametrize(
    ("patch", "pointer"),
    [({"policy": "none"}, "/policy"), ({"name": None}, "/name"), ({"terms": "soon"}, "/terms"),
     ({"country": "XX"}, "/country"), ({"key": "Z"}, "/key")],
)  # fmt: skip
def test_what_cannot_be_of_a_customer_is_refused(
    program: Program, debtor: Customer, patch: dict, pointer: str
) -> None:
    (fault,) = expect_problem(program.ask("PATCH", f"customers/{debtor.pk}", patch), 422)["errors"]
    assert fault["pointer"] == pointer


def test_contacts_are_added_changed_and_removed(program: Program, debtor: Customer) -> None:
    path = f"customers/{debtor.pk}/contacts"
    made = program.post(path, {"name": "Anne", "email": "anne@a.test"}, expect=201)
    changed = program.ask("PATCH", f"contacts/{made['id']}", {"phone": "+33123456789"})
    assert changed.status_code == 200
    assert program.get(f"contacts/{made['id']}")["phone"] == "+33123456789"
    emptied = {"name": "", "email": "", "phone": ""}
    expect_problem(program.ask("PATCH", f"contacts/{made['id']}", emptied), 422)
    assert program.ask("DELETE", f"contacts/{made['id']}").status_code == 200
    expect_problem(program.ask("GET", f"contacts/{made['id']}"), 404)
    assert made["id"] not in [one["id"] for one in program.get("contacts")["items"]]


# --- the plan -----------------------------------------------------------------------------------


def test_an_approval_is_taken_back_and_made_again(
    program: Program, company: Company, debtor: Customer
) -> None:
    path = f"customers/{debtor.pk}"
    assert program.post(f"{path}/approve")["outcome"] == "approved"
    assert program.post(f"{path}/approve")["outcome"] == "already"
    assert program.post(f"{path}/take-back") == {"taken_back": True}
    assert program.post(f"{path}/take-back") == {"taken_back": False}
    assert OutboxRow.objects.of(company.pk).get().state == "cancelled"
    assert program.post(f"{path}/approve")["outcome"] == "approved"


def test_several_are_approved_in_one_call_or_none(program: Program, company: Company) -> None:
    pks = [row.pk for row in Customer.objects.of(company.pk).order_by("pk")]
    expect_problem(program.ask("POST", "plan/approve", {"customers": [*pks, 10**9]}), 404)
    assert not OutboxRow.objects.of(company.pk).exists()
    items = program.post("plan/approve", {"customers": pks})["items"]
    assert [item["outcome"] for item in items] == ["approved", "approved"]


def test_a_step_is_left_out_or_put_off(
    program: Program, company: Company, debtor: Customer
) -> None:
    later = (TODAY + timedelta(days=9)).isoformat()
    put_off = program.post(f"customers/{debtor.pk}/postpone", {"until": later})
    assert put_off["kind"] != "remind"
    expect_problem(
        program.ask("POST", f"customers/{debtor.pk}/postpone", {"until": TODAY.isoformat()}), 422
    )
    assert program.post(f"customers/{debtor.pk}/release") == {"released": 1}
    skipped = program.post(f"customers/{debtor.pk}/skip", {"reason": "he called"})
    assert skipped["kind"] != "remind"
    expect_problem(program.ask("POST", f"customers/{debtor.pk}/skip", {}), 409)


def test_what_was_done_by_hand_counts(program: Program, company: Company, debtor: Customer) -> None:
    done = program.post(f"customers/{debtor.pk}/done", {"note": "left a message"})
    assert done["reminder"]["state"] == "sent"
    expect_problem(program.ask("POST", f"customers/{debtor.pk}/done", {}), 409)
    assert OutboxRow.objects.of(company.pk).count() == 1


# --- what customers say -------------------------------------------------------------------------


def test_a_promise_pauses_and_a_cancelled_one_no_longer(
    program: Program, company: Company, debtor: Customer
) -> None:
    due = (TODAY + timedelta(days=5)).isoformat()
    owed = Invoice.objects.of(company.pk).get(number="F-A")
    body = {"amount": {"minor": 100_000, "currency": "EUR"}, "due_on": due, "invoices": [owed.pk]}
    made = program.post(f"customers/{debtor.pk}/promises", body, expect=201)
    assert made["invoices"] == [owed.pk]
    assert Promise.objects.of(company.pk).get().invoices == [owed.key]
    assert entry_of(company, "A").code == "promise.running"
    program.post(f"promises/{made['id']}/cancel")
    assert entry_of(company, "A").kind == "remind"
    expect_problem(program.ask("POST", f"promises/{made['id']}/cancel"), 409)


def test_a_promise_names_only_the_customers_own_invoices(
    program: Program, company: Company, debtor: Customer
) -> None:
    others = Invoice.objects.of(company.pk).get(number="F-B")
    body = {
        "amount": {"minor": 1, "currency": "EUR"},
        "due_on": TODAY.isoformat(),
        "invoices": [others.pk],
    }
    told = expect_problem(program.ask("POST", f"customers/{debtor.pk}/promises", body), 422)
    assert told["errors"][0]["pointer"] == "/invoices/0"
    past = body | {"invoices": [], "due_on": "2026-03-01"}
    told = expect_problem(program.ask("POST", f"customers/{debtor.pk}/promises", past), 422)
    assert told["errors"][0]["pointer"] == "/due_on"
    assert not Promise.objects.of(company.pk).exists()


def test_a_dispute_is_opened_and_closed(
    program: Program, company: Company, debtor: Customer
) -> None:
    owed = Invoice.objects.of(company.pk).get(number="F-A")
    path = f"customers/{debtor.pk}/disputes"
    wrong = {"invoice": owed.pk, "amount": {"minor": 1, "currency": "USD"}}
    assert (
        expect_problem(program.ask("POST", path, wrong), 422)["errors"][0]["code"]
        == "other_currency"
    )
    made = program.post(path, {"invoice": owed.pk, "ground": "price"}, expect=201)
    assert (made["invoice"], made["ground"], made["closed_on"]) == (owed.pk, "price", None)
    assert entry_of(company, "A").kind != "remind"
    closed = program.post(f"disputes/{made['id']}/close", {"outcome": "unfounded"})
    assert closed["outcome"] == "unfounded"
    assert Dispute.objects.of(company.pk).get().closed_on == TODAY
    assert entry_of(company, "A").kind == "remind"
    assert program.get("disputes?open=true")["items"] == []


def test_a_hold_stops_the_reminders_and_an_answer_too(
    program: Program, company: Company, debtor: Customer
) -> None:
    path = f"customers/{debtor.pk}"
    held = program.post(f"{path}/holds", {"note": "works council"}, expect=201)
    assert held["until_on"] is None
    assert entry_of(company, "A").kind == "hold"
    program.post(f"{path}/release")
    program.post(f"{path}/replies", {"text": "we will see"}, expect=201)
    assert entry_of(company, "A").kind != "remind"
    assert program.post(f"{path}/replies/read") == {"read": 1}
    assert entry_of(company, "A").kind == "remind"


# --- files --------------------------------------------------------------------------------------


def test_a_file_is_handed_over_and_waits_to_be_read(program: Program, company: Company) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: PLC0415

    file = SimpleUploadedFile("f.csv", b"Client;Montant\nA;1\n", content_type="text/csv")
    response = program.client.post(
        "/api/v1/uploads",
        {"file": file},
        headers={"Authorization": f"Bearer {program.token}", "Idempotency-Key": "u1"},
    )
    assert response.status_code == 202, response.content
    (item,) = response.json()["items"]
    assert item["state"] == "reading"
    assert program.get(f"uploads/{item['id']}")["files"] == ["f.csv"]
    expect_problem(program.ask("POST", f"uploads/{item['id']}/bring-in"), 409)
    assert Upload.objects.of(company.pk).count() == 1


def test_a_reader_writes_nothing(company: Company, debtor: Customer) -> None:
    reader = program_of(company, Scope.READ)
    expect_problem(reader.ask("POST", f"customers/{debtor.pk}/approve"), 403)
    assert not OutboxRow.objects.of(company.pk).exists()
