"""Files with mistakes: what is refused is told, the rest comes in, and goes out again."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Visit, opener
from tests.browser.journey import SLOW, House, bring_in, hand_over, working_house
from tests.browser.visitor import Visitor
from workshop.served import Scene

WITH_MISTAKES = """Code client;Client;Numéro;Date facture;Échéance;Montant TTC
N1;Nouveau Fournil;FB-1;02/10/2026;02/11/2026;1 200,00
N1;Nouveau Fournil;FB-2;31/02/2026;02/12/2026;300,00
N2;Petit Marché;FB-3;03/10/2026;03/11/2026;deux cents
N2;Petit Marché;FB-4;03/10/2026;03/11/2026;80,00
"""
STRANGE_HEADS = """Tiers;Qui;Pièce;Le;Avant le;Combien
N7;Bout du Quai;FC-1;02/10/2026;02/11/2026;640,00
"""


@pytest.fixture
def house(scene: Scene, tmp_path: Path) -> Iterator[House]:
    """A desk with its worker."""
    with working_house(scene.copy(tmp_path / "house")) as opened:
        yield opened


@pytest.fixture
def collector(browser: Browser, scene: Scene, house: House, windows: ExitStack) -> Visitor:
    """A collector at the page of imports."""
    visit: Visit = opener(browser, scene, house.base, windows)
    return visit("collector-fr").open("imports/")


def test_mistakes_are_told_and_the_rest_comes_in(collector: Visitor) -> None:
    hand_over(collector, "factures.csv", WITH_MISTAKES)
    refused = collector.page.locator(".refusal-lines")
    expect(refused.filter(has_text="31/02/2026")).to_have_count(1)
    expect(refused.filter(has_text="deux cents")).to_have_count(1)
    with collector.page.expect_download() as download:
        collector.page.locator("a[href$='/refused.csv']").click()
    lines = download.value.path().read_text("utf-8-sig").splitlines()
    assert any("31/02/2026" in line for line in lines)
    bring_in(collector)
    collector.open("customers/?q=Nouveau+Fournil")
    collector.sees("1\u202f200,00")


DROP_ON = """([form, files]) => {
  const held = new DataTransfer();
  for (const [name, text] of files) held.items.add(new File([text], name, {type: "text/csv"}));
  form.dispatchEvent(new DragEvent("drop", {dataTransfer: held, bubbles: true, cancelable: true}));
}"""


def test_several_files_dropped_at_once_are_several_imports(collector: Visitor) -> None:
    zone = collector.page.locator("form[data-drop]")
    files = [["octobre.csv", WITH_MISTAKES], ["autres.csv", STRANGE_HEADS]]
    collector.page.evaluate(DROP_ON, [zone.element_handle(), files])
    links = collector.page.locator("main a[href*='/imports/']")
    for name, _ in files:  # an address of its own for each
        expect(links.filter(has_text=name)).to_have_count(1, timeout=SLOW)


def test_an_import_is_taken_back(collector: Visitor) -> None:
    hand_over(collector, "factures.csv", WITH_MISTAKES)
    bring_in(collector)
    collector.page.locator("#undo summary").click()
    collector.page.locator("form[action$='/undo/'] button").click()
    expect(collector.page.locator(".banner.amber")).to_be_visible(timeout=SLOW)
    collector.open("customers/?q=Nouveau+Fournil")
    expect(collector.page.get_by_role("link", name="Nouveau Fournil")).to_have_count(0)


def test_columns_of_unknown_names_are_matched_by_hand(collector: Visitor) -> None:
    hand_over(collector, "export.csv", STRANGE_HEADS)
    columns = collector.page.locator("#columns")
    expect(columns).to_be_visible()
    columns.locator("[name=kind]").select_option("invoices")
    columns.locator("form.filters button").click()
    expect(columns.locator("[name=kind]")).to_have_value("invoices", timeout=SLOW)
    heads = STRANGE_HEADS.splitlines()[0].split(";")
    words = ("code", "nom", "numéro", "date", "échéance", "montant")
    for head, word in zip(heads, words, strict=True):
        choice = columns.get_by_label(head, exact=True)
        texts = choice.locator("option").all_inner_texts()
        found = [one for one in texts if re.search(word, one, re.I)]
        assert found, f"{word} in {texts}"
        if choice.locator("option:checked").inner_text() not in found:
            choice.select_option(label=found[0])
    columns.locator("form:has(table) button[type=submit]").click()
    bring_in(collector)


def test_a_file_that_is_none_of_ours_is_refused_with_a_remedy(collector: Visitor) -> None:
    hand_over(collector, "note.csv", "bonjour\n")
    expect(collector.page.locator(".banner.red")).to_be_visible()
    expect(collector.page.locator("form[action$='/bring/']")).to_have_count(0)


def drop(visitor: Visitor, files: dict[str, str], onto: str) -> None:
    """Let go of files above a part of the page, as a hand with a mouse does."""
    given = visitor.page.evaluate_handle(
        """files => {
          const held = new DataTransfer();
          for (const [name, text] of Object.entries(files)) held.items.add(new File([text], name));
          return held;
        }""",
        files,
    )
    for event in ("dragenter", "dragover", "drop"):
        visitor.page.dispatch_event(onto, event, {"dataTransfer": given})


def test_a_file_dropped_onto_the_page_is_read(collector: Visitor) -> None:
    drop(collector, {"factures.csv": WITH_MISTAKES}, ".drop-zone")
    expect(collector.page.locator("h1")).to_have_text("factures.csv", timeout=SLOW)
    expect(collector.page.locator("form[action$='/bring/']")).to_have_count(1, timeout=SLOW)
    expect(collector.page.locator(".refusal-lines").filter(has_text="31/02/2026")).to_have_count(1)


def test_a_file_dropped_beside_the_zone_does_not_replace_the_page(collector: Visitor) -> None:
    drop(collector, {"factures.csv": WITH_MISTAKES}, "h1")
    expect(collector.page.locator("form.drop")).to_be_visible()
    assert collector.page.url.endswith("/imports/")
