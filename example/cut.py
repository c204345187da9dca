"""Cuts example/office.pcap.zst out of the lab's test capture b1: seconds 78 to 152, six attacks in ordinary traffic.

Run from the repository, with the lab's captures beside it: python example/cut.py ../shared/data/lab/b1.pcap.zst
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import fields, replace

import numpy as np

from packetclip.wire import capture

BEGIN_S, END_S = 78.0, 152.0


def cut(source: str) -> Iterator[capture.Frames]:
    """The frames between BEGIN_S and END_S after the first."""
    start = None
    for frames in capture.read(source):
        start = int(frames.time_ns[0]) if start is None else start
        since = (frames.time_ns - start) / 1e9
        keep = np.flatnonzero((since >= BEGIN_S) & (since < END_S))
        if len(keep):
            yield replace(frames, **{f.name: getattr(frames, f.name)[keep] for f in fields(frames) if f.name != "data"})


if __name__ == "__main__":
    packets = capture.write("example/office.pcap.zst", cut(sys.argv[1]), nanosecond=False)
    sys.stderr.write(f"{packets} packets\n")
