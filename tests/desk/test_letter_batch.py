"""Letters printed together: taken once, gated when they are printed, sent when they are posted."""

from datetime import timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader

from amiable.desk.access import OtherCompany
from amiable.desk.letter_batch import (
    BatchSettled,
    DayRefused,
    Layout,
    TooLate,
    give_up_batch,
    make_batch,
    post_batch,
    print_file,
    slips,
    undo_batch,
)
from amiable.store.letter_batch import letters_in
from amiable.store.models import AuditEntry, Customer, LetterBatch, OutboxRow
from amiable.store.models.membership import Role
from tests.desk.books import DAY, TODAY, bring_in, customer, facts, payment
from tests.desk.day_work import actor_of
from tests.desk.paper_books import NOW, approved, paper_company

pytestmark = pytest.mark.django_db


@pytest.fixture
def company():
    return paper_company(("A", "B", "R"))


@pytest.fixture
def actor(company):
    return actor_of(company)


def make(actor, rows, today=TODAY, at=NOW, **layout):
    return make_batch(actor, [row.pk for row in rows], Layout(**layout), today=today, at=at)


def states(company):
    rows = OutboxRow.objects.of(company.pk).order_by("pk")
    return {row.customer.key: row.state for row in rows.select_related("customer")}


def text_of(content, page):
    return PdfReader(BytesIO(content)).pages[page].extract_text()


def test_a_letter_is_approved_like_an_email_and_keeps_its_page(company, actor):
    (row,) = approved(company, "A", actor=actor)
    row.refresh_from_db()
    assert (row.state, row.channel) == ("approved", "letter")
    assert row.page["to"] == ["A SARL", "Contact A", "12 rue de l'Église", "56100 LORIENT"]
    assert row.page["registered"] == ""
    assert row.page["code"].startswith("BCD\n002\n1\nSCT")


def test_a_batch_is_one_file_with_a_cover_sheet_and_each_letter(company, actor):
    rows = approved(company, "A", "B", "R", actor=actor)
    made = make(actor, rows)
    content = print_file(made.batch)
    assert len(PdfReader(BytesIO(content)).pages) == 4
    cover = text_of(content, 0)
    assert all(name in cover for name in ("3 lettres à poster", "A SARL", "B SARL", "Anne"))
    assert [("A SARL", "B SARL", "R SARL")[n] in text_of(content, n + 1) for n in range(3)]
    assert "RECOMMANDÉE" in text_of(content, 3)
    assert "RECOMMANDÉE" not in text_of(content, 1)
    assert states(company) == {"A": "claimed", "B": "claimed", "R": "claimed"}


def test_the_file_stays_the_same_and_is_made_again_when_it_was_lost(company, actor):
    made = make(actor, approved(company, "A", actor=actor))
    first = print_file(made.batch)
    assert print_file(made.batch) == first
    LetterBatch.objects.of(company.pk).update(content=b"")  # the process died before it was kept
    assert "A SARL" in text_of(print_file(made.batch), 1)


def test_letters_on_sheets_of_their_own_begin_on_odd_pages_with_statements_behind(company, actor):
    made = make(actor, approved(company, "A", "B", actor=actor), odd=True, statements=True)
    content = print_file(made.batch)
    pages = [page.extract_text() for page in PdfReader(BytesIO(content)).pages]
    starts = [n for n, text in enumerate(pages, 1) if "Objet" in text]
    assert starts == [3, 7]
    behind = [n for n, text in enumerate(pages, 1) if "Relevé de compte" in text]
    assert behind == [5, 9]


def test_what_was_paid_since_is_left_out_and_said(company, actor):
    rows = approved(company, "A", "B", actor=actor)
    bring_in(company, facts("A", credits=[payment("A", "P-9", TODAY, lettering="z")]))
    made = make(actor, rows)
    assert [row.customer.key for row, _ in made.left_out] == ["A"]
    assert made.left_out[0][1].startswith("ledger.")
    assert made.batch.count == 1
    assert states(company) == {"A": "cancelled", "B": "claimed"}


def test_a_letter_is_in_one_batch_only_and_the_second_printer_is_told(company, actor):
    rows = approved(company, "A", "B", actor=actor)
    make(actor, rows[:1])
    second = make(actor_of(company, name="Bob"), rows)
    assert (second.taken, second.batch.count) == (1, 1)
    third = make(actor, rows)
    assert (third.batch, third.taken) == (None, 2)


def test_on_a_day_off_letters_wait(company, actor):
    rows = approved(company, "A", actor=actor)
    sunday = TODAY + 5 * DAY
    made = make(actor, rows, today=sunday, at=NOW + 5 * DAY)
    assert [row.customer.key for row in made.kept] == ["A"]
    assert states(company) == {"A": "approved"}


def test_posted_letters_are_sent_on_the_day_they_were_posted(company, actor):
    made = make(actor, approved(company, "A", "B", actor=actor))
    on = TODAY + 2 * DAY
    post_batch(actor, made.batch.pk, on, today=on, at=NOW + 2 * DAY)
    assert states(company) == {"A": "sent", "B": "sent"}
    assert {row.sent_on for row in letters_in(made.batch)} == {on}
    assert AuditEntry.objects.of(company.pk).filter(code="letters_posted").count() == 1


@pytest.mark.parametrize("days", [-1, 1])
def test_letters_are_posted_between_the_printing_and_today(company, actor, days):
    made = make(actor, approved(company, "A", actor=actor))
    with pytest.raises(DayRefused):
        post_batch(actor, made.batch.pk, TODAY + days * DAY, today=TODAY, at=NOW)
    assert states(company) == {"A": "claimed"}


def test_of_two_people_the_second_is_told_what_the_first_said(company, actor):
    made = make(actor, approved(company, "A", actor=actor))
    post_batch(actor, made.batch.pk, TODAY, today=TODAY, at=NOW)
    second = actor_of(company, name="Bob")
    for deed, more in ((give_up_batch, ()), (post_batch, (TODAY,))):
        with pytest.raises(BatchSettled) as told:
            deed(second, made.batch.pk, *more, today=TODAY, at=NOW)
        assert told.value.batch.posted_by == actor.user
    assert states(company) == {"A": "sent"}


def test_letters_of_a_batch_given_up_wait_to_be_printed_again(company, actor):
    rows = approved(company, "A", actor=actor)
    made = make(actor, rows)
    give_up_batch(actor, made.batch.pk, today=TODAY, at=NOW)
    assert states(company) == {"A": "approved"}
    assert make(actor, rows).batch.count == 1


@pytest.mark.parametrize("deed", [give_up_batch, post_batch])
def test_within_a_minute_one_may_think_better_of_it(company, actor, deed):
    made = make(actor, approved(company, "A", actor=actor))
    more = (TODAY,) if deed is post_batch else ()
    deed(actor, made.batch.pk, *more, today=TODAY, at=NOW)
    undo_batch(actor, made.batch.pk, today=TODAY, at=NOW + timedelta(seconds=59))
    assert states(company) == {"A": "claimed"}
    assert letters_in(made.batch)[0].sent_on is None
    deed(actor, made.batch.pk, *more, today=TODAY, at=NOW)
    with pytest.raises(TooLate):
        undo_batch(actor, made.batch.pk, today=TODAY, at=NOW + timedelta(seconds=61))


def test_a_batch_is_not_taken_back_when_its_letters_are_in_another(company, actor):
    rows = approved(company, "A", actor=actor)
    made = make(actor, rows)
    give_up_batch(actor, made.batch.pk, today=TODAY, at=NOW)
    make(actor, rows)
    with pytest.raises(TooLate):
        undo_batch(actor, made.batch.pk, today=TODAY, at=NOW)


def test_the_slips_of_registered_letters_name_street_and_town_apart(company, actor):
    made = make(actor, approved(company, "A", "R", actor=actor))
    (slip,) = slips(made.batch)
    assert slip[:4] == ["R SARL", "Contact R", "12 rue de l'Église", ""]
    assert slip[5:8] == ["56100", "LORIENT", "R"]


def test_who_sees_only_their_own_customers_prints_and_finds_only_their_letters(company, actor):
    outside = actor_of(company, Role.OUTSIDE, name="Olive")
    Customer.objects.of(company.pk).filter(key="A").update(collector=outside.user)
    rows = approved(company, "A", "B", actor=actor)
    with pytest.raises(OtherCompany):
        make(outside, rows)
    both = make(actor, rows)
    with pytest.raises(OtherCompany):
        post_batch(outside, both.batch.pk, TODAY, today=TODAY, at=NOW)
    give_up_batch(actor, both.batch.pk, today=TODAY, at=NOW)
    own = make(outside, rows[:1])
    assert post_batch(outside, own.batch.pk, TODAY, today=TODAY, at=NOW).count == 1


def test_a_batch_of_another_company_does_not_exist(company, actor):
    made = make(actor, approved(company, "A", actor=actor))
    stranger = actor_of(paper_company(("X",), "autre"))
    with pytest.raises(OtherCompany):
        post_batch(stranger, made.batch.pk, TODAY, today=TODAY, at=NOW)


def test_printing_asks_as_many_questions_for_two_letters_as_for_one_but_the_claims(
    company, actor, django_assert_max_num_queries
):
    rows = approved(company, "A", "B", "R", actor=actor)
    assert customer(company, "A").pk
    with django_assert_max_num_queries(80):
        make(actor, rows)
