"""What a customer line is, from the other lines of its entry (the "counterpart").

The rules are those of the French chart of accounts (PCG): a debit to 411 against revenue or
collected VAT is an invoice, a credit against a bank account is a payment, and so on. Counterparts
are kept by side, so that a cash sale (invoiced and paid in one entry) is read right.
"""

import re
from dataclasses import dataclass, field

from amiable.engine.ledger import CreditKind, InvoiceKind
from amiable.sources.fec.cells import Unreadable

Kind = InvoiceKind | CreditKind

CUSTOMER = 0
SALES, BANK, DEPOSIT, WRITE_OFF, DISCOUNT, BILL, OPENING, OTHER = (1 << bit for bit in range(8))
DEBIT_SHIFT = 8
"""Bits of counterparts on the credit side stand as they are, on the debit side 8 higher."""
_LOW = (1 << DEBIT_SHIFT) - 1

_PREFIXES = (
    ("4191", DEPOSIT),
    ("654", WRITE_OFF),
    ("658", WRITE_OFF),
    ("665", DISCOUNT),
    ("413", BILL),
    ("4457", SALES),
    ("7", SALES),
    ("51", BANK),
    ("53", BANK),
    ("54", BANK),
    ("58", BANK),
    ("890", OPENING),
)

# A debit looks at what was credited, a credit at what was debited; the first that fits is it.
_DEBIT_RULES: tuple[tuple[int, Kind], ...] = (
    (SALES, InvoiceKind.INVOICE),
    (DEPOSIT, InvoiceKind.INVOICE),  # an invoice for a deposit
    (BANK, InvoiceKind.RETURNED),
    (BILL, InvoiceKind.RETURNED),
)
_CREDIT_RULES: tuple[tuple[int, Kind], ...] = (
    (BANK, CreditKind.PAYMENT),
    (DEPOSIT, CreditKind.DEPOSIT),
    (WRITE_OFF, CreditKind.WRITE_OFF),
    (DISCOUNT, CreditKind.DISCOUNT),
    (BILL, CreditKind.BILL),
    (SALES, CreditKind.CREDIT_NOTE),
)

_OPENING_CODES = frozenset(("AN", "ANO", "RAN", "ANV", "ANX", "OUV"))
_OPENING_NAME = re.compile(r"(?:^|\b)(?:[aà]\W*nouveau|ran\b|.*\bouverture|opening)", re.I)
_SALES_NAME = re.compile(r"vente|factur|sales", re.I)
_BANK_NAME = re.compile(r"banq|bank|caisse|tr[ée]sorerie|ch[èe]que", re.I)
OPENING_PIECES = frozenset(("RAN", "AN", "A NOUVEAU", "A-NOUVEAU"))


class AccountClasses(dict[str, int]):
    """Account number -> what it is to a customer line: CUSTOMER, or one of the bits."""

    def __init__(self, customers: tuple[str, ...]) -> None:
        super().__init__()
        self._customers = customers

    def __missing__(self, account: str) -> int:
        bare = account.strip()
        if not bare:
            raise Unreadable("fec.account", account)
        found = CUSTOMER if bare.startswith(self._customers) else _counterpart(bare)
        self[account] = found
        return found


def _counterpart(account: str) -> int:
    return next((bit for prefix, bit in _PREFIXES if account.startswith(prefix)), OTHER)


@dataclass(slots=True)
class Journal:
    """What is seen of one journal while a file is read; there is no standard list of codes."""

    code: str
    name: str = ""
    entries: int = 0
    with_customer: int = 0
    with_sales: int = 0
    with_bank: int = 0
    repeats_piece: int = 0
    last_piece: str = ""
    is_opening: bool = field(init=False)

    def __post_init__(self) -> None:
        """Whether it carries balances over from the year before, by code or by name."""
        by_code = self.code.upper() in _OPENING_CODES
        self.is_opening = by_code or bool(_OPENING_NAME.match(self.name))

    def see(self, mask: int, piece: str, *, customer: bool) -> None:
        """Take note of one entry: its counterparts and its document reference."""
        self.entries += 1
        both = mask | mask >> DEBIT_SHIFT
        if both & SALES:
            self.with_sales += 1
        if both & BANK:
            self.with_bank += 1
        if customer:
            self.with_customer += 1
            self.repeats_piece += piece == self.last_piece
            self.last_piece = piece

    @property
    def nature(self) -> int:
        """SALES, BANK or OTHER: by what its entries hold, else by its name."""
        if self.with_sales > self.with_bank:
            return SALES if 2 * self.with_customer >= self.entries else OTHER
        if self.with_bank:
            return BANK
        words = f"{self.name} {self.code}"
        if _SALES_NAME.search(words):
            return SALES
        return BANK if _BANK_NAME.search(words) else OTHER

    @property
    def numbers_documents(self) -> bool:
        """Whether PieceRef tells its entries apart, and not, say, the month of the journal."""
        return 5 * self.repeats_piece <= self.with_customer


def kind_of(*, debit: bool, mask: int, balanced: bool, journal: Journal, opening: bool) -> Kind:
    """What a customer line is; ADJUSTMENT when its entry says nothing else.

    An opening entry lists all the accounts of a balance sheet, collected VAT among them: in an
    opening journal no counterpart means anything. The other signs of an opening, a document
    called RAN (``opening``) or the account 890, are weaker: a sale in the entry outweighs them.
    """
    both = (mask | mask >> DEBIT_SHIFT) & _LOW
    if journal.is_opening or ((opening or both & OPENING) and not both & SALES):
        return InvoiceKind.OPENING if debit else CreditKind.OPENING
    against = mask & _LOW if debit else mask >> DEBIT_SHIFT
    for bit, kind in _DEBIT_RULES if debit else _CREDIT_RULES:
        if against & bit:
            return kind
    nature = OTHER if balanced else journal.nature
    if nature == SALES:
        return InvoiceKind.INVOICE if debit else CreditKind.CREDIT_NOTE
    if nature == BANK:
        return InvoiceKind.RETURNED if debit else CreditKind.PAYMENT
    return InvoiceKind.ADJUSTMENT if debit else CreditKind.ADJUSTMENT
