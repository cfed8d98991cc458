"""The words by which answers are understood, in French and English, as regular expressions.

They are matched against plain text: lower case, without accents. ``SAYS`` are phrases that carry a
meaning; a phrase may name only the adverbs that leave the meaning standing, so that "nous n'avons
pas payé" is no payment. ``UNLESS`` are words of the same clause that take the meaning back: a
condition, a refusal, a question of another thing.
"""

import re
from enum import StrEnum


class Meaning(StrEnum):
    """What an answer seems to mean."""

    PAID = "paid"
    WILL_PAY = "will_pay"
    WRONG_PERSON = "wrong_person"
    DISPUTE = "dispute"
    OUT_OF_OFFICE = "out_of_office"
    ASKS_COPY = "asks_copy"
    ASKS_INSTALMENTS = "asks_instalments"
    STOP = "stop"


def any_of(*phrases: str) -> re.Pattern[str]:
    """One expression that finds any of some phrases."""
    return re.compile("|".join(f"(?:{phrase})" for phrase in phrases))


_ADVERB = (
    r"(?:\s+(?:bien|deja|donc|egalement|aussi|enfin|effectivement|entre[\s-]temps|depuis|deja bien"
    r"|integralement|totalement|aujourd'hui|hier|ce jour|ce matin|bel et bien|quant a nous))*\s+"
)
_ALREADY = r"(?:\s+(?:already|now|just|since|in fact|indeed|duly|fully|recently|actually))*\s+"
_MONEY = r"(?:reglements?|paiements?|virements?|cheques?|prelevements?|versements?)"
_BILL = r"(?:factures?|notes?|sommes?|montants?|echeances?|soldes?|encours|dettes?)"
_THE = r"(?:la|le|les|l'|cette|ces|votre|vos|notre|nos|mon|ma|mes|son|sa|ce|cet|un|une|du|de la)\s*"
_PAID = r"(?:payee?s?|reglee?s?|viree?s?|soldee?s?|acquittee?s?|honoree?s?|versee?s?)"
_DONE = (
    r"(?:fait|effectue|emis|envoye|passe|transmis|lance|execute|saisi|poste|adresse|realise"
    r"|depose)e?s?"
)
_INVOICE = r"(?:invoices?|bills?|amounts?|balance|sums?|account)"
_PAYMENT = r"(?:payments?|transfers?|cheques?|checks?|remittances?)"
_WE = r"(?:nous|on|je|j'|la societe|notre comptabilite|notre banque|notre comptable)\s*"

SAYS: dict[Meaning, re.Pattern[str]] = {
    Meaning.PAID: any_of(
        rf"\b(?:avons|ai|a|ont){_ADVERB}{_PAID}\b",
        rf"\b(?:avons|ai|a|ont){_ADVERB}(?:procede\s+(?:a|au)\s*{_THE}?|effectue\s*{_THE}?)"
        rf"{_MONEY}\b",
        rf"\b(?:avons|ai|a|ont){_ADVERB}(?:{_DONE})\s+{_THE}(?:\w+\s+)?{_MONEY}\b",
        rf"{_BILL}(?:\s+\S+){{0,6}}?\s+(?:ont|a){_ADVERB}ete{_ADVERB}{_PAID}\b",
        rf"\b(?:elles?|ils?|celle-ci|cela|ceci|c'|tout|le tout|ca)\s*(?:ont|a){_ADVERB}ete{_ADVERB}"
        rf"{_PAID}\b",
        rf"\b(?:elles?|ils?|celle-ci|celles-ci|c'|tout|le tout|{_BILL})\s*(?:est|sont){_ADVERB}"
        rf"{_PAID}\b",
        rf"\b{_MONEY}(?:\s+\S+){{0,5}}?\s+(?:a|ont){_ADVERB}ete{_ADVERB}{_DONE}\b",
        rf"\b{_MONEY}(?:\s+\S+){{0,5}}?\s+(?:est|sont){_ADVERB}(?:partie?s?|{_DONE})\b",
        rf"\b{_MONEY}(?:\s+n\S*\s*\S+)?\s+(?:{_DONE}|parti)\s+(?:le|ce jour|hier|aujourd'hui|ce"
        r" matin|lundi|mardi|mercredi|jeudi|vendredi|la semaine derniere)",
        rf"\b(?:copie|preuve|avis|justificatif|ordre|confirmation)\s+(?:de|du)\s+{_THE}?{_MONEY}\b",
        rf"\b(?:bien\s+)?recu\s+(?:notre|mon|le)\s+{_MONEY}\s+(?:du|de|d')",
        rf"\b(?:we|i|they|our bank|accounts)(?:'ve| have)?{_ALREADY}(?:paid|settled|wired|remitted"
        rf"|transferred|sent\s+(?:you\s+)?(?:the|our|a|your)\s+{_PAYMENT}"
        rf"|made\s+(?:the|our|a)\s+{_PAYMENT})\b",
        rf"{_INVOICE}(?:\s+\S+){{0,5}}?\s+(?:was|were|has|have){_ALREADY}(?:been{_ALREADY})?"
        r"(?:paid|settled|cleared)\b",
        r"\b(?:it|this|that|they|these|all|everything)(?:\s+(?:was|were|has|have|is|are)|'s)"
        rf"{_ALREADY}(?:been{_ALREADY})?(?:paid|settled|cleared)\b",
        r"^\W*(?:(?:just|already|now|all)\s+)?(?:paid|settled|wired|transferred)\b",
        r"\b(?:funds|money|amount|it)\s+(?:has\s+|have\s+)?(?:left|been debited from"
        r"|gone out of)\s+our"
        r" account\b",
        r"\b(?:viens|venons|vient)\s+(?:juste\s+|tout juste\s+)?de\s+(?:vous\s+|la\s+|le\s+"
        r"|les\s+)?(?:payer"
        r"|regler|virer|solder|faire|effectuer|passer|envoyer|poster)\b(?!\s+(?:suivre|parvenir))",
        r"\b(?:avez|a|avons)\s+ete\s+(?:credite|debite)e?s?\b",
        rf"\b{_BILL}(?:\s+\S+){{0,3}}?\s+{_PAID}\s+(?:depuis|le|hier|ce jour|par|en|via)\b",
        r"^\W*(?:deja\s+)?(?:paye|regle|vire|fait)e?s?\s+(?:depuis|le|hier|ce jour|ce matin|par"
        r"|via)\b",
        rf"{_PAYMENT}(?:\s+\S+){{0,4}}?\s+(?:was|were|has been|have been|went){_ALREADY}"
        r"(?:made|sent|issued|processed|executed|released|out|initiated)\b",
        rf"\b(?:proof|confirmation|copy)\s+of\s+(?:the\s+|our\s+)?(?:{_PAYMENT}|bank transfer)\b",
        rf"\b(?:already paid|{_PAYMENT} (?:made|sent) (?:on|yesterday|today|last))\b",
    ),
    Meaning.WILL_PAY: any_of(
        rf"\b{_WE}(?:vous\s+|l'|le\s+|la\s+|les\s+|en\s+)*"
        r"(?:reglerons|regleront|reglerai|reglera|paierons|payerons|paierai|payerai|paiera|payera"
        r"|virerons|solderons|solderai|effectuerons|effectuerai|procederons|procederai|enverrons"
        r"|enverrai|ferons|ferai|adresserons|verserons|verserai)\b",
        rf"\b{_WE}(?:vous\s+|l'|le\s+|la\s+|les\s+|en\s+)*(?:allons|vais|va|comptons|compte|pouvons"
        r"|peux|pourrons|pourrai|pensons|prevoyons de|prevoyons|pense|m'engage a|nous engageons a"
        r"|engageons a|souhaitons|devrions)\s+(?:donc\s+|bien\s+|pouvoir\s+)*(?:vous\s+|l'|le\s+"
        r"|la\s+|les\s+|en\s+)*(?:regler|payer|virer|solder|effectuer|proceder|faire|verser|envoyer"
        r"|adresser)\b",
        rf"{_BILL}(?:\s+\S+){{0,6}}?\s+(?:sera|seront|va etre|vont etre|devrait etre"
        rf"|devraient etre){_ADVERB}{_PAID}\b",
        rf"\b(?:elles?|ils?|celle-ci|celles-ci|cela|ca|vous|tout|le tout)\s+(?:sera|seront|serez"
        rf"|va etre|vont etre|devrait etre){_ADVERB}{_PAID}\b",
        rf"\b{_MONEY}(?:\s+\S+){{0,6}}?\s+(?:sera|seront|va etre|vont etre|devrait etre)"
        rf"{_ADVERB}?\s*(?:{_DONE}|programmee?s?|mis en place|valide)\b",
        rf"\b{_MONEY}(?:\s+\S+){{0,5}}?\s+(?:partira|partiront|interviendra|aura lieu|se fera"
        r"|devrait partir|devrait intervenir|devrait arriver|arrivera|vous parviendra|est prevue?s?"
        r"|sont prevus|est programmee?s?|est planifie|sera sur votre compte)\b",
        rf"\b{_MONEY}\s+(?:prevu|programme|planifie)s?\b",
        rf"\b{_WE}(?:vous\s+|l'|le\s+|la\s+|les\s+|en\s+)*(?:paie|paye|payons|regle|reglons|vire"
        rf"|virons"
        r"|solde|soldons|effectue le|effectuons le|fais le|faisons le)\b",
        rf"\b(?:comptez sur|vous (?:aurez|recevrez"
        rf"|devriez recevoir))\s+(?:bien\s+)?{_THE}{_MONEY}\b",
        r"\b(?:promesse|engagement)\s+de\s+(?:reglement|paiement)\b",
        r"\b(?:mettrons?|mettons|metteront|est mise?|sera mise?|mets|mettrai)\s+en\s+"
        r"(?:paiement|reglement)\b",
        r"\b(?:sera|est)\s+(?:dans|inclus[e]?\s+dans|au)\s+(?:notre|la|le)\s+(?:prochaine?\s+)?"
        r"(?:echeancier|campagne|virement|train de virements|releve)\b",
        r"\b(?:we|i|they|accounts|our accountant)(?:'ll| will| shall|'m going to| am going to"
        r"|'re going to| are going to| intend to| plan to| should be able to| can| expect to"
        r"| are planning to)\s+(?:be\s+able\s+to\s+|definitely\s+|certainly\s+|then\s+|also\s+)?"
        r"(?:pay|settle|wire|transfer|remit|send\s+(?:you\s+)?(?:the|our|a|your)\s+(?:payment"
        r"|transfer"
        r"|money|cheque|check|balance|funds)|make\s+(?:the|our|a)\s+(?:payment|transfer)"
        r"|process\s+(?:the|this|your|our)\s+(?:payment|invoice)|release\s+(?:the\s+)?payment"
        r"|clear\s+(?:the|this|our)\s+(?:balance|invoice|account))\b",
        rf"\b(?:{_INVOICE}|it|this|these|they|everything)(?:\s+\S+){{0,4}}?\s+(?:will be"
        rf"|is going to be"
        r"|should be|are going to be)\s+(?:paid|settled|cleared|included in (?:our|the)(?: next)?"
        r" payment run)\b",
        rf"{_PAYMENT}(?:\s+\S+){{0,4}}?\s+(?:will be|is going to be|should be)\s+(?:made|sent"
        rf"|processed"
        r"|issued|released|initiated)\b",
        rf"{_PAYMENT}(?:\s+\S+){{0,4}}?\s+(?:will (?:go out|leave|follow|reach you)|is scheduled"
        rf"|are scheduled"
        r"|is planned|is due to (?:go|leave)|goes out|is set for|should (?:go out|reach you"
        r"|leave))\b",
        r"\byou (?:will|'ll|should|can expect to) (?:receive|have|get|be paid)(?:\s+\S+){0,3}?\s*"
        r"(?:payment|money|funds|transfer|paid)?\b",
        r"\bexpect (?:the\s+|our\s+)?payment\b",
        r"\b(?:we're|we are|i'm|i am)\s+(?:paying|transferring|settling"
        r"|sending (?:you )?the (?:payment|money)"
        r"|making (?:the|this) (?:payment|transfer))\b",
        r"(?:\b(?:is|are|be)|'s)\s+(?:included\s+)?in\s+(?:\S+\s+){1,3}?payment run\b",
        r"\b(?:should|will) be with you\b",
        r"\b(?:payment|paid) (?:run )?(?:by|on) (?:the )?(?:end|friday|monday|tuesday|wednesday"
        r"|thursday|\d)",
    ),
    Meaning.WRONG_PERSON: any_of(
        r"\b(?:ne\s+(?:suis|sommes|est)|n'est|suis|sommes)\s+(?:pas"
        r"|plus)\s+(?:du tout\s+)?(?:la bonne"
        r" personne|le bon (?:interlocuteur|contact|service|destinataire)|l'interlocut\w+"
        r"|en charge|charge\w*|responsable|concerne\w*|la personne|au service)",
        r"\b(?:je|il|elle)\s+ne\s+(?:travaille|fait|fais)\s+plus\s+(?:chez|pour|dans|partie|a|au"
        r"|ici)",
        r"\b(?:a|ai)\s+quitte\s+(?:la|l'|notre|ses|mes|nos|cette|le|son)",
        r"\b(?:n'est|n'etes)\s+(?:pas|plus)\s+(?:dans|parmi|chez)\s+(?:nos effectifs"
        r"|l'entreprise|nous)",
        r"\bne\s+fait\s+plus\s+partie\b",
        r"\bvous\s+(?:vous\s+)?(?:etes\s+)?(?:trompez|trompe)\s+(?:de|d')\s*\w+",
        r"\b(?:erreur|mauvais)\s+(?:de\s+)?(?:destinataire|interlocuteur|contact|service|adresse)",
        r"\bce\s+n'est\s+pas\s+(?:moi|a moi|mon|notre)\s+(?:qui|service|societe|role|domaine)",
        r"\b(?:adresser|adressez|envoyer|envoyez|contacter|contactez|rapprocher|rapprochez"
        r"|transferer"
        r"|ecrire|ecrivez)\b(?:\s+\S+){0,14}?\s+\S+@\S+",
        r"\b(?:not|no longer)\s+(?:am\s+)?(?:the\s+)?(?:right|correct|appropriate)\s+(?:person"
        r"|contact"
        r"|department|address|recipient)",
        r"\b(?:wrong|incorrect)\s+(?:person|contact|department|recipient|company|addressee)\b",
        r"\b(?:no longer|not)\s+(?:in charge of|responsible for|handling|dealing with"
        r"|working (?:for"
        r"|at|here|with)|work (?:for|at|here)|employed|with the company)\b",
        r"\b(?:has|have)\s+left\s+(?:the|our|this)\s+(?:company|firm|business|organisation"
        r"|organization|team)\b",
        r"\b(?:contact|write to|email|e-mail|send|direct|forward|address|reach out to"
        r"|get in touch with)"
        r"\b(?:\s+\S+){0,14}?\s+\S+@\S+",
    ),
    Meaning.OUT_OF_OFFICE: any_of(
        r"\b(?:suis|serai|est|sera|sommes|serons)\s+(?:actuellement\s+|en ce moment\s+|bien\s+)?"
        r"(?:absente?s?|en\s+(?:conges?|vacances|deplacement|arret|formation|rtt)|hors du bureau"
        r"|indisponible)\b",
        r"\bactuellement\s+(?:absente?|en\s+(?:conges?|vacances|deplacement)|indisponible)\b",
        r"\b(?:absente?s?)\s+(?:du bureau|du|jusqu'au|jusqu'a)\b",
        r"\b(?:message|reponse|notification)\s+(?:automatique\s+)?d'absence\b",
        r"\breponse\s+automatique\b",
        r"\b(?:serai|sera|suis)\s+de\s+retour\b",
        r"\bbureaux?\s+(?:sont|seront|sera|est)\s+fermes?\b",
        r"\bout[\s-]of[\s-](?:the[\s-])?office\b",
        r"\b(?:on|taking)\s+(?:annual|sick|maternity|paternity|parental)?\s*(?:leave|vacation"
        r"|holidays?)"
        r"\b",
        r"\b(?:am|is|be|are)\s+(?:currently\s+)?away\b",
        r"\b(?:be|am|is)\s+back\s+(?:in the office|on|at)\b",
        r"\b(?:returning|return)\s+(?:to the office\s+)?on\b",
        r"\bauto(?:matic)?[\s-]?reply\b",
    ),
    Meaning.ASKS_COPY: any_of(
        r"\b(?:nous|me|m'|nous\s+la|me\s+la)\s*(?:re)?(?:envoyer|renvoyer|transmettre|adresser"
        r"|communiquer|faire\s+(?:parvenir|passer|suivre)|donner|fournir)\b(?:\s+\S+){0,8}?\s+"
        r"(?:facture|factures|copie|copies|duplicata|duplicatas|pdf|double)\b",
        r"\b(?:renvoyer|renvoyez|envoyez|transmettez|adressez)(?:[\s-]+(?:nous|moi))?\s+(?:svp\s+)?"
        r"(?:la|les|une|votre|vos|cette|copie|le)\b(?:\s+\S+){0,5}?\s*(?:facture|factures|copie"
        r"|duplicata|pdf)\b",
        r"\b(?:copie|duplicata|double|pdf)\s+(?:de|des|d')\s*(?:la|cette|ces|votre|vos|la dite"
        r"|chaque"
        r"|notre|une)?\s*factures?\b",
        r"\b(?:n'avons|n'ai|avons|ai|n'a)\s+(?:pas|jamais|toujours pas|pas encore|aucune trace)"
        r"(?:\s+(?:encore|non plus|bien))?\s*(?:recu|trouve|retrouve|trace|de|en notre possession)?"
        r"\s*(?:de\s+|d'|la\s+|cette\s+|votre\s+|ces\s+|les\s+|vos\s+)+(?:dite\s+)?factures?\b",
        r"\bfactures?\b(?:\s+\S+){0,4}?\s+(?:ne nous est|ne nous sont|n'est|jamais)\s*(?:pas"
        r"|jamais)?"
        r"\s*(?:parvenue?s?|arrivee?s?|recue?s?)",
        r"\b(?:send|resend|re-send|forward|provide|email)\s+(?:(?:me|us|over|through"
        r"|again)\s+)*(?:a|the"
        r"|another|your|this|that|an)?\s*(?:\S+\s+){0,2}?(?:copy|copies|invoices?|pdf|duplicate)\b",
        r"\b(?:copy|copies|duplicate|pdf)\s+of\s+(?:the\s+|this\s+|that\s+|your\s+"
        r"|each\s+)?(?:said\s+"
        r"|original\s+)?invoices?\b",
        r"\b(?:never|not|haven't|didn't|hasn't)\s+(?:yet\s+|actually\s+)?(?:received?|got|seen"
        r"|have)"
        r"\s+(?:the|this|that|your|any|these)\s+invoices?\b",
        r"\bno\s+(?:trace|record)\s+of\s+(?:the|this|that|your)\s+invoices?\b",
    ),
    Meaning.ASKS_INSTALMENTS: any_of(
        r"\b(?:payer|regler|paiement|reglement|solder|rembourser"
        r"|versement)\b(?:\s+\S+){0,6}?\s+en\s+"
        r"(?:plusieurs|deux|trois|quatre|cinq|six|dix|douze|\d+)\s+(?:fois|mensualites|echeances"
        r"|versements)\b",
        r"\b(?:un|d'un|l')\s*echeancier\b",
        r"\b(?:echelonn\w+|etaler|etalement|etalons)\b",
        r"\b(?:facilites?|delais?)\s+de\s+paiement\b",
        r"\b(?:par|en)\s+mensualites\b",
        r"\bin\s+(?:several|two|three|four|five|six|a few|\d+|monthly)\s+(?:monthly\s+)?"
        r"(?:instal?lments?|parts|payments|portions)\b",
        r"\b(?:by|in|monthly)\s+instal?lments?\b|\binstal?lment\s+plan\b",
        r"\bpayment\s+plan\b",
        r"\bspread(?:ing)?\s+(?:out\s+)?(?:the|our|this|these)\s+(?:payments?|balance|cost"
        r"|amount)\b",
        r"\bstagger(?:ed)?\s+(?:the\s+)?payments?\b",
    ),
    Meaning.STOP: any_of(
        r"\b(?:me|nous)\s+(?:desinscrire|desabonner)\b|\b(?:desinscription|desabonnement)\b",
        r"\b(?:retirer|retirez|supprimer|supprimez|effacer|effacez|enlever|enlevez)\s+(?:mon"
        r"|notre|nos"
        r"|mes|cette)\s+(?:adresse|e-?mail|mail|coordonnees|donnees|contact)",
        r"\bne\s+(?:plus|pas)\s+(?:jamais\s+)?(?:nous|m'|me)?\s*(?:envoyer|ecrire|contacter"
        r"|solliciter"
        r"|adresser)\b",
        r"\bne\s+(?:m'|nous\s+|me\s+)(?:ecrivez|envoyez|contactez|adressez)\s+plus\b",
        r"\bunsubscribe\b",
        r"\b(?:remove|delete|erase)\s+(?:me|us|my|our|this)\b(?:\s+\S+){0,3}?\s*(?:address|e-?mail"
        r"|data|list|details|mailing)?",
        r"\b(?:stop|cease|quit)\s+(?:sending|e-?mailing|contacting|writing)\b",
        r"\bdo\s+not\s+(?:contact|e-?mail|write to)\s+(?:me|us)\b",
        r"\bopt[\s-]?out\b",
        r"^\W*stop\W*$",
    ),
}
"""Phrases of each meaning; disputes are told by their ground (`reply_ground`)."""

SUCCESSOR = any_of(
    r"\b(?:remplace\w*|remplacant\w*|s'occupe\w*|gere|successeur|succede|a repris)\b",
    r"\bnouve(?:au|lle)\s+(?:contact|interlocut\w+|adresse|comptable|responsable)\b",
    r"\b(?:factures?|relances?|courriers?|demandes?|rappels?)\s+(?:sont|doivent|est|doit)\b",
    r"\b(?:handles?|deals? with|looks? after|takes? care of|in charge of|replaced|replaces"
    r"|successor)\b",
    r"\bnew\s+(?:contact|address|accountant)\b|\b(?:invoices?|reminders?)\s+(?:should|must|go)\b",
)
"""Said of somebody else: with an address beside it, that is who is to be written to."""

_CONDITION = (
    r"\b(?:si|s'il|s'ils|sous reserve|a condition|apres reception|des reception|des que"
    r"|des lors que"
    r"|lorsque|quand|tant que|a reception|qu'apres|que si|qu'une fois|une fois|sauf si|if|unless"
    r"|once"
    r"|until|when|whenever|as soon as|after we|provided|subject to|upon receipt|only after)\b"
)
_REFUSAL = (
    r"\b(?:ne|n')\s*(?:\S+\s+){0,3}?(?:pas|plus|rien|jamais|aucun\w*|que|qu')\b"
    r"|\bsans\s+(?:doute\s+)?"
    r"(?:avoir|que)\b|\b(?:won't|will not|cannot|can't|not going to|never|no way|not able to|unable"
    r"|refuse)\b"
)
_DREAM = (
    r"\b(?:poules|dents|saint[\s-]glinglin|calendes|reves?|dreams?|pigs|hell|quatre jeudis"
    r"|pere noel"
    r"|haha|lol|mdr)\b"
)

UNLESS: dict[Meaning, re.Pattern[str]] = {
    Meaning.PAID: any_of(
        r"\b(?:si|s'il|quand|lorsque|des que|tant que|if|once|whether|unless|until|when"
        r"|as soon as|after)"
        r"\b(?!\s+erreur)",
        r"\b(?:nous|on|je|ils)\s+(?:n'|ne\s)|\bn'(?:avons|ai|a|ont|est|etait|y)\b|\bsans\b"
        r"|\baucun\w*\b",
        r"\b(?:not|never|no|cannot|can't|hasn't|haven't|wasn't|isn't|nothing|without)\b",
        r"\b(?:partiel\w*|en partie|moitie|acompte|partly|partial\w*|half|deposit|part payment)\b",
        r"\b(?:deux fois|en double|twice|par erreur|by mistake|trop[\s-]percu|overpaid)\b",
        r"\b(?:vous dites|vous ecrivez|d'apres vous|selon vous|pretendez|you say|you claim"
        r"|according to"
        r" you)\b",
        r"\b(?:aurait|auraient|aurions|avions cru|devait|devrait|would have|should have|might have"
        r"|supposed)\b",
        r"\b(?:(?:nous\s+)?(?:envoyer|transmettre|adresser|fournir)|besoin)\b[^.]*\b(?:preuve|avis"
        r"|justificatif|confirmation)",
        r"\b(?:autre|precedente?s?|other|previous|last year|annee derniere)\b",
    ),
    Meaning.WILL_PAY: any_of(
        _CONDITION,
        _REFUSAL,
        _DREAM,
        r"\b(?:toujours|habituellement|generalement|en general|usually|always|normally"
        r"|generally)\b",
        r"\b(?:peut[\s-]etre|maybe|perhaps|possibly|essayer|try to|hope)\b",
    ),
    Meaning.DISPUTE: any_of(
        r"\b(?:ne|n')\s*(?:\S+\s+){0,2}?(?:pas|plus|aucun\w*)\s+(?:contest\w+|en\s+(?:litige"
        r"|desaccord))",
        r"\bne\s+contest\w+\s+(?:pas|nullement|aucunement)|\bsans\s+contest\w+"
        r"|\baucune?\s+(?:contest\w+"
        r"|litige|defaut|probleme|souci|malfacon|casse)|\b(?:rien|n'est)\s+(?:a\s+contester"
        r"|conteste\w*)",
        r"\b(?:not|don't|do not|no|nothing|never)\s+(?:\w+\s+){0,3}?(?:disput\w+|disagree|object"
        r"|damaged"
        r"|defective|faulty|broken)",
        r"\b(?:litige|probleme|desaccord|souci|dispute|issue|problem)\b(?:\s+\S+){0,4}?\s+(?:est"
        r"|a ete|etait"
        r"|is|was|has been|now)\s+(?:\S+\s+)?(?:regle|resolu|clos|leve|solved|resolved|closed"
        r"|settled)\w*",
        r"\b(?:si|if)\b.{0,40}\b(?:litige|contest\w+|defect\w+|casse\w*|dispute|damaged|defective)",
        r"\b(?:avoir|credit note)\b(?:\s+\S+){0,4}?\s+(?:bien\s+)?(?:recu|received|deduit"
        r"|deducted)",
        r"\b(?:merci|thank(?:s| you)|(?:bien\s+)?recu|received)\b[^.]*\b(?:avoir|credit note)\b",
        r"\b(?:ordinateur|imprimante|telephone|scanner|serveur|site|lien|computer|printer|phone"
        r"|link"
        r"|server|e-?mail)\b",
    ),
    Meaning.OUT_OF_OFFICE: any_of(r"\b(?:etais|etait|was|were)\b"),
    Meaning.WRONG_PERSON: any_of(
        r"\ben\s+(?:mon|son|cas d')\s*absence\b|\b(?:my|his|her)\s+absence\b"
        r"|\bduring\s+this\s+time\b",
        r"\b(?:urgence|urgent|questions?|information|renseignement|reach me)\b",
        r"\b(?:copie|duplicata|copy|pdf|releve|statement)\b",
    ),
    Meaning.ASKS_COPY: any_of(
        r"\b(?:ci[\s-]joint\w*|en piece jointe|piece jointe|joins|joignons|veuillez trouver"
        r"|vous trouverez"
        r"|attached|enclosed|please find|herewith)\b",
        r"\b(?:merci pour|merci de (?:la|cette|votre)|thank you for|thanks for|bien recu"
        r"|well received)\b",
    ),
    Meaning.ASKS_INSTALMENTS: any_of(
        r"\b(?:conformement|comme convenu|prevu (?:dans|par|a)|selon|suivant|according|as agreed"
        r"|per the"
        r"|as per|under the|deja en place|respect\w*)\b",
        r"\b(?:pas|plus|no|not|don't)\b(?:\s+\S+){0,4}?\s*(?:besoin|souhait\w+|echeancier|etal\w+"
        r"|delais?|instal?l?ments?|payment plan|need|want)",
        r"\b(?:nos|vos|our|your|conditions)\s+(?:delais?|conditions|terms)\b",
    ),
    Meaning.STOP: any_of(r"\b(?:si|sinon|if|otherwise|unless)\b"),
}
"""Words of the same clause that take a meaning back."""

ASKING = any_of(
    rf"\brecu\s+(?:notre|mon|le)\s+{_MONEY}\b",
    r"\breceived?\s+(?:our|my|the)\s+(?:payment|transfer|cheque|check)\b",
    r"\b(?:pouvez|pourriez|pourrait|peut|pouvons|pourrions|serait|possible|can|could|would|may"
    r"|might|is"
    r" it)\b",
)
"""What a question may say and still mean it: the others only ask."""

ENGLISH = re.compile(r"\b(?:the|we|you|will|have|has|our|please|is|are|this|by|on|of|to)\b")
FRENCH = re.compile(
    r"\b(?:le|la|les|nous|vous|est|sera|votre|notre|pour|merci|des|du|au|une?|je)\b"
)
