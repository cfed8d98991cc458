"""Tables at a terminal: whatever its width, every figure is whole and every column is there."""

from collections.abc import Callable

import pytest
from rich.console import Console

from amiable.cli import output

HEADS = ["Moyen", "Rappels", "Jours gagnés", "Payés dans les 7 jours", "Reste dû"]
ROWS = [
    ["E-mail", "108", "+3,2 (0,4 … 6,0)", "41 %", "37\N{NO-BREAK SPACE}020,50\N{NO-BREAK SPACE}€"],
    ["Lettre recommandée avec avis", "160", "trop peu", "5 %", "9\N{NO-BREAK SPACE}€"],
]
FIGURES = range(1, 5)

Printed = Callable[[int], str]


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Printed:
    """What the table looks like on a terminal so many columns wide."""

    def at(width: int) -> str:
        monkeypatch.setattr(output, "console", lambda: Console(highlight=False, width=width))
        monkeypatch.setenv("AMIABLE_LANGUAGE", "fr")
        output.table(HEADS, ROWS, right=FIGURES)
        return capsys.readouterr().out

    return at


@pytest.mark.parametrize("width", range(38, 130, 3))
def test_no_figure_is_cut_and_no_column_dropped(printed: Printed, width: int) -> None:
    text = printed(width)
    assert max(len(line.rstrip()) for line in text.splitlines()) <= width
    for row in ROWS:
        for figure in row[1:]:
            assert figure in text
        assert row[-1] in text
        assert row[0].split()[0] in text
    for word in " ".join(HEADS).split():
        assert word in text


def test_heads_wrap_before_rows_become_blocks(printed: Printed) -> None:
    beside = printed(58).splitlines()
    assert "Payés dans les 7 jours" not in beside[0]
    assert any(line.startswith("E-mail") and "108" in line for line in beside)
    blocks = printed(40)
    assert "Moyen\N{NO-BREAK SPACE}: E-mail" in blocks
    assert "Reste dû\N{NO-BREAK SPACE}: 37\N{NO-BREAK SPACE}020,50\N{NO-BREAK SPACE}€" in blocks
