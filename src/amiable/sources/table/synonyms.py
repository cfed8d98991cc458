"""The words people put above their columns, in French and English, for each kind of table.

``strong`` words may stand among others ("Date de la facture (jj/mm/aaaa)"); ``weak`` words
count only alone, and less; a header holding a ``never`` word is not that field. All of them are
compared after `names.header_words`, so accents, case, plurals and small words do not count.
"""

from dataclasses import dataclass

from amiable.sources.table.fields import Field, TableKind
from amiable.sources.table.names import header_words


@dataclass(frozen=True, slots=True)
class Words:
    """The header words of one field, each as its tuple of words."""

    strong: tuple[tuple[str, ...], ...]
    weak: tuple[tuple[str, ...], ...]
    never: frozenset[str]


def _words(strong: str, weak: str = "", never: str = "") -> Words:
    """Words written as "date facture, invoice date"; commas part the phrases."""
    return Words(
        tuple(header_words(phrase.strip()) for phrase in strong.split(",") if phrase.strip()),
        tuple(header_words(phrase.strip()) for phrase in weak.split(",") if phrase.strip()),
        frozenset(word for phrase in never.split() for word in header_words(phrase)),
    )


_CODE = _words(
    "code client, client code, numéro client, id client, identifiant client, compte client, "
    "compte auxiliaire, compte tiers, code tiers, numéro tiers, customer id, customer code, "
    "customer number, customer account, account number, account code, client id, client number, "
    "debtor code, debtor number, debtor id, comp aux num, code débiteur, numéro compte",
    "code, client, customer, tiers, compte, account, auxiliaire, débiteur, debtor",
    "nom name postal pays country devise currency banque bank ville zip service facture invoice",
)
_NAME = _words(
    "nom client, raison sociale, client nom, intitulé client, intitulé compte, dénomination, "
    "société, entreprise, nom tiers, libellé tiers, libellé client, customer name, client name, "
    "company name, company, debtor name, account name, business name, bill to, "
    "nom entreprise, nom société, comp aux lib, organisation, organization",
    "client, customer, tiers, débiteur, debtor, nom, name, intitulé, acheteur, buyer, "
    "contact name, contact",
    "code numero number id prenom first siren siret tva vat type email telephone",
)
_CURRENCY = _words("devise, monnaie, code devise, currency, currency code, ccy, cur", "", "montant")
_TERMS = _words(
    "conditions paiement, conditions règlement, délai paiement, délai règlement, modalités "
    "paiement, modalités règlement, payment terms, terms, credit terms, payment conditions, "
    "payment term, conditions, délai",
    "mode règlement, mode paiement, délai jours, net days, règlement",
    "moyen retard late livraison delivery",
)
_EMAIL = _words("email, mail, courriel, adresse mail, email address, adresse électronique, mèl")
_PHONE = _words(
    "téléphone, telephone, phone, phone number, fixe, téléphone fixe, landline",
    "",
    "portable mobile gsm fax",
)
_MOBILE = _words("portable, mobile, gsm, téléphone portable, mobile phone, cell, cellphone")
_LANGUAGE = _words("langue, language, lang, locale")

_INVOICES = {
    Field.CUSTOMER_CODE: _CODE,
    Field.CUSTOMER_NAME: _NAME,
    Field.NUMBER: _words(
        "numéro facture, facture numéro, numéro pièce, référence facture, numéro document, "
        "invoice number, invoice no, invoice id, invoice reference, document number, document "
        "no, bill number, piece ref, référence pièce, pièce numéro",
        "facture, pièce, document, invoice, numéro, référence, number, reference, id, bill, "
        "pièce comptable",
        "client customer commande order date montant amount total echeance tiers compte",
    ),
    Field.ISSUED_ON: _words(
        "date facture, date facturation, date émission, émise le, émis le, date pièce, date "
        "document, date comptable, date écriture, invoice date, issue date, issued on, bill "
        "date, billing date, document date, posting date, date issued, facturé le",
        "date, issued",
        "echeance due reglement paiement payment paid settled settlement livraison commande order "
        "relance reminder limite encaissement paperless lettrage naissance maturity",
    ),
    Field.DUE_ON: _words(
        "date échéance, échéance, échéance le, date limite paiement, date limite règlement, à "
        "payer le, payable le, due date, due on, maturity, maturity date, payment due date, date "
        "due, date exigibilité, date butoir, exigible le, payable by, pay by",
        "due, exigibilité",
        "montant amount mode nombre jour days numero type condition",
    ),
    Field.AMOUNT: _words(
        "montant ttc, total ttc, ttc, montant facture, montant total, total facture, montant "
        "initial, montant origine, invoice amount, invoice total, total amount, gross amount, "
        "amount incl tax, amount incl vat, total incl vat, total incl tax, amount including vat, "
        "total including vat, total including tax, amount including tax, original amount, grand "
        "total, montant toutes taxes comprises, montant facturé",
        "montant, total, amount, gross, montant eur, amount eur, value",
        "restant reste solde owed due paye regle paid open ht hors excl excluding net remaining "
        "outstanding balance escompte remise penalite encaisse acompte received unpaid impaye "
        "ouvert devise currency k keur millier thousand",
    ),
    Field.REMAINING: _words(
        "reste dû, reste à payer, reste à régler, restant dû, solde dû, montant restant, montant "
        "dû, solde restant, restant à payer, amount due, balance due, outstanding amount, open "
        "amount, amount open, amount remaining, remaining amount, open balance, solde facture, "
        "montant ouvert, amount outstanding, outstanding balance, solde ttc, remaining balance, "
        "unpaid amount, montant impayé, somme due",
        "reste, solde, restant, impayé, encours, à payer, balance, outstanding, remaining, unpaid, "
        "open, dû",
        "date ht hors paye regle compte k keur millier thousand",
    ),
    Field.PAID: _words(
        "montant payé, déjà payé, montant réglé, déjà réglé, montant encaissé, amount paid, paid "
        "amount, amount received, paid to date, total réglé, total payé, acompte versé, "
        "already paid, received amount",
        "payé, réglé, encaissé, règlements, paid, received, acompte, acomptes",
        "date mode moyen reste non",
    ),
    Field.SETTLED_ON: _words(
        "date paiement, date règlement, payée le, payé le, réglée le, réglé le, date "
        "encaissement, date lettrage, settled date, settled on, settlement date, paid date, date "
        "paid, paid on, payment date, clearing date, closed date, date settled, soldée le, "
        "encaissée le, date solde",
        "settled",
        "limite echeance due prevu prevue expected butoir",
    ),
    Field.CURRENCY: _CURRENCY,
    Field.DISPUTED: _words(
        "litige, en litige, contesté, contestée, disputed, dispute, in dispute, litigieux",
        "",
        "date montant amount motif raison cause reason commentaire comment note",
    ),
    Field.DISPUTE_REASON: _words(
        "motif litige, motif contestation, raison litige, cause litige, commentaire litige, "
        "dispute reason, reason dispute, disputed reason, dispute comment, dispute note",
        "motif, reason",
        "date montant amount rejet reject",
    ),
    Field.DOCUMENT: _words(
        "type pièce, type document, nature pièce, document type, invoice type, type facture",
        "type, nature",
        "client customer",
    ),
    Field.ORDER: _words(
        "numéro commande, bon commande, référence commande, order number, purchase order, po "
        "number, order reference, votre référence, your reference, customer reference, "
        "customer order, référence client",
        "commande, order, po",
        "date",
    ),
    Field.TERMS: _TERMS,
    Field.LABEL: _words(
        "libellé, objet, description, désignation, label, subject, memo, commentaire, wording",
        "intitulé, comment, notes",
        "client tiers compte",
    ),
}

_PAYMENTS = {
    Field.CUSTOMER_CODE: _CODE,
    Field.CUSTOMER_NAME: _NAME,
    Field.PAID_ON: _words(
        "date paiement, date règlement, date encaissement, date valeur, date opération, date "
        "virement, payment date, paid date, paid on, date paid, settlement date, received date, "
        "date received, value date, date remise, reçu le, encaissé le, payé le",
        "date",
        "echeance due facture invoice limite",
    ),
    Field.AMOUNT: _words(
        "montant payé, montant réglé, montant encaissé, montant paiement, montant règlement, "
        "payment amount, amount paid, amount received, paid amount, received amount, montant reçu, "
        "montant virement",
        "montant, amount, total, payé, paid, encaissé, règlement, paiement, payment",
        "date mode moyen reste solde ht facture invoice due owed",
    ),
    Field.NUMBER: _words(
        "numéro facture, facture réglée, facture payée, invoice number, invoice no, invoice id, "
        "référence facture, factures réglées, invoice reference",
        "facture, invoice",
        "date montant amount",
    ),
    Field.REFERENCE: _words(
        "référence paiement, référence règlement, référence virement, payment reference, "
        "libellé opération, numéro chèque, transaction id, numéro pièce, référence bancaire, "
        "payment id, cheque number, numéro paiement, numéro règlement, payment number",
        "référence, libellé, reference, transaction, label, description, communication, motif, "
        "memo, pièce",
        "client facture invoice date montant",
    ),
    Field.METHOD: _words(
        "mode règlement, mode paiement, moyen paiement, type règlement, payment method, payment "
        "type, type paiement, moyen règlement, payment mode",
        "mode, method",
    ),
    Field.CURRENCY: _CURRENCY,
}

_PARTY_CODE = _words(
    ", ".join(" ".join(phrase) for phrase in _CODE.strong) + ", référence client",
    "code, id, numéro, number, référence, compte, account, client, customer, tiers",
    "nom name postal pays country devise currency banque bank ville zip service siren siret tva",
)
_CUSTOMERS = {
    Field.CUSTOMER_CODE: _PARTY_CODE,
    Field.CUSTOMER_NAME: _NAME,
    Field.CUSTOMER_KIND: _words(
        "type client, nature client, catégorie client, customer type, customer kind, client type, "
        "type clientèle",
        "type, nature, catégorie, category, kind",
    ),
    Field.SIREN: _words(
        "siren, siret, numéro siren, numéro siret, siren siret, company number, registration "
        "number, company registration number"
    ),
    Field.VAT: _words(
        "numéro tva, tva intracommunautaire, tva intracom, identifiant tva, vat number, vat id, "
        "vat registration, tax id, code tva",
        "tva, vat",
        "montant taux rate amount",
    ),
    Field.LANGUAGE: _LANGUAGE,
    Field.COUNTRY: _words("pays, code pays, country, country code"),
    Field.TERMS: _TERMS,
    Field.AUTOPAY: _words(
        "prélèvement, prélèvement automatique, prélèvement sepa, autopay, direct debit, sepa "
        "direct debit, auto pay, prélevé",
        "",
        "date rum mandat mandate",
    ),
    Field.SEGMENT: _words(
        "segment, profil payeur, segment payeur, comportement paiement, payer profile, payer "
        "segment, payment profile"
    ),
    Field.INSOLVENT_ON: _words(
        "date procédure collective, date redressement judiciaire, date liquidation judiciaire, "
        "date redressement, date liquidation, date sauvegarde, date rj, date lj, date rj lj, "
        "date jugement, date jugement ouverture, jugement ouverture, insolvency date, date "
        "insolvency, insolvent since, insolvent on, bankruptcy date",
        "procédure collective, redressement judiciaire, liquidation judiciaire, redressement, "
        "liquidation, sauvegarde, rj, lj, rj lj, insolvency, insolvent, bankruptcy, bankrupt, "
        "insolvency proceedings",
        "fin cloture end type tribunal court mandataire administrateur numero",
    ),
    Field.EMAIL: _EMAIL,
    Field.PHONE: _PHONE,
    Field.MOBILE: _MOBILE,
}
_CONTACTS = {
    Field.CUSTOMER_CODE: _CODE,
    Field.FIRST_NAME: _words("prénom, prénom contact, first name, given name, firstname"),
    Field.LAST_NAME: _words(
        "nom famille, last name, surname, family name, lastname", "nom, nom contact", "prenom"
    ),
    Field.CONTACT_NAME: _words(
        "nom contact, contact, interlocuteur, nom complet, contact name, full name, contact "
        "person, nom prénom, à attention, attention, correspondant, person",
        "nom, name",
        "email telephone phone type role fonction mobile id",
    ),
    Field.CUSTOMER_NAME: _words(
        ", ".join(" ".join(phrase) for phrase in _NAME.strong),
        "client, customer, tiers, débiteur, debtor, nom, name",
        "code numero number id contact prenom first email telephone",
    ),
    Field.ROLE: _words(
        "fonction, rôle, role, poste, job title, position, function, type contact, contact role, "
        "contact type, qualité",
        "service, title, job, department",
    ),
    Field.EMAIL: _EMAIL,
    Field.PHONE: _PHONE,
    Field.MOBILE: _MOBILE,
    Field.LANGUAGE: _LANGUAGE,
}

SYNONYMS: dict[TableKind, dict[Field, Words]] = {
    TableKind.INVOICES: _INVOICES,
    TableKind.PAYMENTS: _PAYMENTS,
    TableKind.CUSTOMERS: _CUSTOMERS,
    TableKind.CONTACTS: _CONTACTS,
}
"""The header words of each field, by kind of table; where two kinds fit, the earlier is taken."""

KIND_HINTS: dict[TableKind, tuple[str, ...]] = {
    TableKind.INVOICES: ("facture", "invoice", "impaye", "encours", "open item", "echeancier"),
    TableKind.PAYMENTS: ("paiement", "reglement", "encaissement", "payment", "receipt", "virement"),
    TableKind.CUSTOMERS: ("client", "customer", "tiers", "debtor"),
    TableKind.CONTACTS: ("contact", "interlocuteur", "annuaire"),
}
"""Words in a file's or a sheet's name that speak for a kind of table."""

FRENCH_WORDS = frozenset(
    word
    for (word,) in _words(
        "facture, client, montant, échéance, devise, solde, reste, règlement, paiement, libellé, "
        "nom, prénom, raison, sociale, société, pièce, commande, litige, motif, procédure, "
        "langue, pays, dû, prélèvement, émission, émise, téléphone, fonction, interlocuteur, "
        "tiers, encaissement, virement, chèque, payé"
    ).strong
)
"""Header words that make a file look French."""
