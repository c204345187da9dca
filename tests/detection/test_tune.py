"""Thresholds come from benign packets, but not from those that an attack has troubled."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from packetclip.detection import StorySettings, runs, score_packets
from packetclip.detection import tune as module
from packetclip.detection.tune import TuneCapture, tune
from packetclip.model import Calibration, Model, load, logistic
from tests.detection.made import START_NS
from tests.model import tiny, traffic

SCAN = tiny.MISSIONS.index("port_scan")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tiny.write(tmp_path / "tiny")


def scored(labels: Sequence[int], logits: Sequence[float], seconds: Sequence[float], who: int = 0) -> module._Scored:
    """Packets of one originator; logits are the port scan's, the other mission is far below 0."""
    both = np.full((len(labels), 2), -8.0, np.float32)
    both[:, SCAN] = logits
    times = START_NS + np.round(np.array(seconds) * 1e9).astype(np.int64)
    return module._Scored(np.array(labels), both, times, np.full(len(labels), who))


def calibrated(monkeypatch: pytest.MonkeyPatch, folder: Path, *parts: object) -> Calibration:
    """What :func:`tune` makes of parts that no capture is needed for."""
    remaining = iter(parts)
    monkeypatch.setattr(module, "_score", lambda model, capture: next(remaining))
    return tune(folder, [TuneCapture("unread")] * len(parts))


def test_a_models_folder_is_calibrated_anew(folder: Path, tmp_path: Path) -> None:
    source = str(traffic.write(tmp_path / "made.pcap"))
    before = load(folder)
    packets = np.concatenate([batch.scores.logits for batch in score_packets(before, source)])
    labels = np.where(np.arange(len(packets)) % 3 == 0, SCAN, -1)
    said: list[tuple[str, int, int]] = []
    tuned = tune(folder, [TuneCapture(source, labels), TuneCapture(source)], lambda *what: said.append(what))
    assert said == [("calibrating", 1, 2), ("calibrating", 2, 2)]

    after = load(folder)  # sealed: a folder whose files do not fit its manifest is refused
    assert after.manifest.missions == before.manifest.missions
    assert after.manifest.files["calibration.json"] != before.manifest.files["calibration.json"]
    others = {name: digest for name, digest in after.manifest.files.items() if name != "calibration.json"}
    assert others.items() <= before.manifest.files.items()
    assert dict(after.calibration.missions) == dict(tuned.missions)
    assert all(0.5 <= own.threshold <= 1.0 for own in tuned.missions.values())
    assert all(own.scale > 0.0 for own in tuned.missions.values())


def entropy(model: Model, source: str, labels: np.ndarray) -> float:
    """Of the port scan's probabilities on the packets that were scored."""
    total = 0.0
    for batch in score_packets(model, source):
        p = batch.scores.probabilities[:, SCAN].astype(np.float64).clip(1e-9, 1.0 - 1e-9)
        own = labels[batch.first : batch.first + len(batch)] == SCAN
        total -= float(np.log(np.where(own, p, 1.0 - p))[batch.scores.scored].sum())
    return total


def test_probabilities_fit_better_than_before(folder: Path, tmp_path: Path) -> None:
    source = str(traffic.write(tmp_path / "made.pcap"))
    labels = np.where(np.arange(len(traffic.records())) % 5 == 0, SCAN, -1)
    before = entropy(load(folder), source, labels)
    tune(folder, [TuneCapture(source, labels)])
    assert entropy(load(folder), source, labels) < before


def test_a_minute_around_an_attack_does_not_count() -> None:
    seconds = [30.0, 41.0, 100.0, 159.0, 161.0, 239.0, 241.0, 300.0, 359.0, 361.0]
    attack = [s in (100.0, 300.0) for s in seconds]
    part = scored([SCAN if a else -1 for a in attack], [0.0] * len(seconds), seconds)
    assert [s for s, kept in zip(seconds, module._benign(part, SCAN), strict=True) if kept] == [
        30.0, 161.0, 239.0, 361.0,
    ]  # fmt: skip
    # Of another mission every benign packet counts, and no attack does.
    assert np.array_equal(module._benign(part, 1 - SCAN), ~np.array(attack))


def story_of(loud_at: float, who: int = 0) -> tuple[module._Scored, module._Scored]:
    """A minute of attack, an hour of calm, and ten loud benign packets of one originator from ``loud_at`` on."""
    attack = scored([SCAN] * 200, [6.0] * 200, np.linspace(0.0, 60.0, 200).tolist(), who=1)
    calm = scored([-1] * 2000, [-6.0] * 2000, np.linspace(0.0, 3600.0, 2000).tolist(), who=2)
    loud = scored([-1] * 10, [5.5] * 10, [loud_at + n for n in range(10)], who=who)
    columns = [np.concatenate([getattr(p, c) for p in (attack, calm, loud)]) for c in module._Scored.__slots__]
    order = np.argsort(columns[2], kind="stable")
    return module._Scored(*(column[order] for column in columns)), loud


def test_trouble_near_an_attack_raises_no_threshold(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    near = calibrated(monkeypatch, folder, story_of(80.0)[0]).missions["port_scan"]
    assert near.threshold == 0.5
    part, loud = story_of(1800.0)
    tuned = calibrated(monkeypatch, folder, part)
    far = tuned.missions["port_scan"]
    assert far.threshold > 0.5
    odds = far.scale * loud.logits[:, SCAN] + far.offset
    assert (logistic(odds) < far.threshold).all()
    settings = StorySettings.of(tuned, tiny.MISSIONS).each[SCAN]
    count = runs(logistic(odds), loud.times, loud.who, settings.min_packets, settings.silence_s)
    assert count(0.5) == 1
    assert count(far.threshold) == 0
    assert tuned.missions["icmp_flood"].threshold == 0.5


def test_a_capture_without_attacks_counts_as_a_whole(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Its clock may be the attack's own: captures are apart."""
    part, _ = story_of(80.0)
    _, loud = story_of(80.0)
    assert calibrated(monkeypatch, folder, part, loud).missions["port_scan"].threshold > 0.5


def test_hosts_of_different_captures_are_different(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Three loud packets each make no story, even where both captures call the host by one number."""
    attack, _ = story_of(80.0)
    few = scored([-1] * 3, [5.5] * 3, [4000.0, 4001.0, 4002.0])
    assert calibrated(monkeypatch, folder, attack, few, few).missions["port_scan"].threshold == 0.5


def test_benign_traffic_louder_than_every_candidate(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setattr(module, "fit_calibration", lambda logits, labels, missions: Calibration.identity(missions))
    loud = scored([-1] * 10, [20.0] * 10, list(range(10)))
    assert calibrated(monkeypatch, folder, loud).missions["port_scan"].threshold > 0.9999
