"""One query over remembered keys and values equals attention over the whole window."""

from __future__ import annotations

import pytest
import torch

from packetclip.learning.reasoning import ShortTermTransformer

R, D, HEADS, T, N = 10, 16, 4, 6, 7


@pytest.fixture
def layer() -> ShortTermTransformer:
    torch.manual_seed(0)
    return ShortTermTransformer(R, D, HEADS, 24).eval()


def ask(layer: ShortTermTransformer, steps: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    query, keys, values = layer.project(steps)
    return layer(steps[:, -1], query[:, -1], keys, values, mask)


def random_mask() -> torch.Tensor:
    mask = (torch.rand(N, T) < 0.6).float()
    mask[:, -1] = 1.0
    return mask


@torch.no_grad()
def test_equals_plain_attention(layer: ShortTermTransformer) -> None:
    steps, mask = torch.randn(N, T, R), random_mask()
    x = layer.enter(steps)
    heads = [
        linear(layer.norm(x)).view(N, T, HEADS, D // HEADS).transpose(1, 2)
        for linear in (layer.query, layer.key, layer.value)
    ]
    attended = torch.nn.functional.scaled_dot_product_attention(*heads, attn_mask=mask.bool()[:, None, None])
    x = x + layer.join(attended.transpose(1, 2).flatten(2))
    wanted = (x + layer.feed(x))[:, -1]
    assert torch.allclose(ask(layer, steps, mask), wanted, atol=1e-5)


@torch.no_grad()
def test_steps_that_do_not_exist_do_not_matter(layer: ShortTermTransformer) -> None:
    steps, mask = torch.randn(N, T, R), random_mask()
    other = torch.where(mask.bool().unsqueeze(2), steps, torch.randn(N, T, R) * 50.0)
    assert not torch.equal(other, steps)
    assert torch.allclose(ask(layer, other, mask), ask(layer, steps, mask), atol=1e-6)


@torch.no_grad()
def test_padding_does_not_matter(layer: ShortTermTransformer) -> None:
    steps = torch.randn(N, 3, R)
    padded = torch.cat([torch.randn(N, T - 3, R), steps], dim=1)
    mask = torch.cat([torch.zeros(N, T - 3), torch.ones(N, 3)], dim=1)
    assert torch.allclose(ask(layer, padded, mask), ask(layer, steps, torch.ones(N, 3)), atol=1e-6)


@torch.no_grad()
def test_history_matters(layer: ShortTermTransformer) -> None:
    steps, mask = torch.randn(N, T, R), torch.ones(N, T)
    other = steps.clone()
    other[:, 0] += 1.0
    assert not torch.allclose(ask(layer, other, mask), ask(layer, steps, mask), atol=1e-6)
