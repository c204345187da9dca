"""The losses by hand, in permuted order and on uneven batches."""

from __future__ import annotations

import math

import pytest
import torch
from torch.nn import functional as F

from packetclip.learning.contrastive import info_nce, siglip, soft_targets

ZERO = torch.tensor(0.0)


def unit(n: int, d: int = 6, seed: int = 0) -> torch.Tensor:
    return F.normalize(torch.randn(n, d, generator=torch.Generator().manual_seed(seed)), dim=1)


def test_info_nce_by_hand() -> None:
    eye = torch.eye(2)
    # Logits are [[1, 0], [0, 1]]: each row costs ln(e + 1) - 1.
    assert float(info_nce(eye, eye, ZERO)) == pytest.approx(math.log(math.e + 1) - 1)


def test_soft_info_nce_by_hand() -> None:
    eye = torch.eye(2)
    targets = torch.tensor([[1.0, 1.0], [0.0, 1.0]])  # the second caption is true of both packets
    whole = math.log(math.e + 1)
    # Rows: packet 0 wants 3/4 and 1/4, packet 1 its own. Columns: caption 0 its own, caption 1 wants 1/4 and 3/4.
    shared, own = 0.75 * (whole - 1) + 0.25 * whole, whole - 1
    assert float(info_nce(eye, eye, ZERO, targets, own_share=0.5)) == pytest.approx((shared + own) / 2)


def test_siglip_by_hand() -> None:
    eye = torch.eye(2)
    # Logits 1 on the diagonal and 0 beside it: -ln s(1) twice and -ln s(0) twice, over two packets.
    right = math.log(1 + math.exp(-1))
    assert float(siglip(eye, eye, ZERO, ZERO)) == pytest.approx(right + math.log(2))


@pytest.mark.parametrize("n", [2, 3, 7, 16])
def test_diagonal_targets_are_the_plain_losses(n: int) -> None:
    packets, texts, scale = unit(n), unit(n, seed=1), torch.tensor(2.0)
    own = torch.eye(n)
    torch.testing.assert_close(info_nce(packets, texts, scale, own), info_nce(packets, texts, scale))
    torch.testing.assert_close(siglip(packets, texts, scale, ZERO, own), siglip(packets, texts, scale, ZERO))


@pytest.mark.parametrize("n", [2, 5, 9])
def test_order_does_not_matter(n: int) -> None:
    packets, texts, scale = unit(n), unit(n, seed=1), torch.tensor(1.0)
    targets = soft_targets(torch.rand(n, n, generator=torch.Generator().manual_seed(2)), 0.5)
    order = torch.randperm(n, generator=torch.Generator().manual_seed(3))
    mixed = targets[order][:, order]
    torch.testing.assert_close(
        info_nce(packets[order], texts[order], scale, mixed), info_nce(packets, texts, scale, targets)
    )
    torch.testing.assert_close(
        siglip(packets[order], texts[order], scale, ZERO, mixed), siglip(packets, texts, scale, ZERO, targets)
    )


def test_swapping_sides_does_not_matter() -> None:
    packets, texts, scale = unit(4), unit(4, seed=1), torch.tensor(1.0)
    targets = soft_targets(torch.rand(4, 4, generator=torch.Generator().manual_seed(2)), 0.5)
    torch.testing.assert_close(info_nce(packets, texts, scale, targets), info_nce(texts, packets, scale, targets.T))


def test_a_true_caption_is_no_negative() -> None:
    texts = torch.eye(3)
    packets = F.normalize(torch.tensor([[1.0, 1.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]), dim=1)
    packets.requires_grad_()
    true = torch.eye(3)
    true[0, 1] = 1.0
    (hard,) = torch.autograd.grad(info_nce(packets, texts, torch.tensor(3.0)), packets)
    (soft,) = torch.autograd.grad(info_nce(packets, texts, torch.tensor(3.0), true, 0.0), packets)
    assert hard[0, 1] > 0  # pushed away from the caption that is true of it
    assert soft[0, 1] < hard[0, 1]


def test_temperature_is_held() -> None:
    packets, texts = unit(3), unit(3, seed=1)
    torch.testing.assert_close(
        info_nce(packets, texts, torch.tensor(50.0)), info_nce(packets, texts, torch.tensor(math.log(100.0)))
    )


def test_soft_targets_by_hand() -> None:
    disagreement = torch.tensor([[0.0, 0.05], [0.2, 0.0]])
    torch.testing.assert_close(soft_targets(disagreement, 0.1), torch.tensor([[1.0, 0.5], [0.0, 1.0]]))
    torch.testing.assert_close(soft_targets(disagreement, 0.0), torch.eye(2))
