"""Trading: 24 months of a customer's account, as its story tells it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from random import Random

from amiable.demo.moves import Account, Move, MoveKind, Window, gross
from amiable.demo.roster import DemoCustomer
from amiable.demo.sales import placed_sales, usual_sales
from amiable.demo.stories import ONE_TRANSFER, Story, pay_day

DISPUTE_REASONS = (
    "Deux cartons cassés à la livraison, avoir demandé",
    "Prix facturé différent du bon de commande",
)


@dataclass(slots=True, kw_only=True, eq=False)
class _Trade:
    """One customer's trade being told. ``plan``: usual invoices and the day each is paid."""

    account: Account
    plan: list[tuple[Move, date]]
    placed: list[Move]
    window: Window
    mode: str

    def pay(self, on: date, invoices: list[Move], amount: int | None = None) -> Move | None:
        """Receive ``amount`` (None: all that is left) for ``invoices``; None if not come yet."""
        if on > self.window.last:
            return None
        payment = Move(
            kind=MoveKind.PAYMENT,
            on=on,
            amount=sum(invoice.left for invoice in invoices) if amount is None else amount,
            about=tuple(invoices),
            mode=self.mode,
        )
        rest = payment.amount
        for invoice in invoices:
            taken = min(rest, invoice.left)
            invoice.left -= taken
            rest -= taken
        self.account.moves.append(payment)
        return payment

    def pay_and_close(self, on: date, invoices: list[Move], *others: Move) -> None:
        """Receive all that is left of ``invoices`` and letter them with it and ``others``."""
        payment = self.pay(on, invoices)
        if payment is not None:
            self.account.groups.append([*invoices, *others, payment])

    def later(self, day: date, days: int) -> date:
        """The business day on or after ``days`` later."""
        return self.window.days.roll(day + timedelta(days=days))

    def add(self, move: Move) -> Move:
        """Put a move on the account."""
        self.account.moves.append(move)
        return move

    def nearest(self, days_ago: int) -> int:
        """The place in the plan of the payment nearest to so many days ago."""
        aim = self.window.today - timedelta(days=days_ago)
        return min(range(len(self.plan)), key=lambda at: abs((self.plan[at][1] - aim).days))


def trade(customer: DemoCustomer, window: Window, seed: int) -> Account:
    """The account of a customer over the window; each customer has dice of its own."""
    rng = Random(f"{seed}/{customer.code}")  # seeded by text: the same on every machine
    plan = [
        (invoice, _planned_day(customer, invoice, window, rng))
        for invoice in usual_sales(customer, window, rng)
    ]
    plan = [pair for pair in plan if _belongs(customer, *pair, window)]
    placed = placed_sales(customer, window, rng)
    account = Account(customer=customer, moves=[invoice for invoice, _ in plan] + placed)
    mode = "PRLV" if customer.story is Story.AUTOPAY else rng.choice(("VIR", "VIR", "VIR", "CHQ"))
    telling = _Trade(account=account, plan=plan, placed=placed, window=window, mode=mode)
    _TELLERS.get(customer.story, _pay_each)(telling)
    account.moves.sort(key=lambda move: move.on)
    return account


def _planned_day(customer: DemoCustomer, invoice: Move, window: Window, rng: Random) -> date:
    age = (window.today - invoice.due_on).days
    day = pay_day(customer.story, invoice.due_on, age, window.days, rng)
    return max(day, window.days.roll(invoice.on + timedelta(days=1)))


def _belongs(customer: DemoCustomer, invoice: Move, paid_on: date, window: Window) -> bool:
    """Whether a usual invoice leaves the picture of today as the roster wants it.

    The founding case stands alone: who always pays ten days late has no other late invoice than
    the placed ones. Who overpaid owes nothing at all.
    """
    if paid_on <= window.last:
        return True
    if customer.story is Story.OVERPAID:
        return False
    alone = customer.story is Story.STEADY_LATE and bool(customer.late)
    return not alone or invoice.due_on >= window.today


def _pay_each(telling: _Trade) -> None:
    """Each invoice in full on its day; one transfer a day for those who work that way."""
    plan = sorted(telling.plan, key=lambda pair: pair[1])
    if telling.account.customer.story in ONE_TRANSFER:
        for day, pairs in groupby(plan, key=lambda pair: pair[1]):
            telling.pay_and_close(day, [invoice for invoice, _ in pairs])
    else:
        for invoice, day in plan:
            telling.pay_and_close(day, [invoice])


def _pay_in_halves(telling: _Trade) -> None:
    plan = telling.plan + [
        (invoice, telling.later(invoice.due_on, 1)) for invoice in telling.placed
    ]
    for invoice, day in plan:
        first = telling.pay(day, [invoice], invoice.amount // 2)
        if first is not None and invoice not in telling.placed:
            telling.pay_and_close(telling.later(day, 21), [invoice], first)


def _stop_paying(telling: _Trade) -> None:
    """Pays late, then nothing for four months; the court opens proceedings 50 days ago."""
    opened_on = telling.window.ago(50)
    telling.account.insolvent_on = opened_on
    telling.account.moves = [move for move in telling.account.moves if move.on < opened_on]
    stopped_on = telling.window.ago(120)
    telling.plan = [pair for pair in telling.plan if pair[1] < stopped_on]
    _pay_each(telling)


def _bounce_once(telling: _Trade) -> None:
    """A placed invoice's cheque came back; without one, a past direct debit did."""
    if telling.placed:
        telling.mode = "CHQ"
        invoice = telling.placed[0]
        payment = telling.pay(telling.later(invoice.due_on, 6), [invoice])
        if payment is not None:
            telling.account.groups.append([payment, _returned(telling, payment)])
            invoice.left = invoice.amount
    else:
        telling.mode = "PRLV"
        invoice, day = telling.plan.pop(telling.nearest(240))
        payment = telling.pay(day, [invoice])
        if payment is not None:
            back = _returned(telling, payment)
            invoice.left = invoice.amount
            telling.pay_and_close(telling.later(back.on, 9), [invoice], payment, back)
    _pay_each(telling)


def _returned(telling: _Trade, payment: Move) -> Move:
    return telling.add(
        Move(
            kind=MoveKind.RETURN,
            on=telling.later(payment.on, 5),
            amount=payment.amount,
            about=payment.about,
            mode=payment.mode,
        )
    )


def _credit_some(telling: _Trade) -> None:
    """A credit note of 15 % on every third invoice, and on the placed ones."""
    for place, (invoice, day) in enumerate(telling.plan):
        notes = [_credit_note(telling, invoice)] if place % 3 == 1 else []
        telling.pay_and_close(day, [invoice], *(note for note in notes if note is not None))
    for invoice in telling.placed:
        _credit_note(telling, invoice)


def _credit_note(telling: _Trade, invoice: Move) -> Move | None:
    on = telling.later(invoice.on, 6)
    if on > telling.window.last:
        return None
    net = tuple((rate, part * 15 // 100) for rate, part in invoice.net)
    amount = gross(net)
    invoice.left -= amount
    return telling.add(
        Move(kind=MoveKind.CREDIT_NOTE, on=on, net=net, amount=amount, about=(invoice,))
    )


def _pay_twice(telling: _Trade) -> None:
    """The last invoice that can be was paid a second time a few days later."""
    _pay_each(telling)
    again = [(telling.later(day, 6), invoice) for invoice, day in telling.plan]
    on, invoice = max(
        (pair for pair in again if pair[0] <= telling.window.last), key=lambda pair: pair[0]
    )
    telling.pay(on, [invoice], invoice.amount)


def _give_up_one(telling: _Trade) -> None:
    """An invoice of about 14 months ago was never paid and was written off."""
    invoice, _ = telling.plan.pop(telling.nearest(420))
    given_up = Move(
        kind=MoveKind.WRITE_OFF,
        on=telling.later(invoice.due_on, 200),
        amount=invoice.amount,
        net=invoice.net,
        about=(invoice,),
    )
    invoice.left = 0
    telling.account.groups.append([invoice, telling.add(given_up)])
    _pay_each(telling)


def _dispute_one(telling: _Trade) -> None:
    _pay_each(telling)
    disputed = telling.placed[0]
    disputed.dispute = DISPUTE_REASONS[disputed.amount % len(DISPUTE_REASONS)]


_TELLERS: dict[Story, Callable[[_Trade], None]] = {
    Story.HALVES: _pay_in_halves,
    Story.INSOLVENT: _stop_paying,
    Story.BOUNCED: _bounce_once,
    Story.CREDIT_NOTES: _credit_some,
    Story.OVERPAID: _pay_twice,
    Story.WRITTEN_OFF: _give_up_one,
    Story.DISPUTED: _dispute_one,
}


def letter_groups(account: Account, window: Window) -> None:
    """Give each group of moves its code, AA, AB and so on, as the bookkeeper would.

    Codes start again at AA for each customer. The bookkeeper letters two days after the last
    move: the newest payments are not lettered yet, and their text names the invoices.
    """
    ordered = sorted(account.groups, key=lambda group: max(move.on for move in group))
    for place, group in enumerate(ordered):
        last = max(move.on for move in group)
        lettered_on = window.days.roll(last + timedelta(days=2))
        if lettered_on > window.last:
            continue
        for move in group:
            move.letter = chr(65 + place // 26) + chr(65 + place % 26)
            move.lettered_on = lettered_on
