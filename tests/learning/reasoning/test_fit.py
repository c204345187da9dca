"""What training promises: every batch is seen, it learns, it repeats, it can be taken up again."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from packetclip.learning.reasoning import Examples, FitConfig, Reasoner, fit, logits_of
from packetclip.learning.reasoning.fit import _LOGGED, _mix, _Pool, _vary
from tests.learning.reasoning import small
from tests.learning.reasoning.small import QUIET


def measured(folder: Path) -> list[dict[str, float | str]]:
    return [json.loads(line) for line in (folder / "fit.jsonl").read_text().splitlines()]


def fitted(folder: Path, config: FitConfig = QUIET, seed: int = 0, resume: bool = False) -> Reasoner:
    reasoner = small.reasoner(seed)
    fit(reasoner, [small.examples()], [], config, folder, resume=resume)
    return reasoner


def replaced(examples: Examples, **columns: np.ndarray) -> Examples:
    return replace(examples, **columns)


def test_every_batch_is_counted_and_seen(tmp_path: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    reasoner = small.reasoner()
    fit(reasoner, [small.examples(100)], [], QUIET, tmp_path, lambda *said: seen.append(said))
    # 66 rows of attacks and all 34 benign ones: three batches of 32, and four rows that are no batch of their own.
    assert len(_Pool([small.examples(100)], [], QUIET).draw(0)) == 100
    for stage in ("packets", "history"):
        for epoch in (1, 2):
            said = [(done, total) for what, done, total in seen if what == f"{stage}, epoch {epoch} of 2"]
            assert said == [(1, 3), (2, 3), (3, 3)]
    assert [line["steps"] for line in measured(tmp_path)] == [3] * 4


@pytest.mark.parametrize(("rows", "batches"), [(47, 1), (48, 1), (49, 2), (64, 2), (65, 2)])
def test_a_last_batch_of_more_than_half_is_trained_on(rows: int, batches: int, tmp_path: Path) -> None:
    examples = small.examples(rows)
    all_attacks = replace(QUIET, epochs=1, temporal_epochs=0)
    examples = replaced(examples, labels=np.ones(rows, np.int64), episodes=np.zeros(rows, np.int64))
    fit(small.reasoner(), [examples], [], all_attacks, tmp_path)
    assert measured(tmp_path)[0]["steps"] == batches


def test_it_learns_what_is_easy(tmp_path: Path) -> None:
    examples = small.examples(120)
    reasoner = small.reasoner(trust=0.0)
    # So many epochs because the normalisation remembers slowly, and an epoch is four steps.
    fit(reasoner, [examples], [], replace(QUIET, epochs=30, temporal_epochs=2, rate=1e-2), tmp_path)
    logits = logits_of(reasoner, examples)
    said = np.where(logits.max(1) > 0.0, logits.argmax(1) + 1, 0)
    assert (said == examples.labels).mean() > 0.95
    stages = [line["stage"] for line in measured(tmp_path)]
    assert stages == ["packets"] * 30 + ["history"] * 2
    packets = [float(line["loss"]) for line in measured(tmp_path) if line["stage"] == "packets"]
    assert packets[-1] < packets[0] / 2.0


def test_the_encoder_stays_frozen(tmp_path: Path) -> None:
    before = small.reasoner()
    after = fitted(tmp_path)
    changed = small.states_differ(before, after)
    assert changed
    assert not [name for name in changed if name.startswith(("encoder.", "facts."))]
    for part in ("graph.", "adapter.", "temporal.", "head.told", "head.reasoned", "gain"):
        assert [name for name in changed if name.startswith(part)], part


def test_seeds_repeat(tmp_path: Path) -> None:
    noisy = replace(QUIET, noise=0.2, mix=0.4)
    one, two = fitted(tmp_path / "one", noisy), fitted(tmp_path / "two", noisy)
    assert not small.states_differ(one, two)
    assert measured(tmp_path / "one") == measured(tmp_path / "two")
    assert small.states_differ(one, fitted(tmp_path / "three", replace(noisy, seed=1)))


class StoppedError(Exception):
    """Raised in the middle of training, as a machine that goes down would."""


@pytest.mark.parametrize(
    "where",
    [
        "packets, epoch 2 of 2",
        "history, epoch 1 of 2",
        "history, epoch 2 of 2",
    ],
)
def test_resumed_equals_uninterrupted(where: str, tmp_path: Path) -> None:
    def stop(what: str, done: int, total: int) -> None:
        if what == where:
            raise StoppedError

    config = replace(QUIET, noise=0.2, mix=0.4)
    whole = fitted(tmp_path / "whole", config)
    with pytest.raises(StoppedError):
        fit(small.reasoner(), [small.examples()], [], config, tmp_path / "cut", stop)
    again = small.reasoner(seed=5)  # whatever it was, the checkpoint replaces it
    fit(again, [small.examples()], [], config, tmp_path / "cut", resume=True)
    assert not small.states_differ(whole, again)
    assert measured(tmp_path / "cut") == measured(tmp_path / "whole")


def test_floods_are_drawn_at_most_so_often() -> None:
    flood = replaced(small.examples(90), labels=np.ones(90, np.int64), episodes=np.arange(90) // 60)
    calm = replaced(small.examples(300, 1), labels=np.zeros(300, np.int64), episodes=np.full(300, -1))
    life = replaced(calm, scored=np.arange(300) < 200)
    config = replace(QUIET, episode_packets=40, benign_share=0.5, life_share=0.3)
    pool = _Pool([flood, calm], [life], config)
    rows = pool.draw(3)
    assert np.array_equal(rows, pool.draw(3))
    assert not np.array_equal(rows, pool.draw(4))
    first, second = (np.count_nonzero((rows >= low) & (rows < high)) for low, high in ((0, 60), (60, 90)))
    assert (first, second) == (40, 30)
    assert np.count_nonzero((rows >= 90) & (rows < 390)) == 49  # 70 benign, 21 of them from life
    assert np.count_nonzero(rows >= 390) == 21
    assert rows.max() < 390 + 200  # what no model scores is never drawn


def test_variation_leaves_flags_shares_and_zeros() -> None:
    fields = torch.from_numpy(small.fields(400))
    torch.manual_seed(0)
    varied = _vary(fields, replace(QUIET, noise=0.2))
    assert torch.equal(varied[:, ~_LOGGED], fields[:, ~_LOGGED])
    assert torch.equal(varied == 0.0, fields == 0.0)
    factor = torch.log(varied[:, _LOGGED] / fields[:, _LOGGED])
    there = fields[:, _LOGGED] > 0.0
    assert float(factor[there].std()) == pytest.approx(0.2 * 1.25**0.5, rel=0.2)
    shared = torch.where(there, factor, 0.0).sum(1) / there.sum(1)
    assert float(shared.std()) == pytest.approx(0.2, rel=0.2)
    assert _vary(fields, QUIET) is fields


def test_mixing_lies_between_the_two() -> None:
    fields = torch.from_numpy(small.fields(60))
    data = torch.from_numpy(small.examples(60).bytes)
    labels = torch.arange(60)
    torch.manual_seed(0)
    shares = []
    for _ in range(20):
        mixed, seen, other, share = _mix(fields, data, labels, replace(QUIET, mix=0.4))
        shares.append(share)
        assert torch.equal(seen, data)
        assert torch.equal(other.sort().values, labels)
        plain = share * fields + (1.0 - share) * fields[other]
        assert torch.allclose(mixed[:, ~_LOGGED], plain[:, ~_LOGGED], atol=1e-5)
        logged = share * torch.log1p(fields) + (1.0 - share) * torch.log1p(fields[other])
        assert torch.allclose(torch.log1p(mixed)[:, _LOGGED], logged[:, _LOGGED], atol=1e-4)
    assert min(shares) >= 0.5
    assert max(shares) <= 1.0
    assert len(set(shares)) == 20


def test_no_mixing() -> None:
    fields, labels = torch.from_numpy(small.fields(5)), torch.arange(5)
    mixed, _, other, share = _mix(fields, torch.zeros(5, 64), labels, QUIET)
    assert mixed is fields
    assert other is labels
    assert share == 1.0
