"""The entry point: ``amiable``."""

import sys

from amiable.cli.commands import amiable


def main() -> None:
    """Run; exit codes: 0 done, 1 refused with a remedy, 2 wrong usage, 130 interrupted."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    amiable.main(prog_name="amiable")
