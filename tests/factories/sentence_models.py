"""A real sentence model in a folder, small enough to be checked by hand.

Each word stands for a concept, each concept is an axis: a text's vector counts its
concepts. Words of one concept are synonyms that share no letter.
"""

from __future__ import annotations

import json

import numpy as np
import pytest

CONCEPTS = (
    ("mill", "grinder", "crusher"),
    ("cement", "binder"),
    ("sensor", "probe", "detector"),
    ("vibration", "shaking"),
    ("early", "timely"),
    ("brick", "block"),
    ("kiln", "furnace", "oven"),
    ("rice", "paddy"),
)
LIBRARIES = ("onnxruntime", "tokenizers", "onnx")


def need_libraries():
    for name in LIBRARIES:
        pytest.importorskip(
            name, reason=f"{name} is not installed: a sentence model cannot run"
        )


def sentence_model(
    folder,
    *,
    network="onnx/model.onnx",
    inputs=("input_ids", "attention_mask"),
    output="last_hidden_state",
    settings=None,
    whole=False,
):
    """Write a model's folder; ``settings`` are files by name, as what JSON can say.

    ``whole``: the network pools its tokens itself.
    """
    need_libraries()
    folder.mkdir(parents=True, exist_ok=True)
    number = {"[UNK]": 0} | {
        word: n for n, word in enumerate((w for c in CONCEPTS for w in c), 1)
    }
    table = np.zeros((len(number), len(CONCEPTS) + 1), np.float32)
    table[0, -1] = 1  # every unknown word is one and the same
    for axis, words in enumerate(CONCEPTS):
        for word in words:
            table[number[word], axis] = 1
    _tokenizer(number).save(str(folder / "tokenizer.json"))
    place = folder / network
    place.parent.mkdir(exist_ok=True)
    place.write_bytes(_network(table, inputs, output, whole=whole))
    for name, said in (settings or {}).items():
        file = folder / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(said if isinstance(said, str) else json.dumps(said))
    return folder


def _tokenizer(number):
    from tokenizers import Tokenizer, models, pre_tokenizers  # noqa: PLC0415

    tokenizer = Tokenizer(models.WordLevel(number, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.enable_truncation(3)  # what a file says of it does not count
    return tokenizer


def _network(table, inputs, output, *, whole):
    from onnx import TensorProto, helper, numpy_helper  # noqa: PLC0415

    width = table.shape[1]
    weights = [
        numpy_helper.from_array(table, "table"),
        numpy_helper.from_array(np.array([2], np.int64), "last"),
        numpy_helper.from_array(np.array([1], np.int64), "tokens"),
    ]
    nodes = [helper.make_node("Gather", ["table", inputs[0]], ["found"])]
    last = "found"
    if "attention_mask" in inputs:
        nodes += [
            helper.make_node("Unsqueeze", ["attention_mask", "last"], ["wide"]),
            helper.make_node("Cast", ["wide"], ["mask"], to=TensorProto.FLOAT),
            helper.make_node("Mul", ["found", "mask"], ["masked"]),
        ]
        last = "masked"
    shape = ["batch", "sequence", width]
    if whole:
        nodes.append(
            helper.make_node("ReduceSum", [last, "tokens"], [output], keepdims=0)
        )
        shape = ["batch", width]
    else:
        nodes.append(helper.make_node("Identity", [last], [output]))
    graph = helper.make_graph(
        nodes,
        "concepts",
        [
            helper.make_tensor_value_info(n, TensorProto.INT64, ["batch", "sequence"])
            for n in inputs
        ],
        [helper.make_tensor_value_info(output, TensorProto.FLOAT, shape)],
        weights,
    )
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9
    )
    return model.SerializeToString()
