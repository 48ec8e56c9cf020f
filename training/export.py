"""Write a fine-tuned encoder as one ONNX file with weights of eight bits.

The graph is built by hand, so that it holds what the reader needs and nothing else: pieces in,
answers to all questions and one vector out. Every matrix keeps a scale a column (a row in the
table of pieces); states are computed in 32 bits, which keeps results the same on any processor.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

OPSET, IR = 20, 10


@dataclass
class Graph:
    """Nodes and constants, added one by one."""

    nodes: list[onnx.NodeProto] = field(default_factory=list)
    constants: dict[str, onnx.TensorProto] = field(default_factory=dict)

    def constant(self, name: str, value: np.ndarray) -> str:
        self.constants[name] = numpy_helper.from_array(np.ascontiguousarray(value), name)
        return name

    def add(self, kind: str, *inputs: str, **settings: object) -> str:
        name = f"{kind.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], **settings))
        return name

    def matrix(self, name: str, weight: np.ndarray) -> str:
        """Keep a matrix of shape (in, out) in eight bits with a scale a column."""
        whole, scale = eight_bits(weight, axis=0)
        return self.add(
            "DequantizeLinear",
            self.constant(name, whole),
            self.constant(f"{name}.scale", scale.ravel()),
            axis=1,
        )

    def linear(self, name: str, x: str, weight: np.ndarray, bias: np.ndarray) -> str:
        """Apply torch's linear layer, whose weight has shape (out, in)."""
        product = self.add("MatMul", x, self.matrix(f"{name}.weight", weight.T))
        return self.add("Add", product, self.constant(f"{name}.bias", bias))

    def normal(self, name: str, x: str, state: Mapping[str, np.ndarray], epsilon: float) -> str:
        weight = self.constant(f"{name}.weight", state[f"{name}.weight"])
        bias = self.constant(f"{name}.bias", state[f"{name}.bias"])
        return self.add("LayerNormalization", x, weight, bias, axis=-1, epsilon=epsilon)


def eight_bits(weight: np.ndarray, axis: int) -> tuple[np.ndarray, np.ndarray]:
    """Round to whole numbers from -127 to 127, with one scale along an axis."""
    scale = np.abs(weight).max(axis=axis, keepdims=True) / 127
    scale[scale == 0] = 1.0
    return np.round(weight / scale).astype(np.int8), scale.astype(np.float32)


LONGEST = 128  # pieces that a network reads


def as_bert(state: Mapping[str, np.ndarray], config: Any) -> dict[str, np.ndarray]:
    """Give MPNet's weights the names that BERT's have; it has no types of pieces."""
    width = config.hidden_size
    named = {"embeddings.token_type_embeddings.weight": np.zeros((1, width), np.float32)}
    for name, value in state.items():
        for theirs, ours in _NAMES.items():
            name = name.replace(theirs, ours)
        named[name] = value
    place = "embeddings.position_embeddings.weight"
    named[place] = named[place][2:]  # MPNet counts places from 2
    return named


_NAMES = {
    "attention.attn.q.": "attention.self.query.",
    "attention.attn.k.": "attention.self.key.",
    "attention.attn.v.": "attention.self.value.",
    "attention.attn.o.": "attention.output.dense.",
    "attention.LayerNorm.": "attention.output.LayerNorm.",
}


def distances(bias: np.ndarray) -> np.ndarray:
    """Spell out what MPNet adds to attention by how far apart two pieces stand.

    Parameters
    ----------
    bias
        Shape (32, heads): one row a range of distances, half of them for pieces to the right.

    Returns
    -------
    shape (1, heads, LONGEST, LONGEST)
    """
    half = len(bias) // 2
    exact = half // 2  # distances that have a row of their own
    apart = np.arange(LONGEST)[None, :] - np.arange(LONGEST)[:, None]
    far = np.abs(apart)
    ranges = exact + (
        np.log(np.maximum(far, 1) / exact) / np.log(128 / exact) * (half - exact)
    ).astype(int)
    row = np.where(far < exact, far, np.minimum(ranges, half - 1)) + half * (apart > 0)
    return bias[row].transpose(2, 0, 1)[None].astype(np.float32)


def bert(
    state: Mapping[str, np.ndarray],
    heads: Mapping[str, tuple[np.ndarray, np.ndarray]],
    embedding: tuple[np.ndarray, np.ndarray] | None,
    *,
    layers: int,
    attention_heads: int,
    epsilon: float,
    apart: np.ndarray | None = None,
) -> bytes:
    """Build the file.

    Parameters
    ----------
    state
        The encoder's weights by the names that transformers gives BERT's.
    heads, embedding
        Weight of shape (answers, width) and bias of each. Without an embedding a text's vector is
        the mean of its pieces' states, as the heads read it.
    apart
        What `distances` gives, for a network that weighs distances.
    """
    g = Graph()
    width = state["embeddings.word_embeddings.weight"].shape[1]
    size = width // attention_heads
    whole, scale = eight_bits(state["embeddings.word_embeddings.weight"], axis=1)
    rows = g.add("Gather", g.constant("pieces", whole), "ids")
    scales = g.add("Gather", g.constant("pieces.scale", scale), "ids")
    x = g.add("Mul", g.add("Cast", rows, to=TensorProto.FLOAT), scales)
    places = state["embeddings.position_embeddings.weight"][:LONGEST]
    places = places + state["embeddings.token_type_embeddings.weight"][0]
    length = g.add("Gather", g.add("Shape", "ids"), g.constant("one", np.array([1])), axis=0)
    zero, axis = g.constant("zero", np.array([0])), g.constant("axis", np.array([0]))
    near = g.add("Slice", g.constant("places", places.astype(np.float32)), zero, length, axis)
    x = g.normal("embeddings.LayerNorm", g.add("Add", x, near), state, epsilon)
    mask = g.add("Cast", "mask", to=TensorProto.FLOAT)
    hidden = g.add("Sub", mask, g.constant("unit", np.float32(1.0)))
    hidden = g.add("Mul", hidden, g.constant("far", np.float32(1e4)))
    hidden = g.add("Unsqueeze", hidden, g.constant("axes", np.array([1, 2])))
    if apart is not None:
        both = g.add("Concat", length, length, axis=0)
        zeros, sides = g.constant("zeros", np.array([0, 0])), g.constant("sides", np.array([2, 3]))
        by_distance = g.add("Slice", g.constant("distances", apart), zeros, both, sides)
        hidden = g.add("Add", hidden, by_distance)
    split = g.constant("split", np.array([0, 0, attention_heads, size]))
    together = g.constant("together", np.array([0, 0, width]))
    root = g.constant("root", np.float32(1 / np.sqrt(size)))
    for layer in range(layers):
        p = f"encoder.layer.{layer}"

        def part(name: str, order: list[int], x: str = x, p: str = p) -> str:
            full = f"{p}.attention.self.{name}"
            y = g.linear(full, x, state[f"{full}.weight"], state[f"{full}.bias"])
            return g.add("Transpose", g.add("Reshape", y, split), perm=order)

        query, value = part("query", [0, 2, 1, 3]), part("value", [0, 2, 1, 3])
        scores = g.add("MatMul", g.add("Mul", query, root), part("key", [0, 2, 3, 1]))
        weights = g.add("Softmax", g.add("Add", scores, hidden), axis=-1)
        mixed = g.add("Transpose", g.add("MatMul", weights, value), perm=[0, 2, 1, 3])
        mixed = g.add("Reshape", mixed, together)
        full = f"{p}.attention.output"
        y = g.linear(full, mixed, state[f"{full}.dense.weight"], state[f"{full}.dense.bias"])
        x = g.normal(f"{full}.LayerNorm", g.add("Add", x, y), state, epsilon)
        full = f"{p}.intermediate"
        y = g.linear(full, x, state[f"{full}.dense.weight"], state[f"{full}.dense.bias"])
        y = g.add("Gelu", y)
        full = f"{p}.output"
        y = g.linear(full, y, state[f"{full}.dense.weight"], state[f"{full}.dense.bias"])
        x = g.normal(f"{full}.LayerNorm", g.add("Add", x, y), state, epsilon)
    seen = g.add("Unsqueeze", mask, g.constant("last", np.array([2])))
    middle = g.constant("middle", np.array([1]))
    total = g.add("ReduceSum", g.add("Mul", x, seen), middle, keepdims=0)
    count = g.add("ReduceSum", seen, middle, keepdims=0)
    pooled = g.add("Div", total, count)
    weight = np.concatenate([np.zeros((0, width)), *(weight for weight, _ in heads.values())]).T
    bias = np.concatenate([np.zeros(0), *(bias for _, bias in heads.values())])
    last = [("answers", weight, bias)]
    if embedding is None:
        g.nodes.append(helper.make_node("Identity", [pooled], ["vector"]))
    else:
        last.append(("vector", embedding[0].T, embedding[1]))
    for name, w, b in last:
        product = g.add("MatMul", pooled, g.constant(f"{name}.weight", w.astype(np.float32)))
        own = g.constant(f"{name}.bias", b.astype(np.float32))
        g.nodes.append(helper.make_node("Add", [product, own], [name]))
    graph = helper.make_graph(
        g.nodes,
        "reader",
        [helper.make_tensor_value_info(n, TensorProto.INT64, ["n", "t"]) for n in ("ids", "mask")],
        [
            helper.make_tensor_value_info("answers", TensorProto.FLOAT, ["n", weight.shape[1]]),
            helper.make_tensor_value_info("vector", TensorProto.FLOAT, ["n", width]),
        ],
        list(g.constants.values()),
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)])
    model.ir_version = IR
    onnx.checker.check_model(model)
    return model.SerializeToString()
