"""Logging: lines for a person at a terminal, JSON for a machine; never what a customer is called.

Modules log with Python's own loggers, facts in ``extra``; structlog writes the line. Messages of
exceptions may quote a row, so that only their kind and where they arose are written.
"""

import logging
import logging.config
import sys
import traceback
from collections.abc import MutableMapping
from functools import cached_property
from types import TracebackType
from typing import Any

Event = MutableMapping[str, Any]

_OWN_FRAMES = 12  # the newest; what lies before is the server's


def configure(settings: dict[str, Any]) -> None:
    """Take over logging, as Django's LOGGING_CONFIG; ``settings`` holds the form wanted."""
    form = settings["form"] or ("console" if sys.stderr.isatty() else "json")
    logging.config.dictConfig({
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"structured": {"()": "amiable.site.log.Structured", "form": form}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "structured"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            "amiable": {"level": "INFO"},
            "django": {"level": "WARNING", "handlers": [], "propagate": True},
            # A page that is not there or not allowed is the visitor's matter, not ours.
            "django.request": {"level": "ERROR"},
        },
    })  # fmt: skip


class Structured(logging.Formatter):
    """Writes records by structlog, loaded with the first record: most commands write none."""

    def __init__(self, form: str) -> None:
        super().__init__()
        self.form = form

    @cached_property
    def _writer(self) -> logging.Formatter:
        import structlog  # noqa: PLC0415 a tenth of a second that help and lists do not wait for

        steps: list[Any] = [
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.ExtraAdder(),
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _discreet,
        ]
        renderer: Any = structlog.processors.JSONRenderer(ensure_ascii=False)
        if self.form == "console":
            renderer = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
        return structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=steps,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        return self._writer.format(record)


def _discreet(_logger: object, _name: str, event: Event) -> Event:
    """An exception as its kind and its places; of a request its method and path alone."""
    request = event.pop("request", None)
    if request is not None:
        event["method"], event["path"] = request.method, request.path
    found = event.pop("exc_info", None)
    if isinstance(found, BaseException):
        found = (type(found), found, found.__traceback__)
    if found and found is not True and found[0] is not None:
        event["error"] = f"{found[0].__module__}.{found[0].__qualname__}"
        event["stack"] = _places(found[2])
    return event


def _places(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)[-_OWN_FRAMES:]
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
