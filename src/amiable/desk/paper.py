"""Paper: the page of a reminder that goes by post, as it is kept until it is printed."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from amiable.desk.company_logo import logo_of
from amiable.desk.letter import letter_facts
from amiable.engine.letter import Letter, claim
from amiable.engine.parties import POSTAL, Channel, Company
from amiable.engine.situation import Account
from amiable.engine.verdict import Remind
from amiable.store.company import load_company
from amiable.store.models import Company as CompanyRow
from amiable.words.addressee import addressee
from amiable.words.letter import PrintFile, letter_page, write_letters


def page_of(
    company: Company, account: Account, decision: Remind, letter: Letter, on: date, grace: int
) -> dict[str, Any] | None:
    """The page of a letter; None for what does not go by post. ``grace`` as the policy has it."""
    if decision.channel not in POSTAL:
        return None
    facts = letter_facts(
        company, account, decision.listed, decision.contact, letter.language, on, grace
    )
    return letter_page(
        letter,
        company,
        addressee(account.customer, decision.contact, company.country),
        registered=decision.channel is Channel.REGISTERED,
        amounts=claim(facts),
        reference=facts.reference,
    )


def letter_pdf(company: CompanyRow, page: Mapping[str, Any], on: date) -> bytes:
    """One letter by itself, as it is printed on a day."""
    logo = logo_of(company)
    value = load_company(company)
    return write_letters(
        PrintFile(
            company=value,
            pages=[page],
            on=on,
            language=value.language,
            logo=logo[1] if logo else None,
        )
    )
