"""The table of verbs, loaded when they are asked for."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Final, NamedTuple, NoReturn, cast

import click

from packetclip.cli.exits import guarded


class Verb(NamedTuple):
    """One verb: the module that holds its ``command``, and one line of help."""

    module: str
    help: str
    hidden: bool = False


VERBS: Final = {
    "detect": Verb("packetclip.cli.detect", "Tell what goes on in captures, as a few explained stories."),
    "classify": Verb("packetclip.cli.classify", "Say which of your sentences fits each flow best."),
    "describe": Verb("packetclip.cli.describe", "Describe each flow in plain sentences."),
    "flows": Verb("packetclip.cli.flows", "Write the flow table: as CSV, Parquet or Zeek's conn.log."),
    "stats": Verb("packetclip.cli.stats", "Say what is in captures: protocols, services, flows, hosts, rate."),
    "embed": Verb("packetclip.cli.embed", "Write the embedding of every packet."),
    "mission": Verb("packetclip.cli.mission", "List, show or check missions: what is looked for."),
    "model": Verb("packetclip.cli.model", "Show what a model was made from and what it can do."),
    "pretrain": Verb("packetclip.cli.pretrain", "Learn one space for packets and sentences, by a recipe."),
    "fit": Verb("packetclip.cli.fit", "Fit the missions' reasoning on a pre-trained encoder, by a recipe."),
    "audit": Verb("packetclip.cli.audit", "Look for leaks in a benchmark's recipe before anything is measured."),
    "evaluate": Verb("packetclip.cli.evaluate", "Measure methods side by side, by a recipe, and write a report."),
    "warm": Verb("packetclip.cli.warm", "Compile everything that detection needs.", hidden=True),
}


class _Verbs(click.Group):
    """Knows its verbs from :data:`VERBS` and imports the one that runs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for name, verb in VERBS.items() if not verb.hidden]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        verb = VERBS.get(cmd_name)
        return cast(click.Command, import_module(verb.module).command) if verb else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in VERBS and not args[0].startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(args[0], self.list_commands(ctx), n=1)
            hint = f" Did you mean {near[0]!r}?" if near else f" Verbs: {', '.join(self.list_commands(ctx))}."
            raise click.UsageError(f"No such verb {args[0]!r}.{hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Verbs"):
            formatter.write_dl([(name, VERBS[name].help) for name in self.list_commands(ctx)])


def _show_version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        from packetclip import __version__

        click.echo(f"packetclip {__version__}")
        ctx.exit()


@click.command(
    cls=_Verbs,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 fine, 1 failed, 2 asked wrongly, 3 stories found (detect --exit-code), 130 interrupted.",
)
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_show_version, help="Say which.")
def cli() -> None:
    """Turn network captures into a few explained alerts."""


def main() -> NoReturn:
    """Run the command line and leave with its exit code."""
    sys.exit(guarded(cli, sys.argv[1:]))
