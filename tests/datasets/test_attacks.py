from __future__ import annotations

from pathlib import Path

import pytest

from packetclip.datasets import MISSIONS, read_manifest
from packetclip.errors import CaptureError, MissingCapture


def test_rows_become_captures(tmp_path: Path) -> None:
    (tmp_path / "manifest.csv").write_text(
        "file,label,detail,attacker,victim,evidence\n"
        'a.pcap,SYN Flood,"one, side",192.0.2.1;192.0.2.2,,x\n'
        "b.pcap,other:ARP Scan,,,192.0.2.0/24,x\n"
        "c.pcap,Benign,,,,x\n"
    )
    flood, scan, benign = read_manifest(tmp_path)
    assert (flood.path, flood.mission, flood.benign) == (tmp_path / "a.pcap", "syn_flood", False)
    assert (flood.detail, flood.attackers, flood.victims) == ("one, side", ("192.0.2.1", "192.0.2.2"), ())
    assert (scan.mission, scan.benign, scan.victims) == (None, False, ("192.0.2.0/24",))
    assert (benign.mission, benign.benign) == (None, True)


def test_manifests_that_are_missing_or_not_ours_are_named(tmp_path: Path) -> None:
    with pytest.raises(MissingCapture, match=r"manifest\.csv does not exist"):
        read_manifest(tmp_path)
    (tmp_path / "manifest.csv").write_text("file,label\n")
    with pytest.raises(CaptureError, match="no column attacker, detail, victim"):
        read_manifest(tmp_path)


def test_the_counts_are_those_of_the_design(shared: Path) -> None:
    rows = read_manifest(shared / "attacks")
    assert len(rows) == 65
    assert sum(row.mission is not None for row in rows) == 49
    assert sum(row.benign for row in rows) == 5
    assert {row.mission for row in rows} - {None} <= set(MISSIONS)
    assert all(row.path.is_file() for row in rows)
