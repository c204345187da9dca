"""Arguments and options that several verbs share."""

from __future__ import annotations

import functools
import signal
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from packetclip.cli.exits import INTERRUPTED

if TYPE_CHECKING:
    from packetclip.wire.capture import Ending, Source

Command = TypeVar("Command", bound=Callable[..., Any])

FILE: Final = click.Path(path_type=Path, allow_dash=True)

source: Final = click.argument("source", metavar="SOURCE")
model: Final = click.option(
    "--model",
    "-m",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="A model's folder; by default the one that ships.",
)
output: Final = click.option(
    "--output", "-o", metavar="FILE", type=FILE, help="Write here instead of to standard output."
)
_WORKERS: Final = click.IntRange(1, 256)
workers: Final = click.option(
    "--workers",
    metavar="N",
    type=_WORKERS,
    help="Threads that score; by default as many as there are cores. Results do not depend on it.",
)
two_workers: Final = click.option(
    "--workers",
    metavar="N",
    type=_WORKERS,
    default=1,
    help="With two, reading goes on beside what is made of it: for long captures. Results do not depend on it.",
)
quiet: Final = click.option("--quiet", "-q", is_flag=True, help="No progress and no ledger on standard error.")


def formats(*choices: str, default: str | None = None) -> Callable[[Command], Command]:
    """``--format`` with its choices; the first is the default."""
    default = default or choices[0]
    text = f"Form of the result; {default} by default."
    return click.option("--format", "-f", "form", type=click.Choice(choices), default=default, help=text)


def sources(command: Callable[..., Any]) -> Callable[..., Any]:
    """``SOURCE...`` and what else names a source, given to the command as ``sources``, for a room to read.

    Sources that do not end by themselves end at Ctrl-C or SIGTERM: the command then tells what it has, and leaves with
    130 after Ctrl-C.
    """

    @functools.wraps(command)
    def named(*args: Any, sources: tuple[str, ...], **options: Any) -> Any:
        from packetclip.wire.capture import Ending, Follow, Live, Piped, on_signals

        ending = Ending()
        given = _named(sources, ending, **{name: options.pop(name) for name in _LIVE})
        if not any(isinstance(source, (Live, Follow, Piped)) for source in given):
            return command(*args, sources=given, **options)
        with on_signals(ending):
            code = command(*args, sources=given, **options)
        return INTERRUPTED if ending.signal == signal.SIGINT else code

    below = getattr(named, "__click_params__", [])
    named.__click_params__ = []  # type: ignore[attr-defined]
    for option in reversed(_LIVE.values()):
        option(named)
    named.__click_params__ += below  # type: ignore[attr-defined]
    return click.argument("sources", metavar="SOURCE...", nargs=-1)(named)


_LIVE: Final = {
    "follow": click.option("--follow", is_flag=True, help="Read on as SOURCE grows, and the next files of its series."),
    "live": click.option("--live", metavar="IFACE", help="Instead of SOURCE, the packets of an interface, or any."),
    "bpf": click.option("--filter", "bpf", metavar="EXPR", help="With --live: only packets that fit, as in tcpdump."),
    "snap_length": click.option(
        "--snap-length", metavar="BYTES", type=click.IntRange(1, 1 << 18), help="With --live: keep no more of a packet."
    ),
    "buffer_mib": click.option(
        "--buffer", "buffer_mib", metavar="MIB", type=click.IntRange(1, 4095), help="With --live: the kernel's; 32."
    ),
    "promiscuous": click.option(
        "--no-promiscuous", "promiscuous", flag_value=False, default=None, help="With --live: only this host's packets."
    ),
}


def _named(
    sources: tuple[str, ...], ending: Ending, follow: bool, live: str | None, **capturing: Any
) -> tuple[Source, ...]:
    from packetclip.wire.capture import STDIN, Follow, Live, Piped

    capturing = {name: value for name, value in capturing.items() if value is not None}
    if live is not None:
        if sources or follow:
            raise click.UsageError("--live stands instead of SOURCE, and without --follow.")
        if "bpf" in capturing:
            capturing["filter"] = capturing.pop("bpf")
        return (Live(live, ending=ending, **capturing),)
    if capturing:
        option = {"bpf": "filter", "buffer_mib": "buffer", "promiscuous": "no-promiscuous"}
        name = next(iter(capturing))
        raise click.UsageError(f"--{option.get(name, name).replace('_', '-')} goes with --live.")
    if not sources:
        raise click.UsageError("Missing argument 'SOURCE...'.")
    if not follow:
        return tuple(Piped(ending) if source == STDIN else source for source in sources)
    if len(sources) > 1 or sources[0] == STDIN:
        raise click.UsageError("--follow takes one SOURCE, a file or a folder; standard input is followed anyway.")
    return (Follow(sources[0], ending=ending),)
