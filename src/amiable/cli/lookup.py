"""Look up: the one customer a person means, by a code or a part of the name."""

import unicodedata
from difflib import get_close_matches

from amiable.cli.failures import Refused
from amiable.cli.texts import t
from amiable.store.customer import find_customers, list_customers
from amiable.store.models import Company, Customer

_SHOWN = 20


def fold(text: str) -> str:
    """``text`` without accents, ligatures and capitals: "Bœuf Étoilé" gives "boeuf etoile"."""
    plain = text.casefold().replace("œ", "oe").replace("æ", "ae").replace("’", "'")
    return "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))


def customer_of(company: Company, words: str) -> Customer:
    """The one customer meant by a key or a part of the name, accents and capitals apart."""
    found = find_customers(company.pk, words) if words.strip() else []
    if not found and words.strip():
        known = list_customers(company.pk)
        found = [row for row in known if fold(words) in fold(row.name)][:_SHOWN]
        if not found:
            raise Refused(_unknown_customer(words, known))
    if not found:
        raise Refused(t("error.customer_empty"))
    if len(found) > 1:
        names = "\n".join(f"  {row.key}  {row.name}" for row in found)
        raise Refused(t("error.which_customer", words=words) + "\n" + names)
    return found[0]


def _unknown_customer(words: str, known: list[Customer]) -> str:
    if not known:
        return t("customers.none")
    near = _near(fold(words), known)
    if not near:
        return t("error.customer_unknown", words=words)
    names = ", ".join(f"{row.name} ({row.key})" for row in near)
    return t("error.customer_near", words=words, names=names)


def _near(words: str, known: list[Customer]) -> list[Customer]:
    """Customers whose code, name, or a word of it looks like the words."""
    looks: dict[str, Customer] = {}
    for row in known:
        name = fold(row.name)
        for look in (fold(row.key), name, *name.split()):
            looks.setdefault(look, row)
    found = {looks[look].pk: looks[look] for look in get_close_matches(words, looks, cutoff=0.7)}
    return list(found.values())
