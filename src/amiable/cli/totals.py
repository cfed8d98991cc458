"""Control totals: the file's own sums beside those of what was read."""

from amiable.cli.output import amounts, say, table
from amiable.cli.texts import t
from amiable.engine.money import Money
from amiable.sources.reading import Totals


def show_totals(totals: Totals) -> None:
    """The file's own sums beside those of what was read."""
    currency = next((currency for _, currency in totals.balances), "EUR")

    def write(minor: int) -> str:
        return amounts([Money(minor=minor, currency=currency)])

    say(t("check.lines", n=totals.lines))
    if totals.file_debit or totals.file_credit:
        say(t("check.file", debit=write(totals.file_debit), credit=write(totals.file_credit)))
    if totals.balances:
        balance = write(totals.debit - totals.credit)
        say(
            t(
                "check.customers",
                debit=write(totals.debit),
                credit=write(totals.credit),
                balance=balance,
            )
        )
    if totals.refused:
        say(t("check.refused", amount=write(totals.refused)))


def show_balances(totals: Totals, *, every: bool) -> None:
    """What each customer owes by the file, the largest first."""
    rows = sorted(totals.balances.items(), key=lambda item: -abs(item[1]))
    rows = [row for row in rows if row[1]]
    shown = rows if every else rows[:10]
    if shown:
        table(
            [t("head.customer"), t("head.name"), t("head.balance")],
            [
                (
                    key,
                    totals.names.get(key, ""),
                    amounts([Money(minor=minor, currency=currency)]),
                )
                for (key, currency), minor in shown
            ],
            right=(2,),
        )
    if len(rows) > len(shown):
        say(t("check.more", n=len(rows) - len(shown)))
