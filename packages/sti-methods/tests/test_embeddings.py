from __future__ import annotations

import hashlib
import sqlite3
import subprocess
import sys
from contextlib import closing
from multiprocessing import get_context

import numpy as np
import pytest
from sti_methods.embeddings import Encoder, Unusable

from tests.factories.sentence_models import CONCEPTS, sentence_model

WIDTH = len(CONCEPTS) + 1
POOLING = [
    {"type": "sentence_transformers.models.Transformer", "path": ""},
    {"type": "sentence_transformers.models.Pooling", "path": "1_Pooling"},
    {"type": "sentence_transformers.models.Normalize", "path": "2_Normalize"},
]


def unit(*counts):
    """Return the vector of so many words of each concept, by its number."""
    vector = np.zeros(WIDTH)
    for concept, count in counts:
        vector[concept] = count
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def same(found, expected):
    np.testing.assert_array_equal(found, np.array(expected, np.float32))
    assert found.dtype == np.float32


def test_texts_become_unit_vectors_of_their_meaning(tmp_path):
    encoder = Encoder(sentence_model(tmp_path / "concepts"))
    found = encoder.encode(["mill cement mill", "grinder binder crusher", "kiln"])
    same(found, [unit((0, 2), (1, 1)), unit((0, 2), (1, 1)), unit((6, 1))])
    assert (encoder.name, encoder.width, encoder.most_tokens) == ("concepts", 9, 512)


def test_a_text_without_letters_has_zeros_and_no_texts_have_no_rows(tmp_path):
    encoder = Encoder(sentence_model(tmp_path / "m"))
    same(encoder.encode(["", " \n ", "… — !"]), np.zeros((3, WIDTH)))
    same(encoder.encode([]), np.zeros((0, WIDTH)))


def test_a_vector_does_not_depend_on_the_texts_beside_it(tmp_path):
    encoder = Encoder(sentence_model(tmp_path / "m"))
    texts = ["mill", "mill cement kiln rice brick", "kiln " * 40, "mill"]
    together = encoder.encode(texts)
    same(together, [encoder.encode([text])[0] for text in texts])


@pytest.mark.parametrize(
    ("pooling", "expected"),
    [
        ({"pooling_mode_mean_tokens": True}, unit((0, 2), (1, 1))),
        ({"pooling_mode_cls_token": True}, unit((0, 1))),
        ({"pooling_mode_max_tokens": True}, unit((0, 1), (1, 1))),
        ({"pooling_mode_mean_sqrt_len_tokens": True}, unit((0, 2), (1, 1))),
        ({"pooling_mode_weightedmean_tokens": True}, unit((0, 3), (1, 3))),
        ({"pooling_mode": "lasttoken"}, unit((1, 1))),
        (
            {"pooling_mode_cls_token": True, "pooling_mode_mean_tokens": True},
            np.concatenate([[1], np.zeros(8), [2 / 3, 1 / 3], np.zeros(7)]),
        ),
    ],
)
def test_tokens_are_pooled_as_the_folder_says(tmp_path, pooling, expected):
    settings = {"modules.json": POOLING, "1_Pooling/config.json": pooling}
    encoder = Encoder(sentence_model(tmp_path / "m", settings=settings))
    (found,) = encoder.encode(["mill grinder cement"])
    expected = expected / np.linalg.norm(expected)
    assert found == pytest.approx(expected, abs=1e-7)


def test_a_network_that_pools_itself_is_believed(tmp_path):
    dense = [*POOLING, {"type": "sentence_transformers.models.Dense", "path": "2"}]
    folder = sentence_model(
        tmp_path / "m",
        output="sentence_embedding",
        whole=True,
        settings={
            "modules.json": dense,
            "1_Pooling/config.json": {"pooling_mode": "cls"},
        },
    )
    same(Encoder(folder).encode(["mill cement"]), [unit((0, 1), (1, 1))])


@pytest.mark.parametrize(
    ("network", "inputs"),
    [
        ("model.onnx", ("input_ids",)),
        ("model.onnx", ("input_ids", "attention_mask", "token_type_ids")),
        ("onnx/model.onnx", ("input_ids", "attention_mask", "position_ids")),
    ],
)
def test_networks_with_the_usual_places_and_inputs_are_read(tmp_path, network, inputs):
    folder = sentence_model(tmp_path / "m", network=network, inputs=inputs)
    same(Encoder(folder).encode(["kiln rice"]), [unit((6, 1), (7, 1))])


def test_the_longest_text_is_the_models_and_what_is_cut_is_said(tmp_path):
    settings = {"sentence_bert_config.json": {"max_seq_length": 4}}
    folder = sentence_model(tmp_path / "m", settings=settings)
    encoder = Encoder(folder)
    texts = ["mill mill mill mill", "mill mill mill mill cement", "e" * 129]
    assert encoder.cut(texts).tolist() == [False, True, True]
    same(encoder.encode(texts[:2]), [unit((0, 1))] * 2)
    shorter = Encoder(folder, most_tokens=2)
    assert (encoder.most_tokens, shorter.most_tokens) == (4, 2)
    same(shorter.encode(["mill cement kiln"]), [unit((0, 1), (1, 1))])
    assert encoder.digest != shorter.digest
    assert Encoder(folder, most_tokens=99).most_tokens == 4


def test_without_settings_the_shorter_of_tokenizer_and_network_counts(tmp_path):
    settings = {
        "tokenizer_config.json": {"model_max_length": 300},
        "config.json": {"max_position_embeddings": 40},
    }
    folder = sentence_model(tmp_path / "m", settings=settings)
    assert Encoder(folder).most_tokens == 40


def test_lower_case_and_a_default_prompt_are_put_before(tmp_path):
    settings = {
        "sentence_bert_config.json": {"max_seq_length": 9, "do_lower_case": True},
        "config_sentence_transformers.json": {
            "prompts": {"query": "rice "},
            "default_prompt_name": "query",
        },
    }
    encoder = Encoder(sentence_model(tmp_path / "m", settings=settings))
    same(encoder.encode(["MILL"]), [unit((7, 1), (0, 1))])


def test_the_digest_is_of_the_files_that_are_read(tmp_path):
    one = Encoder(sentence_model(tmp_path / "one"))
    assert len(bytes.fromhex(one.digest)) == hashlib.sha256().digest_size
    copied = sentence_model(tmp_path / "copied")
    (copied / "README.md").write_text("words for people")
    assert Encoder(copied).digest == one.digest
    (copied / "model.onnx_data").write_text("not beside the network")
    assert Encoder(copied).digest == one.digest
    (copied / "onnx/model.onnx_data").write_text("weights beside the network")
    assert Encoder(copied).digest != one.digest
    other = sentence_model(
        tmp_path / "other", settings={"sentence_bert_config.json": {}}
    )
    assert Encoder(other).digest != one.digest


def test_kept_vectors_are_used_again_and_by_their_model_alone(tmp_path):
    folder, cache = sentence_model(tmp_path / "m"), tmp_path / "kept.sqlite3"
    first = Encoder(folder, cache=cache)
    made = first.encode(["mill", "kiln", "mill", ""])
    with sqlite3.connect(cache) as connection:
        assert connection.execute("SELECT count(*) FROM vectors").fetchone() == (3,)
        marked = np.arange(WIDTH, dtype="<f4").tobytes()
        connection.execute("UPDATE vectors SET vector = ?", [marked])
    connection.close()
    same(Encoder(folder, cache=cache).encode(["kiln"]), [np.arange(WIDTH)])
    same(Encoder(folder, cache=cache, most_tokens=5).encode(["kiln"]), made[1:2])


def test_what_was_kept_before_a_fault_is_there_after_it(tmp_path, monkeypatch):
    folder, cache = sentence_model(tmp_path / "m"), tmp_path / "kept.sqlite3"
    encoder, run = Encoder(folder, cache=cache), Encoder._run

    def stops(self, text):
        if text == "mill 150":
            raise KeyboardInterrupt
        return run(self, text)

    monkeypatch.setattr(Encoder, "_run", stops)
    with pytest.raises(KeyboardInterrupt):
        encoder.encode([f"mill {n}" for n in range(300)])
    with sqlite3.connect(cache) as connection:
        assert connection.execute("SELECT count(*) FROM vectors").fetchone() == (128,)
    connection.close()


def _encode_all(folder, cache, start):
    Encoder(folder, cache=cache).encode([f"mill {n}" for n in range(start, 200)])


def test_several_processes_may_keep_vectors_in_one_file(tmp_path):
    folder, cache = sentence_model(tmp_path / "m"), tmp_path / "kept.sqlite3"
    context = get_context("spawn")
    workers = [
        context.Process(target=_encode_all, args=(folder, cache, n * 20))
        for n in range(2)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0]
    with sqlite3.connect(cache) as connection:
        assert connection.execute("SELECT count(*) FROM vectors").fetchone() == (200,)
    connection.close()


def refusal(folder, **options):
    with pytest.raises(Unusable) as refused:
        Encoder(folder, **options)
    return str(refused.value)


def test_what_is_missing_is_named(tmp_path):
    folder = tmp_path / "m"
    assert refusal(folder) == (
        f"{folder}: there is no such folder; name the folder of a sentence model"
    )
    folder.mkdir()
    assert refusal(folder) == (
        f"{folder}: no model.onnx or onnx/model.onnx is there; the folder needs a network; export the model to ONNX"
    )
    sentence_model(folder)
    (folder / "tokenizer.json").unlink()
    assert refusal(folder) == (
        f"{folder}: no tokenizer.json is there; the folder needs tokenizer.json; save the model with a fast tokenizer"
    )
    (folder / "tokenizer.json").write_text("{}")
    assert refusal(folder).startswith(f"{folder}/tokenizer.json: no tokenizer (")


def test_a_file_that_is_no_network_is_refused(tmp_path):
    folder = sentence_model(tmp_path / "m")
    (folder / "onnx/model.onnx").write_bytes(b"no network at all")
    assert refusal(folder).startswith(f"{folder}/onnx/model.onnx: no network (")


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (
            {"inputs": ("input_ids", "pixel_values")},
            "onnx/model.onnx: the inputs pixel_values (tensor(int64)) are not those of a sentence model (input_ids, attention_mask, token_type_ids, position_ids, whole numbers)",
        ),
        (
            {"inputs": ("attention_mask",)},
            "onnx/model.onnx: the inputs attention_mask are not those of a sentence model (input_ids, attention_mask, token_type_ids, position_ids, whole numbers)",
        ),
        (
            {"output": "logits", "whole": True},
            "onnx/model.onnx: the outputs logits are not those of a sentence model (sentence_embedding, last_hidden_state, token_embeddings)",
        ),
    ],
)
def test_a_network_of_another_kind_is_refused(tmp_path, made, said):
    folder = sentence_model(tmp_path / "m", **made)
    assert refusal(folder) == f"{folder}/{said}"


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"modules.json": "{"}, "/modules.json: no JSON can be read there"),
        ({"modules.json": {}}, "/modules.json: a list was expected there"),
        ({"modules.json": [{}]}, "/modules.json: each module needs its type and path"),
        (
            {"modules.json": [*POOLING, {"type": "a.Dense", "path": "3"}]},
            ": pooling of no kind; known are cls, max, mean, mean_sqrt_len, weightedmean, lasttoken",
        ),
        (
            {
                "modules.json": [*POOLING, {"type": "a.Dense", "path": "3"}],
                "1_Pooling/config.json": {"pooling_mode": "mean"},
            },
            ": the model goes on with Dense, which its network does not hold; export it with the output sentence_embedding",
        ),
        (
            {
                "modules.json": POOLING,
                "1_Pooling/config.json": {"pooling_mode": "best"},
            },
            ": pooling best; known are cls, max, mean, mean_sqrt_len, weightedmean, lasttoken",
        ),
        (
            {"config_sentence_transformers.json": {"default_prompt_name": "q"}},
            "/config_sentence_transformers.json: it names the prompt 'q' and has none",
        ),
    ],
)
def test_settings_that_cannot_be_followed_are_refused(tmp_path, settings, said):
    folder = sentence_model(tmp_path / "m", settings=settings)
    assert refusal(folder).startswith(f"{folder}{said}")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (
            {"sentence_bert_config.json": {"max_seq_length": -5}},
            ": max_seq_length is -5; it must be a number of tokens",
        ),
        (
            {"config.json": {"max_position_embeddings": "many"}},
            ": max_position_embeddings is 'many'; it must be a number of tokens",
        ),
        (
            {"tokenizer_config.json": {"model_max_length": float("nan")}},
            ": model_max_length is nan; it must be a number of tokens",
        ),
        (
            {"modules.json": [{"type": "a.Transformer", "path": "/etc"}]},
            "/modules.json: the path /etc leads out of the folder",
        ),
        (
            {"modules.json": [{"type": "a.Pooling", "path": "1/../../other"}]},
            "/modules.json: the path 1/../../other leads out of the folder",
        ),
        (
            {"modules.json": [{"type": "a.Pooling", "path": 7}]},
            "/modules.json: each module needs its type and path",
        ),
        (
            {"modules.json": POOLING, "1_Pooling/config.json": {"pooling_mode": 3}},
            ": pooling 3; known are cls, max, mean, mean_sqrt_len, weightedmean, lasttoken",
        ),
        (
            {
                "config_sentence_transformers.json": {
                    "default_prompt_name": ["q"],
                    "prompts": ["x"],
                }
            },
            "/config_sentence_transformers.json: it names the prompt ['q'] and has none",
        ),
    ],
)
def test_settings_that_make_no_sense_are_refused(tmp_path, settings, said):
    folder = sentence_model(tmp_path / "m", settings=settings)
    assert refusal(folder) == f"{folder}{said}"


def test_half_a_character_is_read_as_a_question_mark(tmp_path):
    encoder = Encoder(sentence_model(tmp_path / "m"))
    texts = ["mill \ud83d kiln", "mill ? kiln"]
    first, second = encoder.encode(texts)
    same(first, second)
    assert encoder.cut(texts).tolist() == [False, False]


@pytest.mark.parametrize(
    "kept",
    [
        b"\0" * 4,
        b"\0" * (WIDTH * 4 + 1),
        np.full(WIDTH, np.nan, "<f4").tobytes(),
        "letters",
    ],
)
def test_what_is_no_vector_in_a_cache_is_refused(tmp_path, kept):
    cache = tmp_path / "vectors.sqlite3"
    encoder = Encoder(sentence_model(tmp_path / "m"), cache=cache)
    encoder.encode(["mill"])
    with closing(sqlite3.connect(cache)) as connection, connection:
        connection.execute("UPDATE vectors SET vector = ?", (kept,))
    with pytest.raises(Unusable) as refused:
        encoder.encode(["mill"])
    assert str(refused.value) == (
        f"{cache}: what is kept there is no vector of {WIDTH} numbers; remove the file: it is made anew"
    )


def test_a_text_must_be_allowed_one_token(tmp_path):
    folder = sentence_model(tmp_path / "m")
    assert refusal(folder, most_tokens=0) == "0 tokens are none: allow one at least"


def test_a_file_that_is_no_cache_is_refused_and_left_alone(tmp_path):
    folder, cache = sentence_model(tmp_path / "m"), tmp_path / "letter.txt"
    cache.write_text("Dear reader, " * 200)
    assert refusal(folder, cache=cache) == (
        f"{cache}: no vectors can be kept there (file is not a database); name another file, or remove it: it is made anew"
    )
    assert cache.read_text() == "Dear reader, " * 200


def test_without_the_extra_one_is_told_what_to_install(tmp_path, monkeypatch):
    folder = sentence_model(tmp_path / "m")
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    assert refusal(folder) == (
        "onnxruntime is not installed; install opensti[embeddings] (or sti-methods[embeddings])"
    )


def test_importing_the_module_loads_no_runtime():
    code = "import sys, sti_methods.embeddings, sti_methods.similarity; print(sorted({'onnxruntime', 'tokenizers'} & set(sys.modules)))"
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
