"""A capture as a model sees it: the same as detection's own, in the order of the benchmark."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from benchmarks.bad_input import pcap

from packetclip.benchmark import watched as module
from packetclip.benchmark.watched import told_of, watch
from packetclip.detection import detect
from packetclip.detection.pipeline import packet_scores
from packetclip.errors import IncompatibleModel
from tests.model import tiny

ORDER = ("port_scan", "icmp_flood")
"""Not the model's, on purpose."""


def test_one_pass_equals_detection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MISSIONS", ORDER)
    model = tiny.model(tmp_path / "model")
    path = tmp_path / "scan.pcap"
    path.write_bytes(pcap(60))
    seen = watch(model, path)
    told = packet_scores(model, path)
    assert seen.log_odds.shape == (60, 2)
    for column, mission in enumerate(ORDER):
        expected = np.asarray(told.columns[mission])
        np.testing.assert_allclose(1 / (1 + np.exp(-seen.log_odds[:, column])), expected, rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(
        1 / (1 + np.exp(-seen.any_log_odds)), np.asarray(told.columns["any"]), rtol=1e-5, atol=1e-7
    )
    assert seen.stories == tuple(detect(model, path))
    assert seen.ledger.balanced
    assert set(np.unique(seen.evidence)) <= {-1, 0, 1}
    above = 1 / (1 + np.exp(-seen.log_odds)) >= 0.6
    np.testing.assert_array_equal(seen.evidence >= 0, above.any(axis=1))
    for mission in (0, 1):
        assert above[seen.evidence == mission, mission].all()
    for story in seen.stories:
        assert told_of(story).mission == story.mission
        assert told_of(story).start_s <= told_of(story).end_s


def test_a_model_without_a_mission_is_refused(tmp_path: Path) -> None:
    with pytest.raises(IncompatibleModel, match="does not know arp_spoofing"):
        watch(tiny.model(tmp_path / "model"), "nothing.pcap")
