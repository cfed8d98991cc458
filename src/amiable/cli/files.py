"""Text files a person wrote: read, or refused with a sentence."""

from pathlib import Path

from amiable.cli.failures import Refused
from amiable.cli.texts import t


def read_text(file: Path) -> str:
    """The text of a UTF-8 file; raises Refused when it cannot be read as one."""
    must_be_readable(file)
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(t("error.file_not_text", file=str(file))) from error


def must_be_readable(file: Path) -> None:
    """Raise Refused for a file that is missing, a folder, or empty."""
    if not file.exists():
        raise Refused(t("error.file_missing", file=str(file), folder=str(Path.cwd())))
    if file.is_dir():
        raise Refused(t("error.file_folder", file=str(file)))
    if file.is_file() and not file.stat().st_size:
        raise Refused(t("error.file_empty", file=str(file)))
