"""The post room in the desk: choose, print, say what became of it, follow a registered letter."""

import re
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from PIL import Image
from pypdf import PdfReader

from amiable.desk.letter_batch import Layout, make_batch
from amiable.store.models import (
    Company,
    CompanyLogo,
    Contact,
    Customer,
    LetterBatch,
    OutboxRow,
)
from tests.desk.books import DAY, TODAY
from tests.desk.day_work import actor_of
from tests.desk.paper_books import NOW, approved, paper_company


@pytest.fixture
def company(db: None, today: Any) -> Company:
    return paper_company(("A", "B", "R"))


@pytest.fixture
def letters(company: Company) -> list[OutboxRow]:
    return approved(company, "A", "B", "R")


def url(company: Company, path: str = "") -> str:
    return f"/c/{company.key}/post/{path}"


def made(desk: Client, company: Company, *rows: OutboxRow, **more: str) -> LetterBatch:
    data = {"letter": [row.pk for row in rows], **more}
    assert desk.post(url(company, "make/"), data).status_code == 302
    return LetterBatch.objects.of(company.pk).latest("pk")


def states(company: Company) -> set[str]:
    return set(OutboxRow.objects.of(company.pk).values_list("state", flat=True))


def test_an_empty_room_says_where_letters_come_from(desk: Client, company: Company) -> None:
    shown = desk.get(url(company)).content.decode()
    assert "No letter to print" in shown
    assert f'href="/c/{company.key}/"' in shown


def test_a_letter_is_approved_on_its_line_and_waits_in_the_room(
    desk: Client, company: Company
) -> None:
    pk = Customer.objects.of(company.pk).get(key="A").pk
    line = desk.get(f"/c/{company.key}/today/{pk}/").content.decode()
    assert f"/post/drafts/{pk}/letter.pdf" in line
    draft = desk.get(url(company, f"drafts/{pk}/letter.pdf"))
    assert "A SARL" in PdfReader(BytesIO(draft.content)).pages[0].extract_text()
    desk.post(f"/c/{company.key}/today/{pk}/approve/")
    assert "A SARL" in desk.get(url(company)).content.decode()


def test_letters_are_approved_with_the_others_of_the_day(desk: Client, company: Company) -> None:
    today = desk.get(f"/c/{company.key}/").content.decode()
    pks = re.findall(r'name="customer" value="(\d+)"', today)
    assert len(pks) == 3
    desk.post(f"/c/{company.key}/today/approve/", {"customer": pks})
    assert OutboxRow.objects.of(company.pk).filter(state="approved").count() == 3


def test_today_says_that_a_letter_waits_to_be_printed(
    desk: Client, company: Company, letters: list[OutboxRow]
) -> None:
    body = desk.get("/c/fournil/").content.decode()
    assert "12 rue de l&#x27;Église, 56100 LORIENT" in body
    assert body.count("it waits to be printed and posted") == len(letters)
    assert "one minute after approval" not in body  # nothing here leaves by itself


def test_the_words_of_a_letter_may_be_changed_before_it_is_printed(
    desk: Client, company: Company
) -> None:
    pk = Customer.objects.of(company.pk).get(key="A").pk
    form = desk.get(f"/c/{company.key}/today/{pk}/edit/").content.decode()
    words = form.partition("<textarea")[2].partition("</textarea>")[0]
    assert "F-A" in words
    assert "12 rue" not in words, "the address is no part of the words"
    said = {"subject": "Rien que vous", "text": "Chère Madame,\n\nUn mot.\n"}
    desk.post(f"/c/{company.key}/today/{pk}/edit/", said)
    page = OutboxRow.objects.of(company.pk).get().page
    assert page is not None
    assert "Rien que vous" in page["subject"]
    assert page["blocks"][0] == {"kind": "text", "lines": ["Chère Madame,"]}


def test_the_chosen_letters_become_a_file_and_the_rest_waits(
    desk: Client, company: Company, letters: list[OutboxRow]
) -> None:
    batch = made(desk, company, letters[0], letters[2])
    shown = desk.get(url(company, f"batches/{batch.pk}/")).content.decode()
    assert "A SARL" in shown
    assert "B SARL" not in shown
    file = desk.get(url(company, f"batches/{batch.pk}/letters.pdf"))
    assert file["Content-Type"] == "application/pdf"
    assert len(PdfReader(BytesIO(file.content)).pages) == 3
    assert "B SARL" in desk.get(url(company)).content.decode()


def test_nothing_chosen_says_so(desk: Client, company: Company, letters: list[OutboxRow]) -> None:
    answer = desk.post(url(company, "make/"), {}, follow=True)
    assert "Choose at least one letter" in answer.content.decode()
    assert not LetterBatch.objects.of(company.pk).exists()


def test_every_letter_can_be_printed_at_once(
    desk: Client, company: Company, letters: list[OutboxRow]
) -> None:
    assert made(desk, company, every="1").count == len(letters)


def test_whoever_prints_second_is_told(
    desk: Client, company: Company, letters: list[OutboxRow]
) -> None:
    made(desk, company, *letters)
    answer = desk.post(url(company, "make/"), {"letter": letters[0].pk}, follow=True)
    assert "in another file already" in answer.content.decode()
    assert LetterBatch.objects.of(company.pk).count() == 1


def test_posted_letters_are_sent_and_that_can_be_undone_for_a_minute(
    desk: Client, company: Company, letters: list[OutboxRow]
) -> None:
    batch = made(desk, company, *letters)
    place = url(company, f"batches/{batch.pk}/")
    answer = desk.post(f"{place}posted/", {"on": TODAY.isoformat()}, follow=True)
    assert "3 letters posted" in answer.content.decode()
    assert states(company) == {"sent"}
    again = desk.post(f"{place}posted/", {"on": TODAY.isoformat()}, follow=True)
    assert "has confirmed already" in again.content.decode()
    assert "undo/" in again.content.decode()
    desk.post(f"{place}undo/")
    assert states(company) == {"claimed"}


@pytest.mark.parametrize("on", ["", "never", (TODAY + DAY).isoformat(), "1999-01-01"])
def test_a_day_that_cannot_be_is_said_beside_its_field(
    desk: Client, company: Company, letters: list[OutboxRow], on: str
) -> None:
    batch = made(desk, company, *letters)
    answer = desk.post(url(company, f"batches/{batch.pk}/posted/"), {"on": on})
    assert 'id="id_on_error"' in answer.content.decode()
    assert states(company) == {"claimed"}


def test_a_file_given_up_frees_its_letters(
    desk: Client, company: Company, letters: list[OutboxRow]
) -> None:
    batch = made(desk, company, *letters)
    desk.post(url(company, f"batches/{batch.pk}/give-up/"))
    assert states(company) == {"approved"}
    shown = desk.get(url(company, f"batches/{batch.pk}/")).content.decode()
    assert "given up" in shown


def test_tracking_numbers_are_typed_and_a_wrong_one_is_shown_again(
    desk: Client, company: Company, letters: list[OutboxRow]
) -> None:
    batch = made(desk, company, *letters)
    place, field = url(company, f"batches/{batch.pk}/tracking/"), f"number-{letters[2].pk}"
    wrong = desk.post(place, {field: "RK 473124820 GB"}).content.decode()
    assert "RK 473124820 GB" in wrong
    assert f'aria-describedby="error-{letters[2].pk}"' in wrong
    desk.post(place, {field: "RK 473124829 GB", f"number-{letters[0].pk}": "RK473124829GB"})
    letters[2].refresh_from_db()
    letters[0].refresh_from_db()
    assert (letters[2].reference, letters[0].reference) == ("RK473124829GB", "")


def test_the_slips_of_registered_letters_are_a_table(
    desk: Client, company: Company, letters: list[OutboxRow]
) -> None:
    batch = made(desk, company, *letters)
    answer = desk.get(url(company, f"batches/{batch.pk}/slips.csv"))
    rows = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    assert len(rows) == 2
    assert "56100" in rows[1]


def test_a_letter_that_came_back_is_noted(
    desk: Client, company: Company, letters: list[OutboxRow]
) -> None:
    batch = made(desk, company, *letters)
    place = url(company, f"posted/{letters[2].pk}/")
    assert 'name="what"' not in desk.get(place).content.decode(), "not posted yet"
    desk.post(url(company, f"batches/{batch.pk}/posted/"), {"on": TODAY.isoformat()})
    answer = desk.post(place, {"what": "returned", "on": "1999-01-01"})
    assert 'id="id_on_error"' in answer.content.decode()
    desk.post(place, {"what": "received", "on": TODAY.isoformat()})
    letters[2].refresh_from_db()
    assert letters[2].delivered_at is not None
    pdf = desk.get(f"{place}letter.pdf")
    assert "RECOMMANDÉE" in PdfReader(BytesIO(pdf.content)).pages[0].extract_text()


def test_an_address_a_letter_came_back_from_is_shown_and_may_be_right_after_all(
    desk: Client, company: Company
) -> None:
    contact = Contact.objects.of(company.pk).get(customer__key="A")
    Contact.objects.of(company.pk).filter(pk=contact.pk).update(returned_on=TODAY)
    place = f"/c/{company.key}/customers/{contact.customer_id}/contacts/"
    assert "letter came back on" in desk.get(place).content.decode()
    answer = desk.post(f"{place}{contact.pk}/post/", follow=True)
    assert "letter came back on" not in answer.content.decode()
    contact.refresh_from_db()
    assert contact.returned_on is None


def test_an_outside_collector_prints_only_their_own_customers_letters(
    sign_in: Any, people: dict[str, Any], company: Company, letters: list[OutboxRow]
) -> None:
    outside = sign_in("outside")
    shown = outside.get(url(company)).content.decode()
    assert "A SARL" in shown
    assert "B SARL" not in shown
    assert outside.post(url(company, "make/"), {"letter": letters[1].pk}).status_code == 404
    assert outside.get(url(company, f"posted/{letters[1].pk}/letter.pdf")).status_code == 404
    assert made(outside, company, every="1").count == 1


def test_a_reader_sees_the_room_and_prints_nothing(
    sign_in: Any, company: Company, letters: list[OutboxRow]
) -> None:
    reader = sign_in("reader")
    assert "Make the print file" not in reader.get(url(company)).content.decode()
    assert reader.post(url(company, "make/"), {"every": "1"}).status_code == 403


def test_a_page_of_the_room_costs_the_same_however_many_letters_wait(
    desk: Client, company: Company, django_assert_max_num_queries: Any
) -> None:
    approved(company, "A", "B", "R")
    with django_assert_max_num_queries(25):
        assert desk.get(url(company)).status_code == 200


# --- settings ---------------------------------------------------------------------------------


def picture(kind: str = "PNG", size: tuple[int, int] = (300, 90)) -> BytesIO:
    target = BytesIO()
    Image.new("RGB", size, "#0f6b52").save(target, kind)
    target.name = f"logo.{kind.lower()}"
    target.seek(0)
    return target


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_logo_is_drawn_anew_and_stands_on_letters(
    desk: Client, company: Company, kind: str
) -> None:
    place = f"/c/{company.key}/settings/logo/"
    desk.post(place, {"logo": picture(kind, (3000, 900))})
    row = CompanyLogo.objects.of(company.pk).get()
    with Image.open(BytesIO(bytes(row.content))) as kept:
        assert (kept.format, kept.width) == (kind, 1200)
    assert desk.get(f"{place}image/")["Content-Type"] == row.media_type
    batch = make_batch(
        actor_of(company, name="Printer"),
        [row.pk for row in approved(company, "A")],
        Layout(),
        today=TODAY,
        at=NOW,
    ).batch
    assert batch is not None
    file = desk.get(url(company, f"batches/{batch.pk}/letters.pdf"))
    assert PdfReader(BytesIO(file.content)).pages[1].images
    desk.post(f"{place}forget/")
    assert not CompanyLogo.objects.of(company.pk).exists()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"GIF89a" + b"\x00" * 50, "no PNG or JPEG"),
        (b"<svg/>", "no PNG or JPEG"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 40, "no PNG or JPEG"),
        (b"\x00" * 2_000_001, "larger than 2 MB"),
    ],
)
def test_what_is_no_picture_is_refused(
    desk: Client, company: Company, content: bytes, told: str
) -> None:
    file = BytesIO(content)
    file.name = "logo.png"
    answer = desk.post(f"/c/{company.key}/settings/logo/", {"logo": file}, follow=True)
    assert told in answer.content.decode()
    assert not CompanyLogo.objects.of(company.pk).exists()


def test_a_picture_that_unfolds_to_gigabytes_is_refused(desk: Client, company: Company) -> None:
    answer = desk.post(
        f"/c/{company.key}/settings/logo/", {"logo": picture("PNG", (8000, 8000))}, follow=True
    )
    assert "too many points" in answer.content.decode()


def test_the_service_is_chosen_and_its_key_is_never_shown(desk: Client, company: Company) -> None:
    place = f"/c/{company.key}/settings/post/"
    form = {"kind": "mysendingbox", "api_key": "", "speed": "verte", "duplex": "on"}
    assert 'id="id_api_key_error"' in desk.post(place, form).content.decode()
    desk.post(place, form | {"api_key": "test_secret_key"})
    shown = desk.get(place).content.decode()
    assert "MySendingBox" in shown
    assert "test_secret_key" not in shown
    assert "/gateways/" in shown
    desk.post(place, form | {"speed": "ecopli"})  # the stored key stays
    desk.post(f"{place}forget/")
    assert "You print and post" in desk.get(place).content.decode()
