"""Runs every measurement of benchmarks/, one after the other: `make bench`.

A measurement is a module of that folder that can be run by itself (it has an `if __name__` part).
Names given as arguments run only those: `make bench ARGS=plan`.
"""

import subprocess
import sys
from pathlib import Path

FOLDER = Path("benchmarks")


def measurements() -> list[str]:
    """The names of the modules in benchmarks/ that can be run, in alphabetical order."""
    modules = sorted(FOLDER.glob("*.py"))
    return [module.stem for module in modules if "__main__" in module.read_text(encoding="utf-8")]


def main(wanted: list[str]) -> int:
    """Run the wanted measurements, or all; 1 when one failed or there is none of that name."""
    known = measurements()
    unknown = [name for name in wanted if name not in known]
    if unknown or not known:
        print(f"No measurement {' '.join(unknown)}; there are: {' '.join(known)}", file=sys.stderr)
        return 1
    codes = []
    for name in wanted or known:
        print(f"\n== {name}", flush=True)
        command = [sys.executable, "-m", f"benchmarks.{name}"]
        codes.append(subprocess.run(command, check=False).returncode)
    return int(any(codes))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
