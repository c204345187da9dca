"""Baselines: what others do with the same packets, each under the same rules as our own model.

Each is one file with a class that is a ``Method``; :data:`BASELINES` says what the tables need to know of it and makes
it. A baseline sees the columns of Samples that its entry names and nothing else. Those that learn without labels answer
with one score of novelty for all attacks alike. Where a setting was chosen, it was chosen on the tuning captures, one
set-up asked about the other (a1 to a3 on c4, c1 to c3 on a4), as the file says; test captures were never looked at.

None of them is part of the product: scikit-learn, LightGBM, river and torch are imported when one that needs them is
made, and come with the extras ``[benchmark]`` and ``[train]``.
"""

from typing import Final

from packetclip.benchmark.baselines.entry import Entry
from packetclip.benchmark.baselines.extra_trees import ExtraTrees
from packetclip.benchmark.baselines.keyword_rules import KeywordRules
from packetclip.benchmark.baselines.light_gbm import LightGbm

BASELINES: Final[dict[str, Entry]] = {
    "extra trees": Entry("extra_trees:ExtraTrees", ("fields",), "100 extremely randomised trees on context fields"),
    "LightGBM": Entry("light_gbm:LightGbm", ("fields",), "100 rounds of boosted trees on context fields"),
    "random forest": Entry(
        "random_forest:RandomForest", ("fields",), "100 trees on context fields", beside=("scaling", "weighing")
    ),
    "logistic regression": Entry(
        "logistic_regression:LogisticRegression",
        ("fields",),
        "a weight for each context field and class",
        beside=("scaling", "weighing"),
    ),
    "nearest neighbour": Entry(
        "nearest_neighbour:NearestNeighbour",
        ("fields",),
        "the nearest known packet of each class, by context fields",
        beside=("scaling", "weighing"),
    ),
    "flow statistics": Entry(
        "flow_statistics:FlowStatistics",
        ("fields",),
        "LightGBM on the flow's own statistics, as NFStream has them",
        beside=("light_gbm", "scaling"),
    ),
    "embedding head": Entry(
        "embedding_head:EmbeddingHead",
        ("fields", "masked"),
        "one hidden layer on our frozen encoder, without graphs",
        pretrained=True,
        beside=("minibatches", "scaling", "weighing"),
    ),
    "header CNN": Entry(
        "byte_cnn:HeaderCnn",
        ("masked", "payload", "payload_length"),
        "convolutions over masked header and payload bytes, no context",
        slow=True,
        beside=("minibatches", "weighing"),
    ),
    "payload CNN": Entry(
        "byte_cnn:PayloadCnn",
        ("payload", "payload_length"),
        "convolutions over payload bytes alone",
        slow=True,
        beside=("minibatches", "weighing"),
    ),
    "payload transformer": Entry(
        "payload_transformer:PayloadTransformer",
        ("payload", "payload_length"),
        "after ET-BERT, small: pairs of payload bytes, pre-trained, then fine-tuned whole",
        slow=True,
        beside=("minibatches", "weighing"),
    ),
    "payload transformer, frozen": Entry(
        "payload_transformer:FrozenPayloadTransformer",
        ("payload", "payload_length"),
        "the same, pre-trained without labels; only a linear head is trained with them",
        slow=True,
        beside=("minibatches", "weighing"),
    ),
    "payload transformer, published size": Entry(
        "payload_transformer:PublishedPayloadTransformer",
        ("payload", "payload_length"),
        "the same as large as ET-BERT, fine-tuned whole: two days a fit on one core",
        slow=True,
        beside=("minibatches", "weighing"),
    ),
    "keyword rules": Entry(
        "keyword_rules:KeywordRules",
        ("fields",),
        "the logic of the missions that ship, nothing learned",
        learns=False,
        knows=("benchmark/answering.py", "language/knowledge"),
    ),
    "hand rules": Entry(
        "hand_rules:HandRules",
        ("fields",),
        "one written line a class, nothing learned",
        learns=False,
    ),
    "autoencoder ensemble": Entry(
        "autoencoder_ensemble:AutoencoderEnsemble",
        ("fields",),
        "after Kitsune: small autoencoders over damped statistics, without labels",
        labels=False,
        beside=("minibatches", "novelty", "scaling"),
    ),
    "half-space trees": Entry(
        "half_space_trees:HalfSpaceTrees",
        ("fields",),
        "river's, on context fields, without labels",
        labels=False,
        beside=("novelty", "scaling"),
    ),
    "isolation forest": Entry(
        "isolation_forest:IsolationForest",
        ("fields",),
        "100 trees on context fields, without labels",
        labels=False,
        beside=("novelty", "scaling"),
    ),
    "autoencoder ensemble, calm": Entry(
        "calm_autoencoders:CalmAutoencoders",
        ("fields",),
        "the same ensemble, learning from packets alone whose facts say little unusual, as ours does",
        labels=False,
        beside=("autoencoder_ensemble", "minibatches", "novelty", "scaling", "unusual_facts"),
    ),
    "packetclip facts": Entry(
        "unusual_facts:UnusualFacts",
        ("fields",),
        "ours, without labels: how far facts lie beyond what is usual, nothing trained",
        labels=False,
        beside=("novelty", "scaling"),
    ),
    "packetclip novelty": Entry(
        "frozen_novelty:FrozenNovelty",
        ("fields", "masked"),
        "ours, without labels: distance to calm packets in the frozen encoder's space",
        labels=False,
        pretrained=True,
        beside=("minibatches", "novelty", "scaling", "unusual_facts"),
    ),
}
"""By the name in tables, in their order; made with ``classes``, ``seed``, ``threads`` and ``pretrained``."""

__all__ = ["BASELINES", "Entry", "ExtraTrees", "KeywordRules", "LightGbm"]
