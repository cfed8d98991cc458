"""A letter says what is owed, exactly, and refuses to say what is false."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amiable.engine.compose import compose
from amiable.engine.ledger import DueBasis, Invoice, InvoiceKind, OpenInvoice
from amiable.engine.letter import (
    Correspondent,
    Details,
    InvoiceTable,
    Letter,
    LetterFacts,
    LetterRefused,
    Paragraph,
    claim,
    correspondent,
    letter_line,
)
from amiable.engine.money import Money
from amiable.engine.parties import Company, Contact, Customer, CustomerKind, Language
from amiable.engine.policy import Tone
from amiable.engine.reasons import Fact
from amiable.engine.template import Audience, LetterTone, Template, TemplateRefused
from tests.engine.letters import ON, euros, letter_facts, line, lines

BODY = "Bonjour [contact],\n\n[table]\n\n[payment_details]\n\n[signature]"


class PlainVoice:
    """A voice that says keys and ISO values: the engine is tested without any catalogue."""

    language = Language.FR

    def money(self, amount: Money) -> str:
        return str(amount)

    def long_date(self, day: date) -> str:
        return day.isoformat()

    def short_date(self, day: date) -> str:
        return day.isoformat()

    def say(self, key: str, **facts: Fact) -> str:
        return " ".join([key.removeprefix("letter."), *map(str, facts.values())])

    def enumerate(self, items: Iterable[str]) -> str:
        return " + ".join(items)


def write(
    body: str = BODY,
    facts: LetterFacts | None = None,
    *,
    subject: str = "Rappel",
    tone: LetterTone = LetterTone.FRIENDLY,
) -> Letter:
    template = Template(
        key="own",
        language=Language.FR,
        tone=tone,
        audience=Audience.REGULAR,
        subject=subject,
        body=body,
    )
    return compose(template, facts or letter_facts(), PlainVoice())


def first(letter: Letter) -> str:
    block = letter.blocks[0]
    assert isinstance(block, Paragraph)
    return "\n".join(block.lines)


def table(letter: Letter) -> InvoiceTable:
    return next(block for block in letter.blocks if isinstance(block, InvoiceTable))


def test_a_letter_greets_the_contact_by_name() -> None:
    assert first(write()) == "Bonjour Claire Martin,"


@pytest.mark.parametrize("contact", [None, Contact(key="p", customer="k")])
def test_without_a_name_the_greeting_has_no_hole(contact: Contact | None) -> None:
    assert first(write(facts=letter_facts(contact=contact))) == "Bonjour,"


def test_a_line_or_paragraph_left_empty_disappears() -> None:
    facts = letter_facts(reference="")
    written = write(f"[reference]\n\nUn\n[reference]\ndeux\n\n{BODY}", facts)
    assert first(written) == "Un\ndeux"


def test_the_table_lists_every_invoice_with_its_six_facts() -> None:
    part_paid = line("F002", amount=euros(90000), left=euros(1000), due_on=date(2026, 2, 19))
    rows = table(write(facts=letter_facts(lines=(line("F001"), part_paid)))).rows
    assert [row.number for row in rows] == ["F001", "F002"]
    row = rows[1]
    assert (row.issued, row.due, row.late) == ("2026-01-05", "2026-02-19", "late.days 1")
    assert (row.amount, row.left) == ("900.00 EUR", "10.00 EUR")


def test_an_invoice_due_today_is_not_called_late() -> None:
    rows = table(write(facts=letter_facts(lines=(line("F001", due_on=ON),)))).rows
    assert rows[0].late == "late.today"


def test_a_notice_counts_the_days_to_come() -> None:
    facts = letter_facts(lines=(line("F001", due_on=date(2026, 2, 24)),))
    made = table(write(facts=facts, tone=LetterTone.NOTICE))
    assert made.rows[0].late == "late.ahead 4"
    assert made.heads.late == "head.ahead"


def test_an_inferred_due_date_is_marked_and_explained() -> None:
    made = table(write(facts=letter_facts(lines=(line("F001", due_inferred=True),))))
    assert made.rows[0].due == "2026-02-04*"
    assert made.notes == ("note.inferred",)


def test_a_disputed_part_is_told_to_be_left_out() -> None:
    disputed = line("F001", left=euros(100000), disputed=euros(20000))
    made = table(write(facts=letter_facts(lines=(disputed,))))
    assert made.notes == ("note.disputed note.disputed_one 200.00 EUR F001",)


def test_each_currency_has_its_own_total() -> None:
    dollars = Money(minor=500, currency="USD")
    both = (line("F001"), line("F002", amount=dollars, left=dollars))
    letter = write(f"[amount_due]\n\n{BODY}", letter_facts(lines=both))
    assert [(total.amount, total.to_pay) for total in table(letter).sums] == [
        ("1200.00 EUR", True),
        ("5.00 USD", True),
    ]
    assert first(letter) == "1200.00 EUR + 5.00 USD"


def test_credits_are_taken_off_and_shown() -> None:
    letter = write(f"[amount_due]\n\n{BODY}", letter_facts(credits=(euros(20000),)))
    assert [total.amount for total in table(letter).sums] == [
        "1200.00 EUR",
        "-200.00 EUR",
        "1000.00 EUR",
    ]
    assert first(letter) == "1000.00 EUR"


def test_a_credit_in_another_currency_changes_nothing() -> None:
    facts = letter_facts(credits=(Money(minor=10**9, currency="USD"),))
    assert claim(facts) == (euros(120000),)


@given(
    st.lists(st.tuples(st.integers(1, 10**9), st.sampled_from(["EUR", "USD"])), min_size=1),
    st.lists(st.tuples(st.integers(1, 10**9), st.sampled_from(["EUR", "USD", "GBP"]))),
)
def test_what_is_claimed_is_what_is_left_less_the_credits_and_never_below_zero(
    owed: list[tuple[int, str]], credited: list[tuple[int, str]]
) -> None:
    def sum_of(amounts: list[tuple[int, str]], currency: str) -> int:
        return sum(minor for minor, other in amounts if other == currency)

    facts = letter_facts(
        lines=tuple(line("F", left=Money(minor=minor, currency=code)) for minor, code in owed),
        credits=tuple(Money(minor=minor, currency=code) for minor, code in credited),
    )
    for amount in claim(facts):
        net = sum_of(owed, amount.currency) - sum_of(credited, amount.currency)
        assert amount.minor == max(net, 0)
    assert {amount.currency for amount in claim(facts)} == {code for _, code in owed}


def test_payment_details_show_the_iban_in_fours_and_leave_out_what_is_unknown() -> None:
    details = next(block for block in write().blocks if isinstance(block, Details))
    assert dict(details.rows)["pay.iban"] == "FR14 2004 1010 0505 0001 3M02 606"
    bare = letter_facts(company=Company(key="c", name="Fournil"), reference="")
    details = next(block for block in write(facts=bare).blocks if isinstance(block, Details))
    assert details.rows == (("pay.to", "Fournil"),)


def test_the_signature_says_whom_to_answer() -> None:
    assert write().blocks[-1] == Paragraph(
        ("Anne Petit", "Fournil SARL", "compta@fournil.example", "01 02 03 04 05")
    )


def test_one_invoice_is_named_and_several_are_counted() -> None:
    def said(count: int) -> str:
        return write(subject="[invoices]", facts=letter_facts(lines=lines(count))).subject

    assert said(1) == "invoices 1 F001"
    assert said(3) == "invoices 3"


def test_the_earliest_due_date_and_its_lateness_are_known() -> None:
    facts = letter_facts(lines=(line("F2", due_on=date(2026, 2, 18)), line("F1")))
    assert first(write(f"[due_date] [days_late]\n\n{BODY}", facts)) == "2026-02-04 late.days 16"


@pytest.mark.parametrize(
    ("last", "said"),
    [(None, "last_message.unknown"), (date(2026, 2, 12), "last_message.dated 2026-02-12")],
)
def test_an_earlier_reminder_is_dated_when_known(last: date | None, said: str) -> None:
    assert first(write(f"[last_message]\n\n{BODY}", letter_facts(last_reminder_on=last))) == said


FEES = f"[late_fees]\n\n{BODY}"


def speaks_of_fees(facts: LetterFacts) -> bool:
    return first(write(FEES, facts, tone=LetterTone.STERN)).startswith("late_fees")


def test_a_french_business_is_told_of_the_fees_the_law_adds() -> None:
    assert first(write(FEES, letter_facts(), tone=LetterTone.STERN)) == "late_fees 40.00 EUR"


@pytest.mark.parametrize("kind", [CustomerKind.CONSUMER, CustomerKind.PUBLIC])
def test_fees_are_never_spoken_of_to_others_than_businesses(kind: CustomerKind) -> None:
    assert not speaks_of_fees(letter_facts(customer=Customer(key="k", name="K", kind=kind)))


def test_fees_are_not_spoken_of_where_the_law_is_not_known_or_not_french() -> None:
    assert not speaks_of_fees(letter_facts(indemnity=None))
    german = replace(letter_facts().company, country="DE")
    assert not speaks_of_fees(letter_facts(company=german))


def test_an_inferred_due_date_founds_no_fee() -> None:
    assert not speaks_of_fees(letter_facts(lines=(line("F001", due_inferred=True),)))


def test_a_promise_and_a_payment_are_named() -> None:
    body = f"[promise_amount] [promise_date]\n\n{BODY}"
    assert first(write(body, tone=LetterTone.BROKEN_PROMISE)) == "500.00 EUR 2026-02-17"
    thanks = "[paid_amount] [paid_date]\n\n[signature]"
    assert first(write(thanks, tone=LetterTone.THANKS)) == "700.00 EUR 2026-02-19"


def test_thanks_can_be_sent_when_nothing_is_left() -> None:
    thanks = "Merci pour [paid_amount].\n\n[signature]"
    letter = write(thanks, letter_facts(lines=()), tone=LetterTone.THANKS)
    assert first(letter) == "Merci pour 700.00 EUR."


def test_a_letter_in_another_language_than_its_template_is_refused() -> None:
    with pytest.raises(LetterRefused, match="'own' is in fr, the letter in en"):
        write(facts=letter_facts(Language.EN))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"lines": ()}, "nothing is owed by 'k'"),
        ({"credits": (euros(120000),)}, "nothing is owed by 'k'"),
        ({"lines": (line("F001"), line("F0", left=euros(0)))}, "'F0' has nothing left"),
        ({"lines": (line("F001", due_on=date(2026, 2, 21)),)}, "'F001' is not due on 2026-02-20"),
    ],
)
def test_a_reminder_that_would_claim_what_is_not_owed_is_refused(
    changes: dict[str, Any], told: str
) -> None:
    with pytest.raises(LetterRefused, match=told):
        write(facts=letter_facts(**changes))


def test_a_letter_on_a_promise_or_a_payment_needs_it() -> None:
    with pytest.raises(LetterRefused, match="needs the promise"):
        write(
            f"[promise_date]\n\n{BODY}",
            letter_facts(promise=None),
            tone=LetterTone.BROKEN_PROMISE,
        )
    with pytest.raises(LetterRefused, match="needs the payment"):
        write("[paid_amount]\n\n[signature]", letter_facts(payments=()), tone=LetterTone.THANKS)


def test_a_template_with_errors_writes_no_letter() -> None:
    with pytest.raises(TemplateRefused):
        write("Bonjour")


@given(st.text(max_size=40))
def test_no_name_can_break_the_subject_into_lines(name: str) -> None:
    facts = letter_facts(
        company=Company(key="c", name=name), customer=Customer(key="k", name=name), reference=name
    )
    subject = write(subject="A [company] [customer] [reference]", facts=facts).subject
    assert len(subject.splitlines()) == 1


def test_a_name_that_looks_like_a_placeholder_is_only_a_name() -> None:
    facts = letter_facts(customer=Customer(key="k", name="[table] {n} %s"))
    assert write(subject="[customer]", facts=facts).subject == "[table] {n} %s"


def open_invoice(**changes: Any) -> OpenInvoice:
    invoice = Invoice(
        key="i1",
        customer="k",
        number="F001",
        issued_on=date(2026, 1, 5),
        due_on=date(2026, 2, 4),
        amount=euros(120000),
    )
    return OpenInvoice(invoice=replace(invoice, **changes), left=euros(100000))


def test_an_open_invoice_becomes_a_line_less_what_is_disputed() -> None:
    made = letter_line(open_invoice(), euros(30000))
    assert (made.amount, made.left, made.disputed) == (euros(120000), euros(70000), euros(30000))
    assert letter_line(open_invoice(), euros(0)).disputed is None
    assert letter_line(open_invoice()).left == euros(100000)


@pytest.mark.parametrize(
    ("basis", "kind", "inferred"),
    [
        (DueBasis.STATED, InvoiceKind.INVOICE, False),
        (DueBasis.JOINED, InvoiceKind.INVOICE, False),
        (DueBasis.LEARNED, InvoiceKind.INVOICE, True),
        (DueBasis.LEGAL, InvoiceKind.INVOICE, True),
        (DueBasis.ISSUE, InvoiceKind.OPENING, False),
    ],
)
def test_a_line_says_whether_its_due_date_is_inferred(
    basis: DueBasis, kind: InvoiceKind, inferred: bool
) -> None:
    assert letter_line(open_invoice(due_basis=basis, kind=kind)).due_inferred is inferred


def test_an_item_without_a_number_is_called_by_its_label_or_key() -> None:
    assert letter_line(open_invoice(number="", label="Solde 2025")).number == "Solde 2025"
    assert letter_line(open_invoice(number="")).number == "i1"


def test_a_company_answers_for_itself_by_default() -> None:
    company = Company(key="c", name="F", sender="Anne", email="a@f.example", phone="01")
    assert correspondent(company) == Correspondent(name="Anne", email="a@f.example", phone="01")


def test_every_tone_of_a_policy_is_a_letter() -> None:
    assert {tone.value for tone in Tone} <= {tone.value for tone in LetterTone}
