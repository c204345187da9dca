"""Every bad input of the table, run as a user would run it, with a model that knows nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks.bad_input import Case, Outcome, cases, figures, pcap, run

from packetclip.ledger import Ledger
from packetclip.wire import capture
from tests.model import tiny


@pytest.mark.slow
def test_one_sentence_the_right_code_no_traceback(tmp_path: Path) -> None:
    outcomes = [run(case) for case in cases(tmp_path, tiny.write(tmp_path / "model"))]
    assert len(outcomes) >= 20
    assert {outcome.case.name: outcome.faults for outcome in outcomes if outcome.faults} == {}
    told = figures(outcomes, tmp_path)["cases"]
    assert not any(str(tmp_path) in case["said"] for case in told)


def test_the_capture_that_cases_cut_is_whole(tmp_path: Path) -> None:
    (tmp_path / "good.pcap").write_bytes(pcap(40))
    ledger = Ledger()
    assert sum(len(frames) for frames in capture.read(str(tmp_path / "good.pcap"), ledger)) == 40
    assert not ledger.warnings


def test_a_case_that_goes_wrong_is_told() -> None:
    case = Case("cut", ("detect", "cut.pcap"), 0, "cut.pcap", warns=True)
    ledger = '{"type": "ledger", "packets": 3, "scored": 1, "dropped": {"weird": 1}, "warnings": ["Cut."]}\n'
    outcome = Outcome(case, 1, ledger, "Traceback (most recent call last):\n  KeyError\n")
    assert outcome.faults == [
        "exit code 1, wanted 0",
        "a traceback",
        "'cut.pcap' is not named",
        "no whole sentence",
        "the ledger does not add up",
    ]
    fine = Outcome(case, 0, ledger.replace('"scored": 1', '"scored": 2'), "Warning: cut.pcap is cut short.\nRead 3.\n")
    assert fine.faults == []
    assert fine.said == "Warning: cut.pcap is cut short."
