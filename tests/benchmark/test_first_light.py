"""The whole script on a toy world: a model of all missions that knows nothing, captures made here."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
import zstandard
from benchmarks import first_light
from benchmarks.bad_input import START_S, pcap

from packetclip.benchmark import SPLITS, Results
from packetclip.datasets import CAPTURES, half
from packetclip.language.knowledge import MISSIONS, load_missions
from tests.model import tiny

PACKETS = 60
SCAN = range(20, 60)


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    missions = load_missions()
    monkeypatch.setattr(tiny, "MISSIONS", tuple(mission.name for mission in missions))
    monkeypatch.setattr(tiny, "CONCEPTS", tuple((m.name, c.id) for m in missions for c in m.key_concepts))
    monkeypatch.setattr(tiny, "TOML", {m.name: (MISSIONS / f"{m.name}.toml").read_text() for m in missions})
    return tiny.write(tmp_path / "model")


@pytest.fixture
def world(tmp_path: Path) -> Path:
    """A lab of captures in which the last 40 packets are a scan, two captures by others and some applications."""
    shared = tmp_path / "shared"
    lab, attacks, apps = (shared / part for part in ("lab", "attacks", "apps/ndpi"))
    for folder in (lab, attacks, apps):
        folder.mkdir(parents=True)
    pack = zstandard.ZstdCompressor().compress
    labels = [f"{n},Port Scan,1" if n in SCAN else f"{n},Benign," for n in range(PACKETS)]
    scan = {
        "episode": 1, "label": "Port Scan", "tool": "toy", "attacker": "10.0.0.5", "victims": ["10.0.0.9"],
        "start": START_S + 0.02, "end": START_S + 0.06, "packets": len(SCAN),
    }  # fmt: skip
    nothing = {**scan, "episode": 2, "packets": 0}
    for name in CAPTURES:
        (lab / f"{name}.pcap.zst").write_bytes(pack(pcap(PACKETS)))
        (lab / f"{name}.labels.csv.zst").write_bytes(pack("\n".join(["index,label,episode", *labels, ""]).encode()))
        (lab / f"{name}.episodes.json").write_text(json.dumps({"episodes": [scan, nothing]}))
        (lab / f"{name}.network.json").write_text(json.dumps({"hosts": [{"ip4": "10.0.0.5", "mac": "02:0:0:0:0:5"}]}))
    rows = ["file,label,detail,attacker,victim", "s.pcap,Port Scan,,,", "o.pcap,other: x,,,", "b.pcap,Benign,,,"]
    (attacks / "manifest.csv").write_text("\n".join(rows))
    for name in ("s.pcap", "o.pcap", "b.pcap"):
        (attacks / name).write_bytes(pcap(PACKETS))
    for number in range(6):
        (apps / f"app{number}.pcap").write_bytes(pcap(PACKETS) if number % 2 else b"broken")
    (tmp_path / "example.pcap").write_bytes(pcap(PACKETS))
    (tmp_path / "example.episodes.json").write_text(json.dumps({"episodes": [scan, nothing]}))
    return tmp_path


def run(world: Path, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> None:
    places = {"shared": "shared", "example": "example.pcap", "results": "runs", "output": "docs/first-light.md"}
    given = [text for name, place in places.items() for text in (f"--{name}", str(world / place))]
    monkeypatch.setattr(sys, "argv", ["first_light.py", *given, *arguments])
    first_light.main()


def test_rows_of_a_model(world: Path, model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    results = Results(world / "runs")
    run(world, monkeypatch, "--model", str(model))
    assert {path.stem for path in results.folder.iterdir()} == set(first_light.USUAL)
    network = results["network"]
    assert (network["benign"], network["classes"]["Port Scan"]["packets"]) == (40, 80)
    assert 0.0 <= network["mean_auc"] <= 1.0
    assert network["episodes"]["episodes"] == 2
    assert results["example"]["episodes"] == 1
    assert results["quiet"]["told"] == len(results["quiet"]["stories"])
    run(world, monkeypatch, "--model", str(model), "--rows", "others,apps,rotation-a")
    others, apps = results["others"], results["apps"]
    assert (others["missions_of"], others["benign"], others["strange"]) == (1, 1, 1)
    assert set(others["files"]) == {"s.pcap", "o.pcap", "b.pcap"}
    assert apps["captures"] == sum(half(f"app{number}.pcap") == "test" for number in range(6))
    assert apps["told"] == len(apps["files"])
    text = (world / "docs" / "first-light.md").read_text()
    assert "**packetclip**" in text
    assert results.of("network").startswith("tiny 0, ")


def test_models_without_a_part(world: Path, model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("graph", "graph-rotation-a"):
        (world / "ablation" / name).parent.mkdir(exist_ok=True)
        (world / "ablation" / name).symlink_to(model)
    run(world, monkeypatch, "--ablation", str(world / "ablation"), "--rows", "network,apps")
    kept = {path.stem for path in (world / "runs").iterdir()}
    assert kept == {"ablation-graph", "ablation-graph-apps", "ablation-graph-rotation-a"}
    assert "| graph | " in (world / "docs" / "first-light.md").read_text()


def test_baselines(world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first_light, "BASELINES", {"keyword rules": first_light.BASELINES["keyword rules"]})
    run(world, monkeypatch, "--baselines")
    results = Results(world / "runs")
    assert {path.stem for path in results.folder.iterdir()} == {f"keyword-rules-{split}" for split in SPLITS}
    assert results["keyword-rules-network"]["benign"] == 40


def test_words_stay_when_tables_are_written_anew(world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = world / "docs" / "first-light.md"
    page.parent.mkdir()
    page.write_text("# Mine\n\n<!-- goals -->\nold\n<!-- end -->\n\nLast words.\n")
    run(world, monkeypatch, "--render")
    assert page.read_text().startswith("# Mine\n\n<!-- goals -->\n\n| what | goal |")
    assert "Last words." in page.read_text()


@pytest.mark.parametrize("arguments", [("--rows", "netwrok"), ("--baselines", "--rows", "apps")])
def test_a_row_that_is_none(world: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as left:
        run(world, monkeypatch, *arguments)
    assert left.value.code == 2


def test_what_is_missing_is_said(world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SystemExit, match="no model folder"):
        run(world, monkeypatch, "--model", str(world / "nowhere"))
