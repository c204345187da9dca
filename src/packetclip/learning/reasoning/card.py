"""The model card: what a model was made from, for whom, and where it must not be trusted (Mitchell et al. 2019)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from packetclip.learning.reasoning.reasoner import Reasoner
from packetclip.learning.reasoning.recipe import Recipe

_CARD = """# {name} {version}

A packetclip model: a packet encoder in one space with sentences, {missions} missions as graphs of concepts, and the
reasoning fitted on them. It scores every packet for every mission; `detection` makes stories of the scores.

## Made from

{pretraining}- Fitting, with a label for every packet: {train}.
- Ordinary life, all taken for benign: {life}.
- Calibration and thresholds only: {tune}, and the part of ordinary life that fitting did not see.

Captions never see labels. Addresses, names, ephemeral ports, ids, sequence numbers and checksums never reach the model
as values.

## Size

{total:,} parameters, of which {trained:,} were fitted with labels ({fitted}); the encoder
stays as pre-training left it.

## Use

For finding the missions below in captures and explaining why; a person decides. Scores of an episode's first packets
are lower than those of its middle: context has to build up. A probability is calibrated on two lab networks; on other
networks read it as an order, not as a frequency.

Missions: {names}.

## Limits

- The labelled traffic is of small laboratory networks, with attacks far more frequent than in life.
- Beacons with exact timers, fast uploads over TLS and single stolen mails look like ordinary use in everything that the
  model may see; expect misses there.
- It was never shown an attack over IPv6, nor wireless, industrial or carrier networks.
- An attacker who knows the thresholds can stay below them.

Figures on captures that nothing was fitted on: docs/benchmarks/first-light.md. Licence: Apache-2.0.
"""


_PRETRAINING = """\
- Pre-training, without labels: {pairs:,} pairs of packets and captions; after {epoch} epochs a held-out packet finds
  its caption among {held_out:,.0f} at rank 1 / 5 / 10 in {packet_to_text@1:.0%} / {packet_to_text@5:.0%} /
  {packet_to_text@10:.0%} of cases (many captions are equally true of many packets), a caption its packet in
  {text_to_packet@1:.0%} / {text_to_packet@5:.0%} / {text_to_packet@10:.0%}; modality gap {modality_gap:.2f}.
"""


def write_card(reasoner: Reasoner, recipe: Recipe, pretraining: Mapping[str, Any], folder: Path) -> None:
    """Write ``folder/card.md``; ``pretraining`` is what the checkpoint says of it, empty when nobody knows."""
    text = _CARD.format(
        name=recipe.name,
        version=recipe.version,
        missions=len(reasoner.layered.names),
        names=", ".join(name.replace("_", " ") for name in reasoner.layered.names),
        pretraining=_PRETRAINING.format(pairs=pretraining["pairs"], **pretraining["metrics"]) if pretraining else "",
        train=", ".join(name for entry in recipe.train for name in entry.names),
        tune=", ".join(name for entry in recipe.tune for name in entry.names),
        life=", ".join(
            f"{Path(entry.path).parent.name}/{Path(entry.path).name} ({entry.half} half)" for entry in recipe.life
        )
        or "none",
        total=sum(p.numel() for p in reasoner.parameters()) - reasoner.idle_parameters,
        fitted="graphs, adapter, decision" + (", transformer" if reasoner.config.use_temporal else ""),
        trained=reasoner.trained_parameters,
    )
    (folder / "card.md").write_text(text, encoding="utf-8")
