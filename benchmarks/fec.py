"""How fast a FEC is read to facts, beside Python's csv module over the same file.

    python benchmarks/fec.py [--lines 1000000] [--runs 3] [--customers 10000]

Each measure runs in a process of its own, so that its peak memory is its own; medians of the
runs are printed. The file is invented, seeded, and deleted at the end.
"""

import argparse
import csv
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from amiable.sources.fec import open_fec

HEADER = (
    "JournalCode\tJournalLib\tEcritureNum\tEcritureDate\tCompteNum\tCompteLib\tCompAuxNum\t"
    "CompAuxLib\tPieceRef\tPieceDate\tEcritureLib\tDebit\tCredit\tEcritureLet\tDateLet\t"
    "ValidDate\tMontantdevise\tIdevise\n"
)


def _amount(cents: int) -> str:
    return f"{cents // 100},{cents % 100:02d}"


def _line(
    journal: str,
    number: int,
    day: str,
    account: str,
    customer: str,
    text: tuple[str, str],
    debit: int,
    credit: int,
    code: str,
) -> str:
    name = f"CLIENT {customer}" if customer else ""
    names = {"VE": "Ventes", "BQ": "Banque"}
    return (
        f"{journal}\t{names[journal]}\t{number}\t{day}\t{account}\tCompte {account}\t{customer}\t"
        f"{name}\t{text[0]}\t{day}\t{text[1]}\t{_amount(debit)}\t{_amount(credit)}\t{code}\t\t"
        f"20251231\t\t\n"
    )


def write_fec(path: Path, lines: int, customers: int) -> None:
    """Invoices (three lines) and payments (two lines): 40 % of the lines are on 411."""
    chance = random.Random(2026)
    start = date(2025, 1, 1)
    with path.open("w", encoding="utf-8") as file:
        file.write(HEADER)
        for at in range(1, lines // 5 + 1):
            customer = f"C{chance.randrange(customers):06d}"
            issued = start + timedelta(days=at * 300 // (lines // 5))
            paid = issued + timedelta(days=chance.randrange(20, 65))
            net = chance.randrange(1_000, 1_000_000)
            tax = net // 5
            code = f"{at % 17_576:X}" if chance.random() < 0.9 else ""
            text = (f"FA{at:07d}", f"Facture {at:07d} {customer}")
            day = f"{issued:%Y%m%d}"
            file.write(_line("VE", at, day, "411000", customer, text, net + tax, 0, code))
            file.write(_line("VE", at, day, "707000", "", text, 0, net, ""))
            file.write(_line("VE", at, day, "445710", "", text, 0, tax, ""))
            text = (f"VIR{at:07d}", f"Virement {customer} FA{at:07d}")
            day = f"{paid:%Y%m%d}"
            file.write(_line("BQ", at, day, "512000", "", text, net + tax, 0, ""))
            file.write(_line("BQ", at, day, "411000", customer, text, 0, net + tax, code))


def read_csv(path: Path) -> int:
    """The reference: every row of the file through the csv module, nothing more."""
    with path.open(encoding="utf-8", newline="") as file:
        return sum(1 for _ in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def read_fec(path: Path) -> int:
    """The measure: from the file to every customer's facts."""
    reading = open_fec([path])
    items = sum(len(facts.invoices) + len(facts.credits) for facts in reading.facts())
    totals = reading.totals
    if totals.debit - totals.credit != sum(totals.balances.values()) or reading.refusals:
        raise SystemExit("the facts do not add up to the file")
    return items


MEASURES: dict[str, Callable[[Path], int]] = {"csv module": read_csv, "amiable": read_fec}


def _measure(name: str, path: Path) -> None:
    started = time.perf_counter()
    count = MEASURES[name](path)
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{seconds} {peak} {count}")


def _run(name: str, path: Path) -> tuple[float, float]:
    command = [sys.executable, __file__, "--measure", name, "--file", str(path)]
    answer = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return float(answer[0]), float(answer[1])


def main() -> None:
    """Write the file, measure, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--customers", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--measure", choices=MEASURES, help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.measure:
        _measure(asked.measure, asked.file)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "123456789FEC20251231.txt"
        write_fec(path, asked.lines, asked.customers)
        print(f"{asked.lines} lines, {path.stat().st_size / 1e6:.0f} MB, {asked.runs} runs")
        print(f"{'':12}{'seconds':>10}{'lines/s':>12}{'peak MB':>10}")
        runs = {name: [_run(name, path) for _ in range(asked.runs)] for name in MEASURES}
        for name, results in runs.items():
            seconds = statistics.median(run[0] for run in results)
            peak = statistics.median(run[1] for run in results)
            print(f"{name:12}{seconds:10.2f}{asked.lines / seconds:12,.0f}{peak:10.0f}")


if __name__ == "__main__":
    main()
