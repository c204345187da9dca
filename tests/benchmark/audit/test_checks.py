"""Each kind of leak, planted, is found and shown; a clean world passes."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from packetclip.benchmark.audit import CHECKS, Finding, Severity, audit
from packetclip.benchmark.audit.recurrence import Recurrence
from packetclip.benchmark.fold import Fold
from packetclip.benchmark.samples import Samples, join
from packetclip.benchmark.splits import SPLITS, folds
from tests.benchmark.splits.world import Toy, capture, entry

GROUPS = {"loud": ["Scan", "Flood"]}


def fold_of(toy: Toy, kind: str = "captures", **rest: object) -> Fold:
    return next(iter(folds(toy, entry(kind, **rest), 0)))  # type: ignore[arg-type]


def found(toy: Toy, check: str, kind: str = "captures", **rest: object) -> list[Finding]:
    return list(CHECKS[check].look(toy, fold_of(toy, kind, **rest)))  # type: ignore[arg-type]


def failures(findings: list[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.severity is Severity.FAIL]


def put(toy: Toy, name: str, **columns: object) -> Toy:
    toy.captures[name] = dataclasses.replace(toy.captures[name], **columns)  # type: ignore[arg-type]
    return toy


def some(to: np.ndarray, rows: np.ndarray, values: np.ndarray) -> np.ndarray:
    changed = to.copy()
    changed[rows] = values
    return changed


@pytest.mark.parametrize("kind", ["captures", "class_withheld", "behaviour_withheld"])
def test_a_clean_world_passes(kind: str) -> None:
    toy = Toy(lives=2)
    rest = {"groups": GROUPS} if kind.startswith("behaviour") else {}
    for fold in folds(toy, entry(kind, **rest), 0):  # type: ignore[arg-type]
        assert audit(toy, fold) == []  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["packet", "flow", "time"])
def test_leaky_kinds_fail_unless_the_recipe_calls_them_leaky(kind: str) -> None:
    fold = fold_of(Toy(), kind)
    told = failures(audit(Toy(entries=(entry(kind),)), fold))  # type: ignore[arg-type]
    assert {finding.check for finding in told} == {
        "packet": {"flows", "conversations", "windows", "episodes"},
        "flow": {"windows", "episodes"},
        "time": {"windows", "conversations", "flows", "episodes"},
    }[kind] - ({"conversations", "flows", "episodes"} if kind == "time" else set())
    assert all(finding.examples and finding.split == kind for finding in told)
    excused = audit(Toy(entries=(entry(kind, leaky=True),)), fold)  # type: ignore[arg-type]
    assert not failures(excused)
    assert {f.check for f in excused if f.severity is Severity.EXPECTED} == {f.check for f in told}


def test_devices_do_not_cross() -> None:
    assert not failures([f for check in ("flows", "conversations", "windows") for f in found(Toy(), check, "device")])


def test_a_capture_on_both_sides() -> None:
    toy = Toy()
    sides = {"train": ("a1", "a2"), "tune": ("a3",), "test": ("a2", "b1")}
    told = failures(audit(toy, fold_of(toy, **sides)))  # type: ignore[arg-type]
    assert {"flows", "conversations", "packets", "lookalikes", "windows", "episodes"} <= {f.check for f in told}
    example = next(f for f in told if f.check == "packets").examples[0]
    assert example.capture == "a2"
    assert toy.captures["a2"].time_ns[example.packet] % 10**9 // 1000 == int(example.time[-7:-1])
    assert f"as packet {example.packet:,} of a2" in example.what


def test_a_copy_under_another_name() -> None:
    toy = Toy()
    toy.captures["b1"] = dataclasses.replace(toy.captures["a1"], names=("b1",), networks=("B",))
    told = {f.check for f in failures(audit(toy, fold_of(toy)))}  # type: ignore[arg-type]
    assert {"packets", "lookalikes", "conversations"} <= told
    assert "flows" not in told


def test_shared_flows_are_shown() -> None:
    toy = Toy()
    fold = fold_of(toy)
    moved = toy.captures["a1"].take(np.arange(40))
    told = failures(list(CHECKS["flows"].look(toy, dataclasses.replace(fold, test=join([fold.test, moved])))))  # type: ignore[arg-type]
    assert len(told) == 1
    assert "are of" in told[0].sentence
    assert {example.capture for example in told[0].examples} == {"a1"}
    assert all(0 <= example.packet < 40 for example in told[0].examples)


def test_copied_packets() -> None:
    toy = Toy()
    rows = np.arange(0, 400, 10)
    seen = fold_of(toy).train.content[:40]
    put(toy, "b1", content=some(toy.captures["b1"].content, rows, seen))
    (told,) = failures(found(toy, "packets"))
    assert told.sentence.startswith("40 packets that are asked about (1.7 %")
    assert [example.capture for example in told.examples] == ["b1", "b1", "b1"]
    assert all("learned from as packet" in example.what for example in told.examples)


def test_packets_that_recur_everywhere_are_no_copies() -> None:
    toy = Toy()
    for name, whole in toy.captures.items():
        put(toy, name, content=some(whole.content, np.arange(300), np.arange(1, 301, dtype=np.uint64)),
            alike=some(whole.alike, np.arange(300), np.arange(1, 301, dtype=np.uint64)))  # fmt: skip
    assert found(toy, "packets") == []
    assert failures(found(toy, "lookalikes")) == []


def test_what_tells_nothing_is_not_held_against_it() -> None:
    toy = Toy()
    bare = np.zeros(1200, np.int32)
    put(toy, "a1", payload_length=bare)
    put(toy, "b1", payload_length=bare, alike=toy.captures["a1"].alike, content=toy.captures["a1"].content)
    assert found(toy, "packets") == []
    assert found(toy, "lookalikes") == []


def test_near_copies() -> None:
    toy = Toy()
    seen = fold_of(toy).train.alike
    put(toy, "b1", alike=some(toy.captures["b1"].alike, np.arange(500), seen[:500]))
    (told,) = failures(found(toy, "lookalikes"))
    assert "alike, but for identities" in told.sentence


def test_one_copy_among_captures_of_its_own_is_no_small_share() -> None:
    toy = Toy()
    seen = fold_of(toy).train.alike
    others = {f"b{n}": capture(f"b{n}", "B", 20 + n) for n in range(2, 9)}
    toy.captures.update(others)
    put(toy, "b1", alike=some(toy.captures["b1"].alike, np.arange(500), seen[:500]))
    (told,) = failures(found(toy, "lookalikes", test=("b1", *others)))
    assert told.sentence.startswith("500 packets")


@pytest.mark.parametrize(("usual", "share", "fails"), [(0.7, 0.8, False), (0.7, 0.9, True), (0.05, 0.3, True)])
def test_where_much_recurs_a_copy_still_fails(usual: float, share: float, fails: bool) -> None:
    none = np.zeros(0, np.int64)
    own = Recurrence(share, usual, True, none, none, capture("a1", "A", 1), 100)
    assert own.beyond(2.0, 0.1) is fails


def test_attacks_that_look_alike_everywhere_are_noted() -> None:
    toy = Toy()
    for name, whole in toy.captures.items():
        put(toy, name, alike=some(whole.alike, np.flatnonzero(whole.classes == 2), np.array([7], np.uint64)))
    told = found(toy, "lookalikes")
    assert [(f.severity, "Flood 100%" in f.sentence) for f in told] == [(Severity.NOTE, True)]


def test_windows_that_cross_need_a_host_in_common() -> None:
    toy = Toy({"a1": capture("a1", "A", 1), "a2": capture("a2", "A", 2)})
    early, late = (toy.captures["a1"].take(rows) for rows in (np.arange(400), np.arange(800, 1200)))
    fold = Fold("x", "", early, toy.captures["a2"], late, toy.classes, (1, 2, 3))
    look = CHECKS["windows"].look
    (told,) = look(toy, fold)  # type: ignore[arg-type]
    gap = (late.time_ns.min() - early.time_ns.max()) / 1e9
    assert told.severity is Severity.FAIL
    assert gap - 1 < float(told.sentence.rsplit("nearest are ")[1].split(" s")[0]) < gap + 30
    strangers = dataclasses.replace(late, orig=late.orig + np.uint64(9000), resp=late.resp + np.uint64(9000))
    assert list(look(toy, dataclasses.replace(fold, test=strangers))) == []  # type: ignore[arg-type]
    hours_later = dataclasses.replace(late, time_ns=late.time_ns + 3600 * 10**9)
    assert list(look(toy, dataclasses.replace(fold, test=hours_later))) == []  # type: ignore[arg-type]


def test_the_nearest_packet_of_a_host_is_found_as_a_loop_would() -> None:
    from packetclip.benchmark.audit.windows import _nearest

    whole = capture("a1", "A", 5)
    one, other = whole.take(np.arange(0, 1200, 7)), whole.take(np.arange(3, 1200, 11))
    codes = [np.zeros(len(side), np.int64) for side in (one, other)]
    gap, same = _nearest(one, codes[0], other, codes[1], np.array([0]))
    for n in range(len(one)):
        shares = np.isin(other.orig, [one.orig[n], one.resp[n]]) | np.isin(other.resp, [one.orig[n], one.resp[n]])
        apart = np.where(shares, np.abs(other.time_ns - one.time_ns[n]), np.iinfo(np.int64).max)
        assert gap[n] == apart.min()
        assert apart[same[n]] == gap[n]


def with_column(toy: Toy, values: dict[str, np.ndarray]) -> Toy:
    for name, column in values.items():
        fields = np.column_stack([toy.captures[name].fields, column]).astype(np.float32)
        put(toy, name, fields=fields)
    return toy


def test_an_address_column() -> None:
    toy = Toy()
    spread = {
        name: (whole.orig * np.uint64(977) % np.uint64(256)).astype(float) for name, whole in toy.captures.items()
    }
    assert failures(found(with_column(toy, spread), "columns")) == []  # six clients are too few to tell a name by
    toy, rng = Toy(), np.random.default_rng(0)
    for name, whole in toy.captures.items():
        put(toy, name, orig=rng.integers(1, 40, 120, np.uint64)[whole.flow])
    named = {
        name: (whole.orig * np.uint64(977) % np.uint64(1009)).astype(float) for name, whole in toy.captures.items()
    }
    (told,) = failures(found(with_column(toy, named), "columns"))
    assert told.sentence.startswith("The column 'field 8' has one value for each sender and another for each other")
    assert "field 8 = " in told.examples[0].what


def test_a_column_of_initial_sequence_numbers() -> None:
    toy, rng = Toy(), np.random.default_rng(0)
    per_flow = {name: rng.random(120)[whole.flow] for name, whole in toy.captures.items()}
    (told,) = failures(found(with_column(toy, per_flow), "columns"))
    assert "one value for each conversation" in told.sentence


@pytest.mark.parametrize("slope", [1.0, -3.0])
def test_a_clock_column(slope: float) -> None:
    toy = Toy()
    clock = {name: slope * (whole.time_ns - 10**18) / 1e12 + 5 for name, whole in toy.captures.items()}
    (told,) = failures(found(with_column(toy, clock), "columns"))
    assert "it is a clock" in told.sentence
    assert "alone it tells" in told.sentence


def test_seconds_since_1970_in_float32() -> None:
    toy = Toy()
    clock = {name: (whole.time_ns // 10**9).astype(float) for name, whole in toy.captures.items()}
    (told,) = failures(found(with_column(toy, clock), "columns", train=("a1", "a2", "b3")))
    assert "it is a clock" in told.sentence


def test_a_column_that_tells_the_network_is_noted() -> None:
    toy = Toy()
    hops = {
        name: np.where(whole.networks[0] == "A", 64.0, 63.0) + whole.fields[:, 0] * 0
        for name, whole in toy.captures.items()
    }
    told = found(with_column(toy, hops), "columns", train=("a1", "b3"), tune=("a2",), test=("b1",))
    assert [f.severity for f in told] == [Severity.NOTE]
    assert "field 8 (network " in told[0].sentence


def test_a_class_of_one_episode() -> None:
    toy = Toy()
    for name in ("b1", "b2"):
        whole = toy.captures[name]
        last = whole.episodes[whole.classes == 3].max()
        keep = (whole.classes != 3) | ((whole.episodes == last) & (name == "b1"))
        put(toy, name, classes=np.where(keep, whole.classes, 0), episodes=np.where(keep, whole.episodes, -1))
    (told,) = failures(found(toy, "classes"))
    assert told.sentence.startswith("Tunnel has one episode that is asked about")
    assert told.examples[0].capture == "b1"
    toy = Toy()
    for name in ("a1", "a2"):
        put(toy, name, episodes=np.where(toy.captures[name].classes == 1, -1, toy.captures[name].episodes))
    assert failures(found(toy, "classes")) == []  # one a capture is two
    (told,) = failures(found(toy, "classes", train=("a1",)))
    assert told.sentence.startswith("Scan has one episode that is learned from")


def test_classes_on_one_side() -> None:
    toy = Toy()
    for name in ("a1", "a2", "a3"):
        put(toy, name, classes=np.where(toy.captures[name].classes == 2, 0, toy.captures[name].classes))
    (told,) = found(toy, "classes")
    assert (told.severity, "cannot be learned" in told.sentence) == (Severity.WARN, True)
    told_back = found(toy, "classes", train=("b1", "b2"), tune=("b3",), test=("a1", "a2"))
    assert [f.severity for f in told_back] == [Severity.NOTE]


def test_what_is_withheld_and_learned_all_the_same() -> None:
    toy = Toy()
    fold = fold_of(toy, "class_withheld")
    told = list(CHECKS["classes"].look(toy, dataclasses.replace(fold, train=toy.samples("a1"))))  # type: ignore[arg-type]
    assert [f.sentence for f in failures(told)] == ["Scan is withheld, and is learned from or tuned on."]


def checkpoint(folder: Path, *files: str) -> str:
    (folder / "config.json").write_text(json.dumps({"captures": [list(files), ["app.pcap"]]}))
    return str(folder)


def test_an_encoder_that_saw_a_test_capture(tmp_path: Path) -> None:
    toy = Toy(pretrained=checkpoint(tmp_path, "a1.pcap.zst", "captures/b2.pcapng.gz"))
    (told,) = failures(found(toy, "corpus"))
    assert "pre-trained on b2, which is asked about" in told.sentence
    assert told.examples[0].what == "named as captures/b2.pcapng.gz in its settings"


def test_an_encoder_that_knows_the_network(tmp_path: Path) -> None:
    toy = Toy(pretrained=checkpoint(tmp_path, "a1.pcap.zst", "b3.pcap"))
    (told,) = found(toy, "corpus")
    assert told.severity is Severity.WARN
    assert "b3 of network B" in told.sentence
    assert found(toy, "corpus", train=("a1", "b3"), test=("b1",)) == []
    assert found(Toy(pretrained=checkpoint(tmp_path, "a1.pcap.zst")), "corpus") == []
    assert found(Toy(), "corpus") == []


def test_an_encoder_that_saw_what_is_withheld(tmp_path: Path) -> None:
    toy = Toy(pretrained=checkpoint(tmp_path, "a1.pcap.zst", "app.pcap"))
    (told,) = found(toy, "corpus", "class_withheld")
    assert told.severity is Severity.WARN
    assert "what is withheld, without labels, in a1." in told.sentence


@pytest.mark.parametrize("text", ["", "[]", '{"captures": 3}', "{}"])
def test_a_checkpoint_that_says_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "config.json").write_text(text)
    (told,) = found(Toy(pretrained=str(tmp_path)), "corpus")
    assert (told.severity, "cannot be told" in told.sentence) == (Severity.WARN, True)


@pytest.mark.parametrize("kind", SPLITS)
def test_findings_are_json(kind: str) -> None:
    toy = Toy(lives=1)
    rest = {"groups": GROUPS} if kind.startswith("behaviour") else {}
    for finding in audit(toy, fold_of(toy, kind, **rest)):  # type: ignore[arg-type]
        assert json.loads(json.dumps(finding.as_dict()))["check"] in CHECKS


def test_nothing_to_learn_from_is_no_crash() -> None:
    toy = Toy()
    fold = fold_of(toy)
    empty: Samples = fold.train.take(np.zeros(0, np.int64))
    for side in ("train", "tune", "test"):
        audit(toy, dataclasses.replace(fold, **{side: empty}))  # type: ignore[arg-type]


def test_the_commonest_value_is_the_one_that_a_loop_would_count() -> None:
    from packetclip.benchmark.audit.columns import _commonest

    rng = np.random.default_rng(0)
    values, group = rng.integers(0, 5, 300).astype(float), rng.permutation(np.arange(300) % 20)
    usual, often = _commonest(values, group)
    for n in range(20):
        own = values[group == n]
        assert often[n] == max((own == value).sum() for value in own) == (own == usual[n]).sum()


def test_separation_is_scikit_learns_auc() -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    from packetclip.benchmark.audit.columns import separation

    rng = np.random.default_rng(0)
    values, positive = rng.integers(0, 9, 400).astype(float), rng.random(400) < 0.3
    area = metrics.roc_auc_score(positive, values)
    assert separation(values, positive) == pytest.approx(max(area, 1 - area))
