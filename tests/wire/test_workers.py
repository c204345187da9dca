"""How many workers there are changes nothing: not a flow record, not a count, not the ledger."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from packetclip.errors import CaptureError
from packetclip.ledger import Ledger
from packetclip.wire import capture
from packetclip.wire.capture import Ending, Follow, Frames, Live, Piped
from packetclip.wire.export import FORMATS, flow_records
from packetclip.wire.summary import summarize
from tests.wire.test_chunking import cut, traffic


def told(sources: Sequence[Path], workers: int) -> dict[str, Any]:
    """Flow records, summary and both ledgers; an error's sentence where reading failed."""
    found: dict[str, Any] = {}
    ledgers = {"flows": Ledger(), "stats": Ledger()}
    try:
        file = io.BytesIO()
        FORMATS["csv"](file, flow_records(sources, ledgers["flows"], max_flows=8, workers=workers))
        found["flows"] = file.getvalue()
        found["stats"] = summarize(sources, ledgers["stats"], workers=workers).as_dict()
    except CaptureError as error:
        found["error"] = str(error)
    return found | {f"ledger of {name}": (ledger.as_dict(), ledger.balanced) for name, ledger in ledgers.items()}


@settings(max_examples=15, deadline=None)
@given(traffic(), st.data())
def test_generated_traffic(tmp_path_factory: pytest.TempPathFactory, frames: Frames, data: st.DataObject) -> None:
    folder = tmp_path_factory.mktemp("workers")
    at = data.draw(st.lists(st.integers(0, len(frames)), max_size=4))
    paths = []
    for number, part in enumerate(cut(frames, at)):
        for link_type in sorted(set(part.link_type.tolist())):
            paths.append(folder / f"{number}-{link_type}.pcap")
            here = part.link_type == link_type
            columns = {name: getattr(part, name)[here] for name in ("start", "captured", "length", "time_ns")}
            capture.write(
                paths[-1], [Frames(part.data, link_type=part.link_type[here], index=part.index[here], **columns)]
            )
    alone = told(paths, 1)
    assert told(paths, 2) == told(paths, 5) == alone


def test_the_example_and_what_fails_behind_it(example: Path, tmp_path: Path) -> None:
    (tmp_path / "text.pcap").write_text("this is no capture")
    for sources in ([example], [example, tmp_path / "text.pcap"]):
        alone = told(sources, 1)
        assert told(sources, 2) == alone
    ledger, balanced = alone["ledger of flows"]
    assert balanced
    assert ledger["packets"] > 1000
    assert "text.pcap" in alone["error"]


def test_what_must_be_waited_for_is_endless(example: Path) -> None:
    assert not capture.endless([example, str(example)])
    for source in (Live("lo"), Follow(example), Piped(Ending()), "-", "/dev/stdin"):
        assert capture.endless([example, source])
