"""200 letters as one PDF to print: tagged, with cover sheet, page counts and payment codes.

Beside it, in the same run: typst laying the same words out as bare paragraphs and a bare table
(no address, no foot, no code, untagged), and our letters compiled one by one. Each in a process of
its own, for typst remembers what it laid out. Run: ``python -m benchmarks.letter``.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import typst

from amiable.engine.compose import compose
from amiable.engine.letter import LetterFacts, claim, correspondent
from amiable.engine.parties import Company, Contact, Customer, Language
from amiable.engine.template import Audience, LetterTone
from amiable.words import CatalogueVoice, shipped_templates
from amiable.words.addressee import addressee
from amiable.words.letter import CoverRow, PrintFile, letter_page, write_letters
from benchmarks.mail import late_lines

COUNT = 200
RUNS = 5
GOAL = 3.0
"""Seconds for the 200 letters."""
ON = date(2026, 2, 19)
COMPANY = Company(
    key="fournil",
    name="Le Fournil du Port",
    siren="732829320",
    iban="FR7630006000011234567890189",
    email="compta@fournil.example",
    phone="01 99 00 12 34",
    sender="Camille Dupré",
    address="12 quai des Brumes\n56100 Lorient",
    legal="SARL au capital de 10 000 €, RCS Lorient",
)
_BARE = """
#let all = json("data.json")
#for letter in all {
  for line in letter.lines { par(line) }
  table(columns: 6, ..letter.cells.flatten())
  pagebreak(weak: true)
}
"""


def page(number: int) -> dict[str, Any]:
    """One reminder of five late invoices, as it is kept with its message."""
    customer = Customer(key=f"C{number}", name=f"Boulangerie Lefèvre n° {number}")
    address = f"{number} rue de l'Église\n75002 PARIS"
    contact = Contact(key="c", customer=customer.key, name="Zoé Lefèvre", address=address)
    facts = LetterFacts(
        company=COMPANY,
        customer=customer,
        language=Language.FR,
        on=ON,
        lines=late_lines(number),
        answer_to=correspondent(COMPANY),
        contact=contact,
        reference=customer.key,
    )
    template = shipped_templates()[LetterTone.FIRM, Audience.LATE, Language.FR]
    return letter_page(
        compose(template, facts, CatalogueVoice(Language.FR)),
        COMPANY,
        addressee(customer, contact, "FR"),
        registered=False,
        amounts=claim(facts),
        reference=customer.key,
    )


def _file(pages: Sequence[Mapping[str, Any]], *, cover: bool) -> PrintFile:
    rows = [CoverRow(customer=one["to"][0], place="Paris", kind="lettre") for one in pages]
    return PrintFile(
        company=COMPANY, pages=pages, on=ON, language=Language.FR, cover=rows if cover else None
    )


def _batch(pages: Sequence[Mapping[str, Any]]) -> int:
    return len(write_letters(_file(pages, cover=True)))


def _one_by_one(pages: Sequence[Mapping[str, Any]]) -> int:
    return sum(len(write_letters(_file([one], cover=False))) for one in pages)


def _bare(pages: Sequence[Mapping[str, Any]]) -> int:
    letters = [
        {
            "lines": [
                *one["to"],
                one["subject"],
                *(line for block in one["blocks"] for line in block.get("lines", ())),
            ],
            "cells": [
                row for block in one["blocks"] if block["kind"] == "table" for row in block["rows"]
            ],
        }
        for one in pages
    ]
    source: Any = {"main.typ": _BARE.encode(), "data.json": json.dumps(letters).encode()}
    made = typst.compile(source, format="pdf", ignore_system_fonts=True)
    return len(made or b"")


WORKS = {
    "one file to print (amiable)": _batch,
    "the same words bare (typst)": _bare,
    "one file a letter (amiable)": _one_by_one,
}


def _work(name: str, count: int) -> None:
    """Do one kind of work once and print its seconds and the bytes made."""
    pages = [page(number) for number in range(count)]
    start = time.perf_counter()
    size = WORKS[name](pages)
    print(json.dumps([time.perf_counter() - start, size]))


def _measured(name: str, count: int) -> tuple[float, int]:
    command = [sys.executable, "-m", "benchmarks.letter", "--work", name, "--count", str(count)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    seconds, size = json.loads(done.stdout)
    return float(seconds), int(size)


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=COUNT, help="letters")
    parser.add_argument("--runs", type=int, default=RUNS, help="times each is measured")
    parser.add_argument("--work", choices=list(WORKS), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.work:
        _work(asked.work, asked.count)
        return
    found: dict[str, list[tuple[float, int]]] = {name: [] for name in WORKS}
    for _ in range(asked.runs):
        for name in WORKS:
            found[name].append(_measured(name, asked.count))
    print(f"{asked.count} letters of five invoices, {asked.runs} runs")
    print(f"{'work':<32}{'median s':>10}{'min s':>10}{'ms a letter':>13}{'kB':>8}")
    for name, measured in found.items():
        times = [seconds for seconds, _ in measured]
        median = statistics.median(times)
        each, size = median / asked.count * 1000, measured[0][1] / 1000
        print(f"{name:<32}{median:>10.3f}{min(times):>10.3f}{each:>13.2f}{size:>8.0f}")
    ours, bare = (statistics.median(s for s, _ in found[name]) for name in list(WORKS)[:2])
    print(f"{ours / bare:.1f} times the bare words; goal: {asked.count} letters in < {GOAL} s:"
          f" {'met' if ours < GOAL else 'NOT met'}")  # fmt: skip


if __name__ == "__main__":
    main()
