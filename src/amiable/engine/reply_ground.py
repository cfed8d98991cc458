"""The words by which a dispute is understood, by its ground, in French and English.

As in `reply_words`: matched against plain text, lower case and without accents.
"""

from amiable.engine.dispute import Ground
from amiable.engine.reply_words import any_of

_GOODS = (
    r"(?:marchandises?|commandes?|livraisons?|colis|materiels?|produits?|prestations?|articles?"
    r"|pieces?|palettes?|travaux)"
)

GROUNDS = (
    (
        Ground.NOT_ORDERED,
        any_of(
            r"\b(?:n'avons|n'ai|n'a)\s+(?:jamais|pas|rien)\s+(?:rien\s+)?(?:passe\s+)?(?:cette\s+)?"
            r"command\w+",
            r"\bjamais\s+commande\b",
            r"\b(?:never|did not|didn't|have not|haven't)\s+(?:placed?\s+(?:this|that|any"
            r"|an)\s+order"
            r"|order(?:ed)?)\b",
        ),
    ),
    (
        Ground.NOT_RECEIVED,
        any_of(
            r"\b(?:n'avons|n'ai|n'a)\s+(?:toujours\s+|a ce jour\s+)?(?:pas|jamais"
            r"|rien)\s+(?:encore\s+)?"
            rf"(?:ete\s+livre\w*|recu\s+(?:la|le|les|notre|nos|cette|ces|l'|vos|votre|de"
            rf"|l'ensemble de"
            rf" la)?\s*{_GOODS})",
            rf"\b{_GOODS}\b(?:\s+\S+){{0,4}}?\s+(?:n'a|n'ont|n'est|ne sont"
            rf"|ne nous)\s+(?:toujours\s+)?"
            r"(?:pas|jamais)\s+(?:encore\s+)?(?:ete\s+)?(?:livr\w+|arriv\w+|recu\w*|parvenu\w*"
            r"|realise\w*)",
            r"\bjamais\s+(?:ete\s+)?livre\w*",
            r"\b(?:never|not|haven't|didn't)\s+(?:yet\s+)?(?:received?|got|get|seen)\s+(?:the"
            r"|our|these"
            r"|any|this|your)\s+(?:goods|orders?|delivery|parcels?|items?|products?|shipment"
            r"|materials?"
            r"|merchandise)",
            r"\b(?:goods|order|delivery|parcel|items|shipment)\b(?:\s+\S+){0,3}?\s+(?:never|not)\s+"
            r"(?:been\s+)?(?:arrived|delivered|received|shipped)",
        ),
    ),
    (
        Ground.TWICE,
        any_of(
            r"\b(?:factur\w+|compte\w*|paye\w*|regle\w*)\s+(?:\S+\s+){0,4}?(?:deux fois|en double"
            r"|en doublon)",
            r"\bdouble\s+facturation\b|\bdoublon\b",
            r"\b(?:billed|invoiced|charged)\s+(?:\S+\s+){0,4}?twice\b|\bduplicate\s+(?:invoice"
            r"|charge"
            r"|billing)\b",
            r"\b(?:double[\s-](?:billed|charged|invoiced|billing))\b",
        ),
    ),
    (
        Ground.QUANTITY,
        any_of(
            r"\b(?:n'avons|n'ai)\s+recu\s+(?:que|qu')",
            rf"\b(?:il|qu'il)\s+(?:nous\s+)?(?:manque|manquait"
            rf"|manquent)\b(?:\s+\S+){{0,6}}?\s*{_GOODS}?",
            rf"\b{_GOODS}\s+(?:manquante?s?|incompletes?)\b|\blivraison\s+(?:partielle"
            rf"|incomplete)\b",
            r"\b(?:erreur|ecart)\s+(?:sur|de)\s+(?:la|les)?\s*quantites?\b",
            r"\bquantites?\b(?:\s+\S+){0,3}?\s+(?:ne correspond\w*|incorrecte?s?|erronee?s?"
            r"|fausses?)",
            r"\bonly\s+(?:received|got|delivered)\s+\S+",
            r"\b(?:missing|short)\s+(?:items?|units?|boxes|pallets?|pieces?|parts)\b",
            r"\b(?:items?|units?|boxes|pallets?|pieces?)\s+(?:are|were|is|was)\s+missing\b",
            r"\b(?:short|incomplete|partial)\s+(?:delivery|shipment)\b|\bwrong\s+quantit(?:y"
            r"|ies)\b",
        ),
    ),
    (
        Ground.QUALITY,
        any_of(
            r"\b(?:fissur\w+|ray(?:e|ee)s?|rouille\w*|moisi\w*|pourrie?s?|hors service|en panne)\b",
            r"\b(?:pas|jamais)\s+(?:ete\s+)?(?:termine|fini|acheve)e?s?\b|\binachev\w+"
            r"|\bles reserves\b",
            r"\b(?:not|never|isn't)\s+(?:been\s+)?(?:finished|completed)\b|\bunfinished\b"
            r"|\bcracked\b",
            r"\b(?:defectueu\w+|abimee?s?|cassee?s?|endommagee?s?|malfacons?|non[\s-]conformes?"
            r"|inutilisables?|perimee?s?|vices? caches?)\b",
            r"\bne\s+(?:fonctionne\w*|marche\w*)\s+(?:pas|plus|toujours pas)\b",
            r"\b(?:probleme|souci|defaut|mauvaise|manque)\s+(?:de|s)?\s*qualite\b"
            r"|\bqualite\s+(?:\S+\s+)"
            r"{0,2}?(?:insuffisante|mediocre|deplorable|inacceptable)",
            r"\b(?:non[\s-]conformite|pas\s+conformes?)\b",
            r"\b(?:damaged|defective|faulty|broken|unusable|substandard"
            r"|not\s+up\s+to\s+standard)\b",
            r"\bpoor\s+quality\b|\bquality\s+(?:issues?|problems?|defects?)\b",
            r"\b(?:does|do|did)(?:n't| not)\s+(?:work|match the (?:sample|specification))\b",
        ),
    ),
    (
        Ground.PRICE,
        any_of(
            r"\berreurs?\s+(?:de|sur|dans)\s+(?:le\s+|les\s+|la\s+|votre\s+)?(?:prix|tarifs?"
            r"|montants?"
            r"|facturation|calcul|taux|tva|facture)\b",
            r"\b(?:prix|tarifs?|montants?|remise|taux)\b(?:\s+\S+){0,5}?\s+(?:ne correspond\w*"
            r"|n'est pas"
            r"|ne sont pas|incorrecte?s?|errone\w*|faux|different|superieur|trop eleve"
            r"|ne convient)",
            r"\b(?:prix|tarif|montant)\s+(?:convenu|du devis|negocie)\b",
            r"\b(?:forgot(?:ten)?|missing|omitted)\s+(?:\S+\s+){0,3}?(?:discount|rebate)\b",
            r"\boubli\w+\s+(?:\S+\s+){0,3}?(?:remise|rabais|ristourne)\b",
            r"\bremise\b(?:\s+\S+){0,4}?\s+(?:n'a|n'est|non|oubliee)\s*(?:pas)?",
            r"\bsurfactur\w+|\bne\s+correspond\w*\s+pas\s+(?:a|au|aux)\s+(?:notre|votre|nos|vos"
            r"|la|le|du|l')?"
            r"\s*(?:devis|commande|bon|accord|contrat|tarif)",
            r"\bovercharged?\b|\b(?:wrong|incorrect)\s+(?:price|amount|rate|vat|total"
            r"|unit price)\b",
            r"\b(?:price|amount|rate|total|discount)\b(?:\s+\S+){0,5}?\s+(?:is|was|are"
            r"|were)\s+(?:wrong"
            r"|incorrect|too high|not (?:what|the|as|correct|applied|right)|higher|different"
            r"|missing)",
            r"\b(?:does|do)(?:n't| not)\s+(?:match|correspond to|agree with)\s+(?:the|our|your)\s+"
            r"(?:quote|order|purchase order|po|contract|agreed)",
        ),
    ),
    (
        Ground.OTHER,
        any_of(
            r"\b(?:contestons|conteste|contestation|contester)\b",
            r"\b(?:sommes|est|suis)\s+en\s+(?:litige|desaccord)\b|\b(?:un|ce|le)\s+litige\b",
            r"\b(?:pas|en)\s+d'accord\s+(?:avec|sur)\b|\bdesaccord\b",
            r"\b(?:refusons|refuse|refusais)\s+(?:de\s+)?(?:payer|regler|cette|la|le)\b",
            r"\b(?:attente|attendons|attends|demandons|demande|reclamons|etablir|emettre|obtenir)\b"
            r"(?:\s+\S+){0,3}?\s*\b(?:d'un|un|l'|votre|cet|de l'|d')\s*avoir\b(?!\s+(?:recu"
            r"|regle|paye))",
            r"\bl'avoir\s+(?:promis|convenu|annonce|prevu|demande|attendu)\b",
            r"\b(?:we|i)\s+(?:are\s+)?disput(?:e|ing)\b|\b(?:in|under)\s+dispute\b|\bdisputed\b",
            r"\b(?:do not|don't|cannot|can't)\s+(?:agree\s+(?:with|to)|accept)\s+(?:this|the"
            r"|your|that"
            r"|these)\b|\bdisagree\b|\bobject to\b",
            r"\b(?:credit note|credit memo)\b",
        ),
    ),
)
"""Grounds of a dispute, the more telling first: one mail is given one."""
