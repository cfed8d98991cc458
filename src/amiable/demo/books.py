"""Books: the moves as balanced accounting entries, in yearly files with opening balances."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from amiable.demo.moves import Account, Move, MoveKind, Window, tax
from amiable.engine.days import add_months

JOURNALS = {
    "AN": "À nouveaux",
    "HA": "Achats",
    "VE": "Ventes",
    "BQ": "Banque",
    "OD": "Opérations diverses",
}

CHART = {
    "101000": "Capital social",
    "120000": "Résultat de l'exercice",
    "401000": "Fournisseurs",
    "411000": "Clients",
    "445660": "TVA déductible sur autres biens et services",
    "445710": "TVA collectée 5,5 %",
    "445711": "TVA collectée 10 %",
    "445712": "TVA collectée 20 %",
    "512000": "Banque",
    "613200": "Locations immobilières",
    "654000": "Pertes sur créances irrécouvrables",
    "701055": "Ventes de produits finis 5,5 %",
    "701100": "Ventes de produits finis 10 %",
    "701200": "Ventes de produits finis 20 %",
    "701900": "Ventes de produits finis hors de France",
}

_REVENUE = {0: "701900", 55: "701055", 100: "701100", 200: "701200"}
_VAT = {55: "445710", 100: "445711", 200: "445712"}
_CAPITAL, _RENT = 4_000_000, 145_000  # cents
_LANDLORD = ("F001", "SCI des Tisserands")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of an entry; ``cents`` above zero is a debit, below a credit."""

    account: str
    cents: int
    aux: tuple[str, str] = ("", "")
    letter: str = ""
    lettered_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A balanced entry of one journal and day."""

    journal: str
    on: date
    ref: str
    label: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """One calendar year of entries, the opening balances first."""

    year: int
    entries: tuple[Entry, ...] = field(repr=False)


def years(accounts: Iterable[Account], window: Window) -> tuple[Year, ...]:
    """All entries of the window, by year; each year opens with the balances of the one before."""
    entries = [_entry(account, move) for account in accounts for move in account.moves]
    entries += _everyday(window)
    order = list(JOURNALS)
    entries.sort(key=lambda entry: (entry.on, order.index(entry.journal), entry.ref, entry.label))
    balances: dict[tuple[str, tuple[str, str]], int] = {}
    made = []
    for year in range(window.first.year, window.last.year + 1):
        own = [entry for entry in entries if entry.on.year == year]
        opening = _opening(year, balances)
        for line in (line for entry in own for line in entry.lines):
            place = (line.account, line.aux)
            balances[place] = balances.get(place, 0) + line.cents
        if opening or own:  # a window that starts on a last Sunday of December leaves none
            made.append(Year(year=year, entries=(*opening, *own)))
    return tuple(made)


def _opening(year: int, balances: dict[tuple[str, tuple[str, str]], int]) -> tuple[Entry, ...]:
    """Carry the balance-sheet accounts over, one line an account and customer, unlettered.

    The year's result (classes 6 and 7) goes to 120000, and ``balances`` is changed so.
    """
    result = 0
    for place in [place for place in balances if place[0][0] in "67"]:
        result += balances.pop(place)
    if result:
        place = ("120000", ("", ""))
        balances[place] = balances.get(place, 0) + result
    lines = tuple(
        Line(account=account, aux=aux, cents=cents)
        for (account, aux), cents in sorted(balances.items())
        if cents
    )
    if not lines:
        return ()
    on = date(year, 1, 1)
    return (Entry(journal="AN", on=on, ref="RAN", label="Report à nouveau", lines=lines),)


def _everyday(window: Window) -> list[Entry]:
    """What a file holds besides customers: the capital paid in, the rent of each month."""
    start = window.days.roll(window.first)
    capital = (Line(account="512000", cents=_CAPITAL), Line(account="101000", cents=-_CAPITAL))
    entries = []
    if start <= window.last:
        label = "Apport en capital"
        entries.append(Entry(journal="OD", on=start, ref="OD1", label=label, lines=capital))
    month = add_months(window.first.replace(day=1), 1)
    while (day := window.days.roll(month)) <= window.last:
        entries += _rent(day, window.days.roll(month.replace(day=5)), window.last)
        month = add_months(month, 1)
    return entries


def _rent(on: date, paid_on: date, last: date) -> list[Entry]:
    vat = tax(200, _RENT)
    ref, label = f"LOYER {on:%m%y}", f"Loyer {on:%m/%Y} {_LANDLORD[1]}"
    bill = (
        Line(account="613200", cents=_RENT),
        Line(account="445660", cents=vat),
        Line(account="401000", cents=-_RENT - vat, aux=_LANDLORD),
    )
    paid = (
        Line(account="401000", cents=_RENT + vat, aux=_LANDLORD),
        Line(account="512000", cents=-_RENT - vat),
    )
    entries = [Entry(journal="HA", on=on, ref=ref, label=label, lines=bill)]
    if paid_on <= last:
        entries.append(Entry(journal="BQ", on=paid_on, ref=ref, label=f"VIR {label}", lines=paid))
    return entries


def _entry(account: Account, move: Move) -> Entry:
    customer = Line(
        account="411000",
        aux=(account.customer.code, account.customer.name),
        cents=move.kind.sign * move.amount,
        letter=move.letter,
        lettered_on=move.lettered_on,
    )
    journal, ref, label, others = _MAKERS[move.kind](account, move)
    return Entry(journal=journal, on=move.on, ref=ref, label=label, lines=(customer, *others))


_Made = tuple[str, str, str, tuple[Line, ...]]


def _names(move: Move) -> str:
    return " ".join(invoice.number for invoice in move.about)


def _document(account: Account, move: Move) -> _Made:
    """An invoice or a credit note: revenue and VAT by rate."""
    lines = []
    for rate, part in move.net:
        lines.append(Line(account=_REVENUE[rate], cents=-move.kind.sign * part))
        if rate:
            lines.append(Line(account=_VAT[rate], cents=-move.kind.sign * tax(rate, part)))
    label = f"Facture {move.number} {account.customer.name}"
    if move.kind is MoveKind.CREDIT_NOTE:
        label = f"Avoir {move.number} sur {_names(move)} {account.customer.name}"
    return "VE", move.number, label, tuple(lines)


def _bank(account: Account, move: Move) -> _Made:
    """Money in, or money that came back. Lettered ones need not name their invoices."""
    name = account.customer.name
    ref = f"RB{move.on:%y%m}"  # the month's bank statement
    words = {"VIR": "VIR", "CHQ": "REMISE CHQ", "PRLV": "PRLV"}[move.mode]
    if move.kind is MoveKind.RETURN:
        label = f"IMPAYE {move.mode} {name}"
        return "BQ", ref, label, (Line(account="512000", cents=-move.amount),)
    told = not move.letter or len(move.about) > 1 or move.amount % 3 == 0
    label = f"{words} {name} {_names(move)}" if told else f"{words} {name}"
    return "BQ", ref, label, (Line(account="512000", cents=move.amount),)


def _loss(account: Account, move: Move) -> _Made:
    """A write-off: the net amount is lost, the VAT is taken back."""
    net = sum(part for _, part in move.net)
    lines = [Line(account="654000", cents=net)]
    lines += [Line(account=_VAT[rate], cents=tax(rate, part)) for rate, part in move.net if rate]
    label = f"Créance irrécouvrable {_names(move)} {account.customer.name}"
    return "OD", f"OD{move.on:%y%m}", label, tuple(lines)


_MAKERS = {
    MoveKind.INVOICE: _document,
    MoveKind.CREDIT_NOTE: _document,
    MoveKind.PAYMENT: _bank,
    MoveKind.RETURN: _bank,
    MoveKind.WRITE_OFF: _loss,
}
