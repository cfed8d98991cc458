"""A letter's facts for the tests: one invented company, one customer, invoices on demand."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from amiable.engine.ledger import Credit
from amiable.engine.letter import Correspondent, LetterFacts, LetterLine
from amiable.engine.money import Money
from amiable.engine.parties import Company, Contact, Customer, Language
from amiable.engine.promise import Promise

ON = date(2026, 2, 20)


def euros(minor: int) -> Money:
    return Money(minor=minor, currency="EUR")


def line(number: str, *, due_on: date = date(2026, 2, 4), **changes: Any) -> LetterLine:
    made = LetterLine(
        number=number,
        issued_on=date(2026, 1, 5),
        due_on=due_on,
        amount=euros(120000),
        left=euros(120000),
    )
    return replace(made, **changes)


def lines(count: int, due_on: date = date(2026, 2, 4)) -> tuple[LetterLine, ...]:
    return tuple(
        line(f"F{number:03d}", due_on=due_on + timedelta(days=number % 3), left=euros(100 * number))
        for number in range(1, count + 1)
    )


def letter_facts(language: Language = Language.FR, **changes: Any) -> LetterFacts:
    made = LetterFacts(
        company=Company(
            key="c",
            name="Fournil SARL",
            iban="FR1420041010050500013M02606",
            bic="PSSTFRPPXXX",
        ),
        customer=Customer(key="k", name="Boulangerie Marchand"),
        contact=Contact(key="p", customer="k", name="Claire Martin"),
        language=language,
        on=ON,
        lines=(line("F001"),),
        answer_to=Correspondent(
            name="Anne Petit", email="compta@fournil.example", phone="01 02 03 04 05"
        ),
        reference="C0042",
        last_reminder_on=date(2026, 2, 12),
        promise=Promise(
            key="p",
            customer="k",
            made_on=date(2026, 2, 10),
            due_on=date(2026, 2, 17),
            amount=euros(50000),
        ),
        payments=(
            Credit(
                key="q",
                customer="k",
                number="V1",
                received_on=date(2026, 2, 19),
                amount=euros(70000),
            ),
        ),
        indemnity=euros(4000),
    )
    return replace(made, **changes)
