"""All commands, by section, in the order one meets them."""

import click

from amiable import __version__
from amiable.cli import check, demo, exchange, imports, look, policy, setup, template, work
from amiable.cli.texts import t


class Teaching(click.Group):
    """A group whose help lists the commands in the order one meets them, by section."""

    sections: dict[str, tuple[str, ...]]

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """In the order of the sections."""
        return [name for names in self.sections.values() for name in names]

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """One list a section."""
        for section, names in self.sections.items():
            with formatter.section(t(f"section.{section}")):
                formatter.write_dl(
                    [(name, self.commands[name].get_short_help_str(limit=90)) for name in names]
                )


@click.group(
    cls=Teaching,
    help=t("help.amiable"),
    epilog=t("help.epilog"),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="amiable")
def amiable() -> None:
    """Get paid without annoying your customers."""


_COMMANDS: dict[str, tuple[click.Command, ...]] = {
    "start": (demo.demo, setup.init, check.check, imports.bring, imports.undo, imports.history),
    "look": (look.status, look.customers, look.habits, look.show),
    "work": (work.plan, work.preview, work.approve, work.skip, work.postpone, work.done, work.send),
    "exchange": (
        exchange.promise,
        exchange.dispute,
        exchange.hold,
        exchange.release,
        exchange.reply,
    ),
    "shape": (policy.policy, template.template),
}
assert isinstance(amiable, Teaching)
amiable.sections = {}
for _section, _members in _COMMANDS.items():
    amiable.sections[_section] = tuple(str(member.name) for member in _members)
    for _member in _members:
        amiable.add_command(_member)
