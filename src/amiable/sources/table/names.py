"""Names: headers and customers' names brought to one spelling, so that they can be compared."""

import re
import unicodedata
from functools import lru_cache

_CAMEL = re.compile(r"(?<=[a-z0-9à-ÿ])(?=[A-ZÀ-Þ])|(?<=[A-Z])(?=[A-Z][a-z])")
_E_MAIL = re.compile(r"\be[-_ ]?mails?\b")
_NUMBER_SIGN = re.compile(r"\bn[°º]|\bn\.º|[№#]")
_OWED = re.compile(r"\bd[ûu]e?s?$|\bdûe?s?\b")


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_STOP = _set("de du des d la le les l the of a au en et and un une")
_SHORT = {
    "no": "numero",
    "num": "numero",
    "nr": "numero",
    "nbr": "numero",
    "number": "numero",
    "ref": "reference",
    "fact": "facture",
    "fac": "facture",
    "cde": "commande",
    "mt": "montant",
    "mnt": "montant",
    "mtt": "montant",
    "dt": "date",
    "ech": "echeance",
    "tel": "telephone",
    "cli": "client",
    "clt": "client",
    "rgt": "reglement",
    "regl": "reglement",
    "rglt": "reglement",
    "inv": "invoice",
    "cust": "customer",
    "amt": "amount",
    "pmt": "payment",
}

# Legal forms that say nothing of who the customer is. The first are never a word of a name.
_FORMS = _set(
    "sarl sas sasu eurl snc sca scs scp sci scop selarl earl gaec gie gmbh ltd llc plc inc "
    "bvba sprl srl"
)
_FORMS_AT_AN_END = _set(
    "sa ste societe ets etablissements etablissement ag bv nv spa limited co corp se kg oy ab "
    "monsieur madame mr mme m"
)
_DOTTED = re.compile(r"\b(?:\w\.\s?){2,}\w?(?=\W|$)")


@lru_cache(maxsize=16384)
def fold(text: str) -> str:
    """The text without accents or case: "Échéance" gives "echeance", "œ" gives "oe"."""
    text = text.casefold()
    if text.isascii():
        return text
    text = text.replace("œ", "oe").replace("æ", "ae").replace("’", "'")
    parts = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in parts if not unicodedata.combining(sign))


@lru_cache(maxsize=4096)
def header_words(header: str) -> tuple[str, ...]:
    """The words of a header, in one spelling.

    Accents, case, CamelCase, punctuation, plurals, small words and the usual short forms no
    longer count: "N° Fact.", "NumeroFacture" and "numéro de facture" are the same.
    """
    text = _CAMEL.sub(" ", header).casefold()
    text = _NUMBER_SIGN.sub(" numero ", _E_MAIL.sub(" email ", text.strip()))
    text = fold(_OWED.sub(_owed, text))
    words = (_SHORT.get(word, word) for word in re.findall(r"[a-z0-9]+", text))
    return tuple(_singular(word) for word in words if word not in _STOP)


def _owed(found: re.Match[str]) -> str:
    """Keep "dû" apart from "du": it tells what is left to pay from the whole amount."""
    return "due" if found.group() == "due" else " owed "


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


@lru_cache(maxsize=65536)
def normalised_name(name: str) -> str:
    """A customer's name in one spelling, to join two files that hold no common code.

    Case, accents, punctuation and legal forms (SA, SARL, S.A.S., EURL, Ltd, GmbH...) no longer
    count: "S.A.R.L. Le Fournil", "LE FOURNIL" and "Le Fournil (SARL)" give "le fournil". Two
    names that differ in any other way stay apart: joining those is a person's choice.
    """
    text = _DOTTED.sub(lambda found: re.sub(r"[.\s]", "", found.group()) + " ", fold(name))
    words = re.findall(r"[^\W_]+", text.replace("&", " et "))
    kept = [word for word in words if word not in _FORMS]
    while len(kept) > 1 and kept[-1] in _FORMS_AT_AN_END:
        kept.pop()
    while len(kept) > 1 and kept[0] in _FORMS_AT_AN_END and kept[0] != "spa":
        kept.pop(0)
    return " ".join(kept or words)
