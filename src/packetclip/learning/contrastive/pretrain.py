"""Pre-training: packets and captions drawn together, epoch by epoch.

Every epoch draws its order, captions and dropout from its own seed, so a run that was stopped and resumed ends in the
same weights as one that was not.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from packetclip.errors import OutputError, RecipeError
from packetclip.learning.contrastive import checkpoint
from packetclip.learning.contrastive.config import PretrainConfig
from packetclip.learning.contrastive.dataset import Pairs, batch_count, batches
from packetclip.learning.contrastive.losses import LARGEST_SCALE
from packetclip.learning.contrastive.objective import Objective
from packetclip.learning.contrastive.projection import TextProjection
from packetclip.learning.contrastive.retrieval import retrieval
from packetclip.learning.encoders import PacketEncoder, build

Progress = Callable[[str, int, int], None]
"""What is going on, how much is done, of how much."""


def silent(what: str, done: int, total: int) -> None:
    """No progress."""


def pretrain(
    pairs: Pairs,
    config: PretrainConfig,
    folder: Path,
    progress: Progress = silent,
    *,
    encoder: str = "behaviour",
    encoder_config: Any | None = None,
    about: dict[str, Any] | None = None,
    resume: bool = False,
    stop_after: int | None = None,
) -> Objective:
    """Train an encoder and a text projection on pairs; the folder holds a checkpoint after every epoch.

    :param about: plain values that are kept in the checkpoint's config (which text encoder, which captures).
    :param resume: go on from the folder's last epoch, if it has one; else start anew.
    :param stop_after: leave after that many epochs in all, as if interrupted.
    :return: what was trained, ready to evaluate. ``metrics.jsonl`` has a line an epoch.

    Raises RecipeError when there are too few pairs or the folder's run had other settings; OutputError.
    """
    train, held = pairs.split(config.held_out, config.seed)
    if len(train) < 2:
        raise RecipeError(f"There are {len(train)} pairs to train on; at least two are needed. Name more captures.")
    held = held.take(_spread(len(held), config.held_out_most))
    with _reproducible(config):
        model = Objective(build(encoder, encoder_config), TextProjection(pairs.vectors.shape[1]), config)
        model.encoder.fit(train.fields, train.bytes)
        optimiser = _optimiser(model, config)
        steps = batch_count(len(train), config.batch)  # an epoch
        settings = {"pretrain": checkpoint.plain(config), **(about or {})}
        metrics = folder / checkpoint.METRICS
        done = 0
        if resume and (state := checkpoint.load_state(folder)) is not None:
            if state["settings"] != json.dumps(settings, sort_keys=True) or state["pairs"] != len(pairs):
                raise RecipeError(
                    f"The run in {folder} had other settings or other pairs, so it cannot be resumed with these. "
                    "Start anew without --resume, or name another folder."
                )
            model.load_state_dict(state["model"])
            optimiser.load_state_dict(state["optimiser"])
            done = state["epochs"]
        _keep_lines(metrics, done)
        for epoch in range(done, min(config.epochs, stop_after or config.epochs)):
            began = time.monotonic()
            loss = _epoch(model, optimiser, train, config, epoch, progress)
            line = {
                "epoch": epoch + 1,
                "step": (epoch + 1) * steps,
                "loss": loss,
                "temperature": math.exp(-min(float(model.log_scale.detach()), LARGEST_SCALE)),
                **_measure(model, held),
                "seconds": round(time.monotonic() - began, 2),
            }
            checkpoint.save_checkpoint(folder, model.encoder, model.projection, settings)
            checkpoint.save_state(
                folder,
                {
                    "epochs": epoch + 1,
                    "pairs": len(pairs),
                    "settings": json.dumps(settings, sort_keys=True),
                    "model": model.state_dict(),
                    "optimiser": optimiser.state_dict(),
                },
            )
            with metrics.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")
    return model.eval()


def _epoch(
    model: Objective,
    optimiser: torch.optim.Optimizer,
    train: Pairs,
    config: PretrainConfig,
    epoch: int,
    progress: Progress,
) -> float:
    """One pass over all pairs; the mean loss."""
    steps = batch_count(len(train), config.batch)
    draw = np.random.default_rng([config.seed, 2, epoch])
    torch.manual_seed(int(draw.integers(1 << 62)))
    model.train()
    total = 0.0
    for step, rows in enumerate(batches(len(train), config.batch, config.seed, epoch)):
        factor = _schedule(epoch * steps + step, config.epochs * steps, config.warmup)
        for group in optimiser.param_groups:
            group["lr"] = group["full_rate"] * factor
        which = draw.integers(train.caption.shape[1], size=len(rows))
        loss = model(train, rows, which)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        total += float(loss.detach())
        progress("Pre-training, steps", epoch * steps + step + 1, config.epochs * steps)
    return total / steps


def _schedule(step: int, steps: int, warmup: float) -> float:
    """Learning rate as a share of its highest value: a ramp, then half a cosine."""
    ramp = max(1, round(warmup * steps))
    if step < ramp:
        return (step + 1) / ramp
    return 0.5 * (1.0 + math.cos(math.pi * (step - ramp) / max(1, steps - ramp)))


def _optimiser(model: Objective, config: PretrainConfig) -> torch.optim.Optimizer:
    # Norms, biases and temperatures are not drawn to zero.
    matrices = [p for p in model.encoder.parameters() if p.ndim > 1]
    rest = [p for p in model.encoder.parameters() if p.ndim <= 1]
    rest += [model.log_scale, *([model.bias] if model.bias is not None else [])]
    return torch.optim.AdamW(
        [
            {"params": matrices, "full_rate": config.rate, "weight_decay": config.weight_decay},
            {"params": rest, "full_rate": config.rate, "weight_decay": 0.0},
            {
                "params": list(model.projection.parameters()),
                "full_rate": config.projection_rate,
                "weight_decay": config.weight_decay,
            },
        ],
        lr=config.rate,
        betas=(0.9, 0.98),
    )


@torch.no_grad()
def _measure(model: Objective, held: Pairs) -> dict[str, float]:
    if len(held) == 0:
        return {}
    model.eval()
    packets = embed(model.encoder, held)
    texts: Tensor = model.projection(torch.from_numpy(held.vectors[held.caption[:, 0]]))
    return {"held_out": float(len(held)), **retrieval(packets, texts, torch.from_numpy(held.caption[:, 0]).long())}


@torch.no_grad()
def embed(encoder: PacketEncoder, pairs: Pairs, batch: int = 4096) -> Tensor:
    """(N, D) vectors of the pairs' packets."""
    encoder.eval()
    parts = [
        encoder(torch.from_numpy(pairs.fields[i : i + batch]), torch.from_numpy(pairs.bytes[i : i + batch]))
        for i in range(0, len(pairs), batch)
    ]
    return torch.cat(parts)


def _spread(rows: int, most: int) -> np.ndarray[Any, np.dtype[np.int64]]:
    """At most ``most`` row numbers, evenly over all."""
    return (
        np.unique(np.linspace(0, rows - 1, min(rows, most)).round().astype(np.int64)) if rows else np.zeros(0, np.int64)
    )


def _keep_lines(path: Path, epochs: int) -> None:
    """Forget metrics of epochs that the checkpoint does not hold."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        kept = path.read_text(encoding="utf-8").splitlines(keepends=True)[:epochs] if path.exists() else []
        path.write_text("".join(kept), encoding="utf-8")
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror or error}.") from error


@contextmanager
def _reproducible(config: PretrainConfig) -> Iterator[None]:
    """The run's own seed, threads and deterministic algorithms; the caller's come back afterwards."""
    threads, strict = torch.get_num_threads(), torch.are_deterministic_algorithms_enabled()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(config.seed)
        torch.set_num_threads(config.threads)
        torch.use_deterministic_algorithms(True)
        try:
            yield
        finally:
            torch.set_num_threads(threads)
            torch.use_deterministic_algorithms(strict)
