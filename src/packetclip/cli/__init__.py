"""The command line: argv in, an exit code out.

One file a verb, each thin: it parses, calls a room, prints. ``main.VERBS`` is the table of verbs, and what a verb needs
is imported when it runs, so that ``--help`` answers at once. Results go to standard output, progress and the ledger to
standard error; ``exits`` turns every exception into a sentence and a code.

It is not where anything is decided: whatever a verb can do, a Python caller can do with the same arguments.
"""

from packetclip.cli.main import VERBS, main

__all__ = ["VERBS", "main"]
