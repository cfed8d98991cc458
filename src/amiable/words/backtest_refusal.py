"""Why a backtest is refused, in a sentence, with what is needed and what to do."""

from amiable.engine.backtest_report import (
    MIN_CUSTOMERS,
    MIN_SETTLED,
    BacktestRefused,
    RefusalGround,
)
from amiable.engine.parties import Language
from amiable.words.catalogue import say


def refused_sentence(error: BacktestRefused, language: Language) -> str:
    """The ground with its counts, what was counted besides, and the remedy."""
    few = error.ground is RefusalGround.FEW_CUSTOMERS
    n, need = (error.customers, MIN_CUSTOMERS) if few else (error.settled, MIN_SETTLED)
    counted = {"settled": error.settled, "customers": error.customers}
    return " ".join(
        (
            say(language, "backtest.page.refused.title") + ".",
            say(language, f"backtest.page.refused.{error.ground.value}", n=n, need=need),
            say(language, "backtest.page.refused.counted", **counted),
            say(language, "backtest.page.refused.todo"),
        )
    )
