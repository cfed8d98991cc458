"""Kannel, the SMS gateway, if it is installed here: its boxes and its makers' fake SMS centre."""

import os
import shutil
from pathlib import Path

FAKE_CENTRES = ("/usr/lib/kannel/test/fakesmsc", "/usr/libexec/kannel/test/fakesmsc")
NOT_FOUND = (
    "no Kannel was found on this machine (Debian: apt-get install kannel kannel-extras). It need "
    "not be set up, nor be running"
)


def find_kannel() -> dict[str, str] | None:
    """The programs bearerbox, smsbox and fakesmsc by name, or None if one is missing."""
    folders = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"
    found = {name: shutil.which(name, path=folders) for name in ("bearerbox", "smsbox")}
    found["fakesmsc"] = next((path for path in FAKE_CENTRES if Path(path).exists()), None)
    programs = {name: path for name, path in found.items() if path is not None}
    return programs if len(programs) == len(found) else None
