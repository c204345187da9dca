"""Recall and geometry by hand."""

from __future__ import annotations

import math

import pytest
import torch

from packetclip.learning.contrastive import retrieval


def test_perfect_pairs() -> None:
    figures = retrieval(torch.eye(4), torch.eye(4), torch.arange(4))
    assert figures["packet_to_text@1"] == figures["text_to_packet@1"] == 1.0
    assert figures["modality_gap"] == figures["alignment"] == 0.0
    assert figures["uniformity"] == pytest.approx(-4.0)  # every squared distance is 2


def test_the_right_one_comes_second() -> None:
    texts = torch.eye(3)
    packets = torch.nn.functional.normalize(torch.eye(3) + 2 * torch.eye(3).roll(1, 1), dim=1)
    figures = retrieval(packets, texts, torch.arange(3))
    assert figures["packet_to_text@1"] == 0.0
    assert figures["packet_to_text@5"] == 1.0


def test_same_words_are_the_same_answer() -> None:
    packets = torch.eye(3)
    texts = torch.eye(3)[[0, 0, 2]]
    figures = retrieval(packets, texts, torch.tensor([7, 7, 9]))
    assert figures["text_to_packet@1"] == 1.0
    assert figures["packet_to_text@1"] == pytest.approx(1.0)


def test_gap_is_the_distance_of_the_means() -> None:
    packets, texts = torch.eye(2), -torch.eye(2)
    assert retrieval(packets, texts, torch.arange(2))["modality_gap"] == pytest.approx(math.sqrt(2))
