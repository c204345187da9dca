"""What every sentence promises: it is true, it ends with a stop, it judges nothing, it has several wordings."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from packetclip.language.captions import SENTENCES, Number, Said, caption, said_of, training_caption
from packetclip.language.captions.draft import Draft, row_of
from packetclip.language.captions.facts import BY_NAME
from packetclip.language.captions.sentences import Sentence
from packetclip.ledger import Ledger
from packetclip.wire import capture
from packetclip.wire.context import ContextTracker
from packetclip.wire.flows import FlowTracker
from packetclip.wire.packets import dissect
from tests.language.captions.rows import SCENARIOS, F, random_row
from tests.language.captions.truth import is_true, untrue

# Words of the sixteen classes and of verdicts; stems, so that "flooding" is found too.
FORBIDDEN = (
    "attack", "spoof", "flood", "scan", "sweep", "dictionary", "brute", "tunnel", "exfil", "beacon", "slowloris",
    "malicious", "suspicious", "benign", "normal", "anomal", "botnet", "malware", "command and control", "c2", "c&c",
    "vulnerab", "exploit", "intrusi", "hack", "threat", "victim", "poison", "hijack", "imperson", "ddos",
    "denial", "probing", "reconn", "crack", "guess", "password", "credential", "stealth", "legitimate", "harmless",
    "innocent", "evil", "steal", "leak", "infect", "trojan", "worm", "virus", "ping", "fingerprint", "takeover",
)  # fmt: skip

any_row = st.integers(0, 2**32 - 1).map(random_row)
scenarios = pytest.mark.parametrize("name", SCENARIOS)
each_sentence = pytest.mark.parametrize("sentence", SENTENCES, ids=lambda s: s.__name__)


def check(values: NDArray[np.float32], variant: int) -> list[Said]:
    row = row_of(values)
    told = said_of(values, variant)
    for said in told:
        assert said.text.endswith(".")
        assert said.text[0].isupper() or said.text[0].isdigit(), said.text
        assert "  " not in said.text
        assert ".." not in said.text
        assert "{" not in said.text
        assert set(said.facts) <= set(BY_NAME)
        assert said.facts or row["packet_length"] < 1.0
        assert untrue(said, row) == []
        words = said.text.lower()
        for stem in FORBIDDEN:
            assert not re.search(rf"\b{re.escape(stem)}", words), (stem, said.text)
    return told


@scenarios
@pytest.mark.parametrize("variant", [0, 1, 2, 3, 7, 4095, 1234567])
def test_sentences_about_known_rows_are_true_and_judge_nothing(name: str, variant: int) -> None:
    assert check(SCENARIOS[name], variant)


@given(any_row, st.integers(0, 2**24))
def test_sentences_about_any_row_are_true_and_judge_nothing(values: NDArray[np.float32], variant: int) -> None:
    check(values, variant)


def test_sentences_about_real_packets_are_true_and_judge_nothing(shared: Path) -> None:
    tracker, behaviour = FlowTracker(), ContextTracker()
    for name in ("dns.pcap", "443-safari.pcap", "teams.pcap", "dlt_ppp.pcap"):
        for frames in capture.read(shared / "apps" / "ndpi" / name, Ledger()):
            packets = dissect(frames)
            values = behaviour.update(packets, tracker.update(packets)).values
            for i in range(0, len(values), 7):
                assert check(values[i], i)


@given(
    st.lists(st.floats(0.0, width=32, allow_nan=False, allow_infinity=False), min_size=7, max_size=7),
    st.integers(0, 2**24),
    st.integers(0, 2**32 - 1),
)
def test_no_finite_number_crashes_a_caption(numbers: list[float], variant: int, seed: int) -> None:
    values = np.random.default_rng(seed).choice(np.array(numbers, dtype=np.float32), F)
    text = caption(values, variant)
    assert text.endswith(".")
    assert training_caption(values, seed).endswith(".")


@pytest.mark.parametrize("poison", [np.nan, np.inf, -np.inf, -1.0])
def test_numbers_that_should_not_be_are_survived(poison: float) -> None:
    assert caption(np.full(F, poison, dtype=np.float32)).endswith(".")


@given(any_row, st.integers(0, 2**24))
def test_the_same_row_and_variant_give_the_same_words(values: NDArray[np.float32], variant: int) -> None:
    assert caption(values, variant) == caption(values.copy(), variant)


def _heard(sentence: Sentence) -> list[set[str]]:
    """For each row on which the sentence speaks, the texts of its variants."""
    heard = []
    for values in (*SCENARIOS.values(), *(random_row(seed) for seed in range(40))):
        draft = Draft(row_of(values))
        texts = set()
        for variant in (*range(16), 4097, 65539, 1234567):
            draft.again(variant)
            said = sentence(draft)
            if said is not None:
                texts.add(said.text)
        if texts:
            heard.append(texts)
    return heard


@each_sentence
def test_every_sentence_speaks_somewhere_in_at_least_three_wordings(sentence: Sentence) -> None:
    heard = _heard(sentence)
    assert heard, "no row makes this sentence speak"
    assert min(len(texts) for texts in heard) >= 3


@each_sentence
def test_every_sentence_is_silent_on_missing_data(sentence: Sentence) -> None:
    said = sentence(Draft(row_of(np.zeros(F, dtype=np.float32))))
    assert said is None or sentence.__name__ == "packet_kind"
    assert said is None or said.numbers == ()


@each_sentence
def test_every_sentence_says_in_its_docstring_what_it_tells(sentence: Sentence) -> None:
    assert sentence.__doc__ and sentence.__doc__.endswith(".")


def test_the_truth_test_finds_lies() -> None:
    assert is_true(Number("about 210 flows", 212.0, "orig_flows_10s"), 212.0)
    assert not is_true(Number("about 210 flows", 300.0, "orig_flows_10s"), 300.0)
    assert not is_true(Number("under 200 bytes", 220.0, "x", "under"), 220.0)
    assert not is_true(Number("hundreds of flows", 99.0, "x", "magnitude"), 99.0)
    assert not is_true(Number("most", 0.95, "a/b", "portion"), 0.95)
    lie = Said("The originator began 7 flows.", (), ("orig_flows",), 0.0)
    assert untrue(lie, {}) == ["a number without provenance in 'the originator began 7 flows.'"]
