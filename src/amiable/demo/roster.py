"""The demo's customers: who they are, how they pay, what is late today."""

from dataclasses import dataclass

from amiable.demo.stories import Story
from amiable.engine.days import PaymentTerms, parse_terms
from amiable.engine.parties import CustomerKind, Language


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoCustomer:
    """One invented customer.

    ``monthly`` invoices a month on average, of about ``net`` euros before tax. ``late``: days
    late today of the open invoices put there on purpose (below zero: not due yet).
    """

    code: str
    story: Story
    name: str
    city: str
    terms: str
    monthly: float
    net: int
    late: tuple[int, ...]
    accountant: str
    country: str
    kind: CustomerKind

    @property
    def payment_terms(self) -> PaymentTerms:
        """The terms as a rule."""
        terms = parse_terms(self.terms)
        if terms is None:
            raise ValueError(f"the demo customer {self.code} has unreadable terms: {self.terms}")
        return terms

    @property
    def language(self) -> Language:
        """The language to write in."""
        return Language.EN if self.country == "GB" else Language.FR


_KINDS = {
    Story.PUBLIC_SLOW: CustomerKind.PUBLIC,
    Story.CONSUMER: CustomerKind.CONSUMER,
}

# story | name | city | terms | invoices a month | euros before tax | late today | accountant
_ROWS = """
punctual | Boulangerie Lévêque | 35000 Rennes | 30 jours | 0.7 | 420 | | Anaïs Lévêque
punctual | Le Comptoir d'Élise | 44000 Nantes | 30 jours fin de mois | 0.7 | 760 | | Benoît Sérac
punctual | Hôtel des Trois Écluses | 37000 Tours | 30 jours | 0.7 | 1900 | 9 | Chloé Desnoyers
punctual | Épicerie Pâquerette | 49000 Angers | 30 jours | 0.7 | 310 | | Denis Guérin
punctual | Brasserie Saint-Gildas | 56000 Vannes | 45 jours fin de mois | 0.7 | 1150 | | Éva Le Guen
punctual | La Table de Noé | 72000 Le Mans | 30 jours | 0.7 | 680 | 1 | Noé Charpentier
punctual | Kerrigan & Daughters Ltd | London | 30 days | 0.6 | 1450 | | Maeve Kerrigan
steady_late | Bistrot Marchand | 49100 Angers | 30 jours | 1.0 | 1000 | 2 | Aurélie Marchand
steady_late | Traiteur Fontbrune | 86000 Poitiers | 30 jours | 1.0 | 1240 | 16 | Gérard Fontbrune
steady_late | Crêperie Ty Bleizi | 29000 Quimper | 30 jours | 0.8 | 540 | | Maëlle Bleizi
steady_late | Auberge du Pré Naïf | 61000 Alençon | 30 jours | 0.8 | 820 | 8 | Loïc Préveraud
steady_late | Café Zénobie | 75011 Paris | 45 jours | 0.8 | 610 | 6 | Zénobie Achard
steady_late | Maison Hautecœur | 59000 Lille | 30 jours | 0.8 | 1330 | 5 | Cédric Hautecœur
run_25th | Groupe Restéa | 69003 Lyon | 30 jours | 1.2 | 2600 | | Florence Vial
run_25th | Hôtellerie Val-Doré | 74000 Annecy | 30 jours fin de mois | 0.7 | 2100 | | Hugo Valdoré
run_25th | Boutique Ô Faïence | 31000 Toulouse | 30 jours | 0.7 | 740 | 7 | Inès Rouanet
run_month_end | Les Halles de Béryl | 87000 Limoges | 30 jours | 0.8 | 900 | 8 | Béryl Jarrige
run_month_end | Cantine Moderne | 38000 Grenoble | 45 jours fin de mois | 0.8 | 1600 | | Karim Belhadj
run_month_end | Brouwerij Zilverdam | Gent | 30 jours | 0.7 | 1750 | | Lotte Zilverdam
drifting | Restaurant L'Étrave | 17000 La Rochelle | 30 jours | 1.1 | 1480 | | Mathieu Étrave
drifting | Salon Violette | 33000 Bordeaux | 30 jours | 0.9 | 460 | | Violette Ponsard
drifting | Distillerie Cœur-Fidèle | 16100 Cognac | 45 jours | 0.9 | 1980 | | Nadège Fidel
erratic | Chez Théophile | 13001 Marseille | 30 jours | 0.7 | 580 | 12 | Théophile Aubanel
erratic | La Guinguette Perdue | 94340 Joinville | à réception | 0.7 | 390 | | Odile Perdreau
erratic | Food-truck Piment Ciré | 34000 Montpellier | 30 jours | 0.7 | 270 | 38 | Jérémy Cirès
erratic | Galerie Œil-de-Bœuf | 67000 Strasbourg | 30 jours | 0.7 | 1100 | | Agnès Muller
new | Bar à Soupes Mélisse | 44100 Nantes | 30 jours | 0 | 350 | 2 | Mélisse Orain
new | Glacier Polaire & Fils | 64200 Biarritz | 30 jours | 0 | 880 | 36,-9 | Peio Etchart
new | Concept-store Ambre | 06000 Nice | 30 jours | 0 | 1200 | -14 | Ambre Giordan
new | Ferme-auberge Tournesol | 32000 Auch | 30 jours | 0 | 500 | | Rémi Castéra
disputed | Palais des Thés Verts | 21000 Dijon | 30 jours | 0.8 | 960 | 47,19 | Sabine Vercel
disputed | Vaisselle & Compagnie | 51100 Reims | 30 jours | 0.7 | 1720 | 34 | Tanguy Rémond
insolvent | Brasserie du Théâtre Noir | 80000 Amiens | 30 jours | 0.8 | 1390 | | Ulysse Cauchy
insolvent | Pâtisserie Dulcinée | 10000 Troyes | 45 jours | 0.7 | 640 | | Dulcie Nérac
early | Monastère de Sainte-Orme | 71250 Cluny | 30 jours | 0.6 | 830 | | Frère Anselme
early | Cave Bertille | 84000 Avignon | 60 jours | 0.6 | 1260 | | Bertille Roussas
early | De Wolkenkamer BV | Antwerpen | 30 jours | 0.6 | 940 | | Joris Wolkers
halves | Les Délices d'Ysé | 54000 Nancy | 30 jours | 0.7 | 1150 | 12 | Ysé Lambert
halves | Manoir de Kerloën | 22000 Saint-Brieuc | 30 jours | 0.7 | 2350 | 9 | Yann Kerloën
weekly_transfer | Coopérative Bio-Gâtine | 79000 Niort | 30 jours | 2.6 | 720 | | Sylvie Gâtineau
weekly_transfer | Épiceries Réunies | 45000 Orléans | 30 jours | 2.6 | 540 | 18 | Paul-Émile Roy
bounced | Café de l'Étoile Filante | 63000 Clermont-Ferrand | 30 jours | 0.7 | 490 | | Estelle Filâtre
bounced | Snack La Rade | 83000 Toulon | 30 jours | 0.7 | 360 | 20 | Marius Cazal
credit_notes | Verrerie & Table | 42000 Saint-Étienne | 30 jours | 0.9 | 1020 | 24 | Gaëlle Peyrard
credit_notes | Ateliers Gourmands du Léman | 74200 Thonon | 45 jours | 0.8 | 1300 | | Aloïs Favrat
overpaid | Château de Montrésy | 41000 Blois | 30 jours | 0.7 | 1650 | | Solène Montrésy
overpaid | Cuisine & Café Joséphine | 76000 Rouen | 30 jours | 0.7 | 410 | | Joséphine Hébert
promise_keeper | Relais de la Poste aux Ânes | 23000 Guéret | 30 jours | 0.8 | 870 | 18 | Armand Ânière
promise_keeper | Fleur de Sarrasin | 35400 Saint-Malo | 30 jours | 0.8 | 620 | 17 | Nolwenn Sarzeau
written_off | Le Zinc Enchanté | 93100 Montreuil | 30 jours | 0.8 | 700 | 16 | Fatima Zerrouki
big | Grands Magasins Bellerive | 75009 Paris | 45 jours fin de mois | 4 | 3400 | 27 | Valérie Chéret
big | Réseau Tablissimo | 92000 Nanterre | 60 jours | 3.6 | 2700 | 6 | Olivier Nègre
seasonal | Plage des Goélands | 85100 Les Sables | 30 jours | 0.9 | 1180 | 5 | Corinne Goélan
seasonal | Camping L'Écume | 40600 Biscarrosse | 30 jours | 0.9 | 760 | | Xavier Dubéarn
public_slow | Mairie de Saint-Aubin-des-Prés | 49500 Saint-Aubin | 30 jours | 0.9 | 640 | 44 | Régie municipale
public_slow | Lycée hôtelier Marie-Vérone | 85000 La Roche | 30 jours | 0.9 | 1380 | | Intendance
autopay | Thé & Tartine | 14000 Caen | 30 jours | 0.9 | 330 | | Clémence Vasseur
autopay | Le Petit Marmiton | 57000 Metz | 30 jours | 0.9 | 560 | | Ludovic Thill
autopay | Nocturne Café-Concert | 25000 Besançon | 30 jours | 0.8 | 480 | | Irène Maître
habitually_late | Halles Foraines du Sud | 30000 Nîmes | 30 jours | 1.1 | 1560 | 20 | Étienne Mazaurin
habitually_late | The Cobalt Spoon Ltd | Bristol | 30 days | 0.8 | 990 | 17,4 | Priya Hollis
habitually_late | Événements Cascade | 78000 Versailles | 45 jours | 0.9 | 2200 | 48 | Capucine Oriol
consumer | Mme Léontine Bérubé | 49000 Angers | à réception | 0.2 | 180 | 2 | Léontine Bérubé
"""  # noqa: E501 - a table reads best with a row a line

_COUNTRIES = {"London": "GB", "Bristol": "GB", "Gent": "BE", "Antwerpen": "BE"}


def _customer(position: int, row: str) -> DemoCustomer:
    story, name, city, terms, monthly, net, late, accountant = (
        field.strip() for field in row.split("|")
    )
    return DemoCustomer(
        code=f"C{position:03d}",
        story=Story(story),
        name=name,
        city=city,
        terms=terms,
        monthly=float(monthly),
        net=int(net),
        late=tuple(int(days) for days in late.split(",") if days),
        accountant=accountant,
        country=_COUNTRIES.get(city, "FR"),
        kind=_KINDS.get(Story(story), CustomerKind.BUSINESS),
    )


CUSTOMERS: tuple[DemoCustomer, ...] = tuple(
    _customer(position, row) for position, row in enumerate(_ROWS.strip().splitlines(), start=1)
)
"""All the customers, in the order of their codes."""
