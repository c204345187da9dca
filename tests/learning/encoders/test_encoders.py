"""Promises that every packet encoder keeps, and what the default hides and scales."""

from __future__ import annotations

import io
import warnings

import numpy as np
import onnxruntime as ort
import pytest
import torch

from packetclip.errors import RecipeError
from packetclip.learning.encoders import (
    ENCODERS,
    WIDTH,
    BehaviourConfig,
    BehaviourEncoder,
    ByteTransformer,
    ByteTransformerConfig,
    PacketEncoder,
    build,
    config_of,
)
from packetclip.learning.encoders.behaviour import GROUPS
from packetclip.learning.encoders.scaling import FieldScaling
from packetclip.wire.context import FIELDS, POSITION

HEADER = [POSITION[field.name] for field in GROUPS[0]]
REST = [POSITION[field.name] for group in GROUPS[1:] for field in group]


def rows(n: int, seed: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
    draw = np.random.default_rng(seed)
    fields = draw.lognormal(1.0, 3.0, (n, len(FIELDS))).astype(np.float32)
    return torch.from_numpy(fields), torch.from_numpy(draw.integers(0, 256, (n, 64), dtype=np.uint8))


@pytest.fixture(params=sorted(ENCODERS))
def encoder(request: pytest.FixtureRequest) -> PacketEncoder:
    torch.manual_seed(0)
    made = build(request.param)
    fields, seen = rows(64)
    made.fit(fields.numpy(), seen.numpy())
    return made.eval()


def test_unit_vectors(encoder: PacketEncoder) -> None:
    vectors = encoder(*rows(5))
    assert vectors.shape == (5, WIDTH)
    torch.testing.assert_close(vectors.norm(dim=1), torch.ones(5))


def test_a_packet_does_not_depend_on_its_company(encoder: PacketEncoder) -> None:
    fields, seen = rows(7)
    torch.testing.assert_close(encoder(fields, seen)[3:4], encoder(fields[3:4], seen[3:4]), atol=1e-5, rtol=0)


def test_evaluation_repeats(encoder: PacketEncoder) -> None:
    assert torch.equal(encoder(*rows(5)), encoder(*rows(5)))


def test_hostile_fields_stay_finite(encoder: PacketEncoder) -> None:
    fields, seen = rows(3)
    fields[0], fields[1], fields[2] = 3e38, -3e38, torch.inf
    assert torch.isfinite(encoder(fields, seen)).all()


def test_settings_rebuild_the_encoder(encoder: PacketEncoder) -> None:
    name, settings = config_of(encoder)
    again = build(name, ENCODERS[name].Config(**settings))
    again.load_state_dict(encoder.state_dict())
    assert torch.equal(again.eval()(*rows(4)), encoder(*rows(4)))


def test_onnx_equals_torch(encoder: PacketEncoder) -> None:
    file = io.BytesIO()
    axes = {"fields": {0: "n"}, "bytes": {0: "n"}, "vectors": {0: "n"}}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            encoder, rows(2), file, dynamo=False, opset_version=17,
            input_names=["fields", "bytes"], output_names=["vectors"], dynamic_axes=axes,
        )  # fmt: skip
    session = ort.InferenceSession(file.getvalue(), providers=["CPUExecutionProvider"])
    wanted = {node.name for node in session.get_inputs()}
    for n in (1, 9):
        fields, seen = rows(n, seed=n)
        feed = {name: x.numpy() for name, x in (("fields", fields), ("bytes", seen)) if name in wanted}
        (vectors,) = session.run(["vectors"], feed)
        np.testing.assert_allclose(vectors, encoder(fields, seen).detach().numpy(), atol=2e-5)


def test_scaling_by_hand() -> None:
    scaling = FieldScaling([FIELDS[POSITION["flow_pkts"]], FIELDS[POSITION["flow_orig_share"]]])
    scaling.fit(np.array([[0.0, 0.25], [np.e**2 - 1, 0.75]], np.float32))
    # log(1 + x) is 0 and 2: mean 1, deviation 1; the share stays as it is: mean 0.5, deviation 0.25.
    torch.testing.assert_close(scaling(torch.tensor([[np.e**4 - 1, 1.0]])), torch.tensor([[3.0, 2.0]]))
    assert scaling(torch.tensor([[1e30, -1.0]])).tolist() == [[5.0, -2.0]]


def test_a_field_that_never_moved_stays_quiet() -> None:
    scaling = FieldScaling([FIELDS[POSITION["packet_urg"]]])
    scaling.fit(np.zeros((10, 1), np.float32))
    assert abs(float(scaling(torch.tensor([[0.1]])))) <= 1.0 + 1e-6


def test_groups_cover_the_catalogue_in_order() -> None:
    assert [field for group in GROUPS for field in group] == list(FIELDS)


def test_without_context_only_the_header_counts() -> None:
    encoder = BehaviourEncoder(BehaviourConfig(use_context=False)).eval()
    fields, seen = rows(2)
    changed = fields.clone()
    changed[:, REST] = 0
    assert torch.equal(encoder(fields, seen), encoder(changed, seen))
    changed[:, HEADER] = 0
    assert not torch.equal(encoder(fields, seen), encoder(changed, seen))


def test_without_bytes_bytes_do_not_count() -> None:
    encoder = BehaviourEncoder(BehaviourConfig(use_bytes=False)).eval()
    fields, seen = rows(2)
    assert torch.equal(encoder(fields, seen), encoder(fields, torch.zeros_like(seen)))


def test_the_byte_transformer_looks_at_bytes_only() -> None:
    encoder = ByteTransformer().eval()
    fields, seen = rows(2)
    assert torch.equal(encoder(fields, seen), encoder(torch.zeros_like(fields), seen))


def test_published_size() -> None:
    with torch.device("meta"):
        encoder = ByteTransformer(ByteTransformerConfig.published())
    layers = sum(p.numel() for p in encoder.layers.parameters())
    assert layers == 85_054_464  # twelve layers of BERT-base


def test_unknown_name_suggests() -> None:
    with pytest.raises(RecipeError, match="Did you mean 'behaviour'"):
        build("behavior")


def test_settings_of_another_encoder_are_refused() -> None:
    with pytest.raises(RecipeError, match="takes a BehaviourConfig"):
        build("behaviour", ByteTransformerConfig())
