"""Writes the pages that are made from code: docs/cli.md, docs/fields.md, docs/datasets.md, and the example's output in
README.md.

``make docs`` runs it; tests compare its pages with what is committed.
"""

from __future__ import annotations

import inspect
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "example" / "office.pcap.zst"
BEGIN, END = "<!-- the output of make demo -->\n", "<!-- end -->"
SUBJECTS = ("header", "flow", "hosts", "pairs", "services", "names", "claims")
CARDS = {
    "Made or gathered for this project": ("lab", "applications", "attacks"),
    "Yours": ("own", "zeek", "suricata"),
    "Published": ("aci_iot_2023", "cic_ids_2017", "ctu_13", "iot_23", "cesnet"),
}


def cli_page() -> str:
    """docs/cli.md: every verb, its arguments and options."""
    from packetclip.cli.main import VERBS, cli

    context = click.Context(cli, info_name="packetclip")
    parts = [
        "# The command line",
        "Made by `docs/generate.py`; do not edit. Results go to standard output, progress and the ledger to standard "
        "error.\n\n" + _prose(cli.epilog or ""),
    ]
    for name in (name for name, verb in VERBS.items() if not verb.hidden):
        command = cli.get_command(context, name)
        assert command is not None
        parts += _command(command, f"packetclip {name}")
    return "\n\n".join(parts) + "\n"


def _command(command: click.Command, name: str) -> Iterator[str]:
    if isinstance(command, click.Group):
        yield f"## {name}"
        yield _prose(command.help or "")
        for sub in command.commands.values():
            yield from _command(sub, f"{name} {sub.name}")
        return
    yield f"{'###' if name.count(' ') > 1 else '##'} {name}"
    arguments = " ".join(
        f"{p.make_metavar(click.Context(command))}" for p in command.params if isinstance(p, click.Argument)
    )
    options = " [OPTIONS]" if any(isinstance(p, click.Option) for p in command.params) else ""
    yield f"```\n{name}{options}{' ' + arguments if arguments else ''}\n```"
    yield _prose(command.help or "")
    if rows := [_option(p) for p in command.params if isinstance(p, click.Option) and not p.hidden]:
        yield "\n".join(["| option | what it does |", "|---|---|", *rows])


def _option(option: click.Option) -> str:
    names = ", ".join(f"`{name}`" for name in option.opts)
    if isinstance(option.type, click.Choice):
        names += " " + " or ".join(f"`{choice}`" for choice in option.type.choices)
    elif not option.is_flag:
        names += f" {option.metavar or option.type.name.upper()}"
    return f"| {names} | {option.help or ''} |"


def _prose(text: str) -> str:
    return inspect.cleandoc(text)


def fields_page() -> str:
    """docs/fields.md: every context field."""
    from packetclip.wire.context import FIELDS

    parts = [
        "# Context fields",
        f"Made by `docs/generate.py`; do not edit. {len(FIELDS)} numbers stand beside every packet. A field that ends "
        "in `_10s` is an exponentially weighted sum with a time constant of 10 s: read it as *about so many in the "
        "last ten seconds* ([why](decisions/0002-weighted-windows.md)).",
    ]
    seen = 0
    for subject in SUBJECTS:
        module = import_module(f"packetclip.wire.context.{subject}")
        rows = [
            f"| `{f.name}` | {f.unit} | {f.meaning}{' (identifies a host: no encoder sees it)' * f.identifies_host} "
            f"| {f.absent_when} |"
            for f in module.FIELDS
        ]
        seen += len(rows)
        doc = (module.__doc__ or "").strip().splitlines()[0]
        parts += [f"## {doc}", "\n".join(["| field | unit | meaning | absent |", "|---|---|---|---|", *rows])]
    assert seen == len(FIELDS), "a subject of wire/context is missing in SUBJECTS"
    return "\n\n".join(parts) + "\n"


def datasets_page() -> str:
    """docs/datasets.md: every data card, which is the docstring of the data set's file."""
    from packetclip.datasets import DATASETS

    kinds: dict[str, list[str]] = {}
    for kind, opened in DATASETS.items():
        kinds.setdefault(opened.__module__.rpartition(".")[2], []).append(kind)
    parts = [
        "# Data sets",
        "Made by `docs/generate.py` from the files of `packetclip.datasets`; do not edit. A recipe names a data set "
        "by its kind and a folder; nothing is downloaded.",
        '```toml\n[data]\nkind = "labelled"\npath = "../captures"\n```',
        "Packets get their labels from flows by 5-tuple, in either direction, and time. Later fragments go with their "
        "first. Protocols without ports are told apart by addresses alone. Where the rows of a table overlap, the one "
        "that began last counts; where they begin together, an attack before benign. Where nobody numbered episodes, "
        "packets of one class without a minute's silence make one.",
    ]
    for group, names in CARDS.items():
        parts.append(f"## {group}")
        for name in names:
            module = import_module(f"packetclip.datasets.{name}")
            title, _, card = inspect.cleandoc(module.__doc__ or "").partition("\n")
            said = "".join(f"| kind | `{kind}` |\n" for kind in kinds.pop(name, []))
            head = "|---|---|\n"
            parts += [f"### {title.rstrip('.')}", _code_marks(card.strip().replace(head, head + said, 1))]
    assert not kinds, f"{', '.join(kinds)} of packetclip.datasets are missing in CARDS"
    return "\n\n".join(parts) + "\n"


def _code_marks(text: str) -> str:
    """Roles and double backticks of docstrings as Markdown writes code."""
    text = re.sub(r":[a-z]+:`~?([^`]+)`", lambda found: f"`{found[1].removeprefix('packetclip.')}`", text)
    return text.replace("``", "`")


PAGES = {
    ROOT / "docs" / "cli.md": cli_page,
    ROOT / "docs" / "fields.md": fields_page,
    ROOT / "docs" / "datasets.md": datasets_page,
}


def example_output() -> str:
    """What ``packetclip detect`` prints for the example, 110 columns wide."""
    env = {**os.environ, "COLUMNS": "110", "NO_COLOR": "1"}
    command = [sys.executable, "-m", "packetclip", "detect", str(EXAMPLE.relative_to(ROOT))]
    run = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, check=True)
    return run.stdout.rstrip() + "\n" + run.stderr.rstrip() + "\n"


def readme_block(readme: str) -> str:
    """What README.md shows of it at present."""
    return readme[readme.index(BEGIN) + len(BEGIN) : readme.index(END)]


def main() -> None:
    """Rewrite what changed."""
    for path, page in PAGES.items():
        path.write_text(page())
        print(f"wrote {path.relative_to(ROOT)}")
    if EXAMPLE.exists():
        readme = ROOT / "README.md"
        text = readme.read_text()
        before, after = text[: text.index(BEGIN) + len(BEGIN)], text[text.index(END) :]
        readme.write_text(f"{before}```\n{example_output()}```\n{after}")
        print("wrote the example's output into README.md")


if __name__ == "__main__":
    main()
