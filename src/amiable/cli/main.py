"""The entry point: ``amiable``."""

import os
import sys

import django
from django.core.exceptions import ImproperlyConfigured


def main() -> None:
    """Run; exit codes: 0 done, 1 refused with a remedy, 2 wrong usage."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "amiable.site.settings")
    try:
        django.setup()
    except (ValueError, ImproperlyConfigured) as error:
        sys.stderr.write(f"amiable: {error}\n")
        raise SystemExit(2) from error
    # The commands import Django models, which need the settings above.
    from amiable.cli.commands import amiable  # noqa: PLC0415

    amiable.main(prog_name="amiable")
