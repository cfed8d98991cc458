"""The excerpt of the demo in README.md and README.fr.md: cut from what the demo prints that day.

The customers shown are chosen by hand (`SHOWN`); their lines are the demo's own.
"""

import os
import subprocess
import sys
from pathlib import Path

AS_OF = "2026-11-23"
READMES = {"README.md": "en", "README.fr.md": "fr"}
SHOWN = ("C003", "C031", "C050", "C049", "C021")
"""Keys of the customers whose lines the READMEs show; each stands below its customer's name."""

LEFT_OUT = "…"
_FENCE = "```text\n"


def demo_output(language: str, folder: Path) -> list[str]:
    """What the demo prints on `AS_OF`, run in an empty folder."""
    folder.mkdir(parents=True, exist_ok=True)
    environment = os.environ | {
        "AMIABLE_LANGUAGE": language,
        "AMIABLE_VAR": "var",
        "AMIABLE_DATABASE": "sqlite:///var/amiable.sqlite3",
        "AMIABLE_SERVE": "0",
        "PYTHONIOENCODING": "utf-8",
    }
    command = [sys.executable, "-m", "amiable", "demo", "--as-of", AS_OF]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    if done.returncode:
        raise RuntimeError(f"the demo failed: {done.stderr}")
    return [line.rstrip() for line in done.stdout.splitlines()]


def cut(output: list[str]) -> list[str]:
    """The lines worth showing: the export's import, the chosen customers, the closing counts."""
    export = next(line for line in output if "FEC" in line)
    parts = _parts(output)  # before the table, the table, left in peace, the messages, the end
    heads, *rows = parts[1]
    kept = [output[0], LEFT_OUT, export, LEFT_OUT, heads]
    for key in SHOWN:
        kept += _rows_of(key, rows)
    return [*kept, LEFT_OUT, *parts[2], *parts[3]]


def _rows_of(key: str, rows: list[str]) -> list[str]:
    """The lines of one customer: name, key, and what follows; a line of the key alone is left out.

    Raises LookupError when the demo has nothing to do for that customer any more.
    """
    found = [at for at, row in enumerate(rows) if row.split(maxsplit=1)[:1] == [key]]
    if not found:
        raise LookupError(f"the demo of {AS_OF} does not list {key}: choose another for SHOWN")
    at = found[0]
    end = next((n for n in range(at + 1, len(rows)) if rows[n][:1].strip()), len(rows))
    return [row for row in rows[at - 1 : end] if row != key]


def _parts(output: list[str]) -> list[list[str]]:
    """The paragraphs of the output."""
    parts: list[list[str]] = [[]]
    for line in output:
        if line:
            parts[-1].append(line)
        else:
            parts.append([])
    return parts


def shown(readme: str) -> list[str]:
    """The excerpt a README holds: its `text` block."""
    return readme.split(_FENCE, 1)[1].split("\n```", 1)[0].splitlines()


def refresh(root: Path, scratch: Path) -> None:
    """Run the demo in each language and put its lines into the README of that language."""
    for name, language in READMES.items():
        readme = root / name
        text = readme.read_text(encoding="utf-8")
        before, old = text.split(_FENCE, 1)
        new = "\n".join(cut(demo_output(language, scratch / language)))
        readme.write_text(before + _FENCE + new + old[old.index("\n```") :], encoding="utf-8")
