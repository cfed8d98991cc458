"""Addressee: the lines of a postal address, as an envelope shows them."""

import re
from collections.abc import Sequence

from babel import Locale

from amiable.engine.parties import Contact, Customer

_TOWN = re.compile(r"(?:[A-Z]{1,3}-)?(\d{4,5})\s+(\S.*)")


def addressee(customer: Customer, contact: Contact, from_country: str) -> tuple[str, ...]:
    """Who a letter is for and where: the firm, the person, the street, the town, the country.

    The country is named, in French as the Universal Postal Union wants, when it is another than
    the sender's. What stands in the address already is not said twice.
    """
    lines = [line.strip() for line in contact.address.splitlines() if line.strip()]
    known = {line.casefold() for line in lines}
    names = dict.fromkeys((customer.name.strip(), contact.name.strip()))
    country = ""
    if customer.country and customer.country != from_country:
        country = Locale("fr").territories.get(customer.country, customer.country).upper()
    heads = [name for name in names if name and name.casefold() not in known]
    tail = [country] if country and country.casefold() not in known else []
    return (*heads, *lines, *tail)


def town_line(lines: Sequence[str]) -> tuple[str, str] | None:
    """The postcode and the town of an address, from its last line that has both."""
    for line in reversed(lines):
        found = _TOWN.fullmatch(line.strip())
        if found is not None:
            return found[1], found[2].strip()
    return None


def town(lines: Sequence[str]) -> str:
    """The town of an address without its postal extras; empty when it cannot be told."""
    found = town_line(lines)
    name = re.sub(r"\s+CEDEX.*$", "", found[1], flags=re.IGNORECASE) if found else ""
    return name.title() if name.isupper() else name
