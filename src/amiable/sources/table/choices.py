"""Choices: the words by which cells say yes, credit note, accountant, French..."""

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import TypeVar

from babel import Locale
from babel.numbers import is_currency

from amiable.engine.parties import ContactRole, CustomerKind, Language, Segment
from amiable.sources.table.cells import currency_named
from amiable.sources.table.names import fold

T = TypeVar("T")
Choices = Mapping[str, T]


def _choices(*groups: tuple[T, str]) -> dict[str, T]:
    return {_plain(word.strip()): value for value, words in groups for word in words.split(",")}


@lru_cache(maxsize=4096)
def _plain(text: str) -> str:
    """The words of a text in one spelling; the text itself where it has none ("-", "✓")."""
    return " ".join(re.findall(r"[^\W_]+", fold(text))) or text


def choice(known: Choices[T], text: str) -> T | None:
    """What a cell's words mean, or None when they are not known."""
    return known.get(_plain(text)) if text else None


_YES = "oui, yes, y, o, true, vrai, 1, x, ok, ✓"
_NO = "non, no, n, false, faux, 0, -, aucun, none"
DISPUTED = _choices(
    (True, _YES + ", litige, en litige, contesté, contestée, disputed, open, ouvert, en cours"),
    (False, _NO + ", clos, close, closed, résolu, resolved, levé, terminé, sans litige"),
)
INSOLVENT = _choices(
    (
        True,
        _YES + ", rj, lj, redressement, liquidation, redressement judiciaire, liquidation "
        "judiciaire, sauvegarde, procédure collective, insolvent, bankrupt, insolvency",
    ),
    (False, _NO + ", in bonis, solvent, clos, close, closed, clôturé, clôturée, terminé"),
)
AUTOPAY = _choices(
    (True, _YES + ", prélèvement, prélevé, direct debit, sdd, sepa, prélèvement sepa"),
    (False, _NO + ", virement, transfer, chèque, cheque, check, cb, carte, card"),
)
DOCUMENTS = _choices(
    (
        True,
        "avoir, av, a, note de crédit, credit note, credit memo, credit, cn, facture d'avoir, 381",
    ),
    (False, "facture, fact, fac, fa, f, fc, invoice, inv, in, facture client, vente, sale, 380"),
)
"""True for a credit note, False for an invoice."""
CUSTOMER_KINDS = _choices(
    (
        CustomerKind.BUSINESS,
        "entreprise, professionnel, pro, b2b, business, company, société, privé, privée, pme, "
        "commerce, corporate, professional",
    ),
    (CustomerKind.CONSUMER, "particulier, consommateur, b2c, consumer, individual, personal"),
    (
        CustomerKind.PUBLIC,
        "public, administration, collectivité, collectivité territoriale, b2g, secteur public, "
        "mairie, état, government, public sector, organisme public",
    ),
)
LANGUAGES = _choices(
    (Language.FR, "fr, français, française, french, fra, fre, fr fr, fr be, fr ch, francais"),
    (Language.EN, "en, anglais, anglaise, english, eng, en us, en gb, gb, uk"),
)
SEGMENTS = _choices(
    (Segment.REGULAR, "regular, régulier, bon payeur, ponctuel, good, à l'heure"),
    (
        Segment.OFTEN_LATE,
        "often late, souvent en retard, retardataire, mauvais payeur, late, en retard, late payer",
    ),
    (Segment.AT_RISK, "at risk, à risque, risque, risk, douteux, risqué"),
    (Segment.NEW, "new, nouveau, nouvelle"),
)
_ROLE_STEMS = (
    (ContactRole.LEGAL, "jurid legal contentieu avocat lawyer counsel"),
    (ContactRole.ACCOUNTANT, "compta account financ factur daf raf tresor fournisseur payable cfo"),
    (ContactRole.BUYER, "achat achet acqui buyer purchas procure approvision"),
    (
        ContactRole.MANAGER,
        "gerant dirigeant direct pdg president ceo owner manager dg patron director associe",
    ),
    (ContactRole.MAIN, "principal main"),
)


def role_of(text: str) -> ContactRole:
    """The role that a job title names; MAIN where it names none that reminders know."""
    words = re.findall(r"[^\W_]+", fold(text))
    for role, stems in _ROLE_STEMS:
        if any(word.startswith(stem) for word in words for stem in stems.split()):
            return role
    return ContactRole.MAIN


@cache
def country_code(text: str) -> str | None:
    """The ISO 3166 code of a country named in French or English or by its code, or None."""
    code = text.upper()
    names = _country_names()
    if len(code) == 2 and code in names.values():
        return code
    return names.get(fold(text))


@cache
def _country_names() -> dict[str, str]:
    names = {"fra": "FR", "bel": "BE", "che": "CH", "deu": "DE", "esp": "ES", "gbr": "GB"}
    for language in ("fr", "en"):
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in ("EU", "EZ", "UN", "ZZ"):
                names[fold(name)] = code
    return names


@cache
def currency_code(text: str) -> str | None:
    """The ISO 4217 code that a currency cell names, or None."""
    code = currency_named(text)
    return code if code and is_currency(code) else None
