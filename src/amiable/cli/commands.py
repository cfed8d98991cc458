"""All commands, by section, in the order one meets them; each is imported when it is called."""

import os
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from importlib import import_module
from typing import Any

import click

from amiable import __version__
from amiable.cli.click_words import teach_click
from amiable.cli.failures import SettingUnusable, guarded, reader_gone
from amiable.cli.texts import t

teach_click()

SECTIONS = {
    "start": {
        "demo": "demo:demo",
        "init": "setup:init",
        "check": "check:check",
        "mail": "mail:mail",
        "import": "imports:bring",
        "undo": "imports:undo",
        "imports": "imports:history",
        "serve": "serve:serve",
        "work": "serve:work",
    },
    "look": {
        "status": "look:status",
        "customers": "look:customers",
        "habits": "habits:habits",
        "show": "show:show",
        "terms": "terms:terms",
    },
    "work": {
        "plan": "plan:plan",
        "preview": "work:preview",
        "approve": "work:approve",
        "unapprove": "work:unapprove",
        "skip": "work:skip",
        "postpone": "work:postpone",
        "done": "work:done",
        "send": "send:send",
        "outbox": "outbox:outbox",
        "inbox": "inbox:inbox",
    },
    "exchange": {
        "promise": "exchange:promise",
        "dispute": "exchange:dispute",
        "hold": "exchange:hold",
        "release": "exchange:release",
        "reply": "exchange:reply",
    },
    "shape": {"policy": "policy:policy", "template": "template:template"},
    "proof": {
        "backtest": "backtest:backtest",
        "forecast": "forecast:forecast",
        "experiment": "experiment:experiment",
        "measure": "measure:measure",
        "effect": "effect:effect",
        "report": "report:report",
        "term": "term:offer_term",
        "discount": "discount:discount",
    },
    "open": {"user": "user:user", "token": "token:token", "company": "company:company"},
}
"""Section -> command -> where it lives: "module:name" in this package."""

PLACES = {name: place for commands in SECTIONS.values() for name, place in commands.items()}


def prepare() -> None:
    """Make the database usable; only commands need it, help does not."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "amiable.site.settings")
    # Django takes a third of a second to import: whoever asks for help does not wait for it.
    import django  # noqa: PLC0415
    from django.core.exceptions import ImproperlyConfigured  # noqa: PLC0415

    try:
        django.setup()
    except (ValueError, ImproperlyConfigured) as error:
        raise SettingUnusable(t("error.setting", detail=str(error))) from error


class Teaching(click.Group):
    """The whole program: commands by section, imported when called; every error is a sentence."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """In the order one meets them."""
        return list(PLACES)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """The command of a name, imported now."""
        if name not in PLACES:
            raise click.exceptions.NoSuchCommand(
                name, possibilities=get_close_matches(name, PLACES), ctx=context
            )
        prepare()
        module, _, member = PLACES[name].partition(":")
        found: click.Command = getattr(import_module(f"amiable.cli.{module}"), member)
        return found

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """One list a section, from the texts alone."""
        for section, names in SECTIONS.items():
            with formatter.section(t(f"section.{section}")):
                formatter.write_dl([(name, t(f"help.{name}").partition("\n")[0]) for name in names])

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a reader that has gone (head, less) is no error."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            sys.exit(reader_gone())

    # Click overloads ``main`` by standalone_mode, which is always off here.
    def main(self, args: Sequence[str] | None = None, *more: Any, **extra: Any) -> Any:
        """Run; whatever goes wrong ends in a sentence with a remedy and an exit code."""
        extra["standalone_mode"] = False
        as_json = "--json" in (sys.argv[1:] if args is None else args)
        run = super().main
        guarded(lambda: run(args, *more, **extra), as_json=as_json)


@click.group(
    cls=Teaching,
    help=t("help.amiable"),
    epilog=t("help.epilog"),
    subcommand_metavar=t("option.command_metavar"),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="amiable", message="%(prog)s %(version)s")
def amiable() -> None:
    """Get paid without annoying your customers."""
