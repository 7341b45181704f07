"""A sentence model: texts in, unit vectors out."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sti_methods.embeddings.cache import Cache
from sti_methods.embeddings.folder import Unusable, layout

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

KEPT_AT_ONCE = 64
CHARACTERS_A_TOKEN = 32  # no text has longer ones; what comes later is not even read
_INPUTS = ("input_ids", "attention_mask", "token_type_ids", "position_ids")
_WHOLE, _TOKENS = "sentence_embedding", ("last_hidden_state", "token_embeddings")
_KINDS = {"tensor(int64)": np.int64, "tensor(int32)": np.int32}
_RANK_OF_TOKENS = 3


class Encoder:
    """Turns texts into vectors whose products are likeness of meaning.

    Parameters
    ----------
    folder : path
        A sentence-transformers folder with ``model.onnx`` or ``onnx/model.onnx`` and
        ``tokenizer.json``. Pooling, longest text, lower case and a default prompt are
        taken from its settings; without any, the mean of the tokens.
    cache : path, optional
        A file that keeps vectors from one run to the next (see `Cache`).
    most_tokens : int, optional
        Read no more of a text than this, if the model could.

    Attributes
    ----------
    name : str
        The folder's name.
    digest : str
        SHA-256 of the model's files that are read, and of what is done with them.
    width : int
        Numbers in a vector.

    Raises
    ------
    Unusable
        The extra is not installed, the folder or its network is no sentence model.

    Notes
    -----
    Each text goes through the network alone, in one thread: its vector does not depend
    on the texts beside it nor on the number of cores, and is the same to the bit on one
    machine with one version of onnxruntime. Other processors and versions add up in
    other orders: vectors differ there by about 1e-6. What a cache holds stays as it is.

    Cost: 15 to 70 ms of one core for an abstract of 250 tokens with a small model (six
    layers of 384), a tenth of that for a title; the model's size twice in memory.
    """

    def __init__(
        self,
        folder: Path | str,
        *,
        cache: Path | str | None = None,
        most_tokens: int | None = None,
    ) -> None:
        runtime, tokenizers = _libraries()
        self.folder = Path(folder)
        self._layout = plan = layout(self.folder, most_tokens)
        self.name, self.digest = plan.name, plan.digest
        self.most_tokens = plan.most_tokens
        try:
            self._tokenizer = tokenizers.Tokenizer.from_file(str(plan.tokenizer))
        except Exception as fault:  # noqa: BLE001 -- the library raises no narrower one
            raise Unusable(f"{plan.tokenizer}: no tokenizer ({fault})") from None
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(max_length=plan.most_tokens)
        options = runtime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.use_deterministic_compute = True
        options.log_severity_level = 4
        try:
            self._session = runtime.InferenceSession(
                str(plan.network), options, providers=["CPUExecutionProvider"]
            )
        except Exception as fault:  # noqa: BLE001 -- the library raises no narrower one
            raise Unusable(f"{plan.network}: no network ({fault})") from None
        self._inputs = self._checked_inputs()
        self._output, self._pooled = self._checked_output()
        self.width = 0
        self.width = self._run("a").size
        if not self.width:
            raise Unusable(f"{plan.tokenizer}: it finds no token in “a”")
        self._cache = None if cache is None else Cache(Path(cache))

    def _checked_inputs(self) -> dict[str, type]:
        found = {each.name: each.type for each in self._session.get_inputs()}
        wrong = [
            f"{name} ({kind})"
            for name, kind in found.items()
            if name not in _INPUTS or kind not in _KINDS
        ]
        if wrong or "input_ids" not in found:
            raise Unusable(
                f"{self._layout.network}: the inputs {', '.join(wrong or found)} are not those of a sentence model ({', '.join(_INPUTS)}, whole numbers)"
            )
        return {name: _KINDS[kind] for name, kind in found.items()}

    def _checked_output(self) -> tuple[str, bool]:
        """Return which output is read, and whether the network has pooled it."""
        found = {each.name: each for each in self._session.get_outputs()}
        if _WHOLE in found:
            return _WHOLE, True
        if self._layout.others:
            raise Unusable(
                f"{self.folder}: the model goes on with {', '.join(self._layout.others)}, which its network does not hold; export it with the output {_WHOLE}"
            )
        tokens = [name for name in _TOKENS if name in found]
        if not tokens and len(found) == 1:
            tokens = [
                name
                for name, each in found.items()
                if each.shape is not None and len(each.shape) == _RANK_OF_TOKENS
            ]
        if not tokens:
            raise Unusable(
                f"{self._layout.network}: the outputs {', '.join(found)} are not those of a sentence model ({', '.join((_WHOLE, *_TOKENS))})"
            )
        return tokens[0], False

    def encode(self, texts: Iterable[str]) -> NDArray[np.float32]:
        """Return a unit vector for each text: float32, shape (texts, width).

        A text without letters has zeros. What is longer than the model reads is cut
        (see `cut`). Equal texts are worked out once.

        Raises
        ------
        Unusable
            The network fails at a text, or the cache cannot be used.
        """
        ready = [self._prepared(text) for text in texts]
        keys = [sha256(f"{self.digest}\n{text}".encode()).digest() for text in ready]
        of = dict(zip(keys, ready, strict=True))
        known = {} if self._cache is None else self._cache.get(list(of), self.width)
        new: dict[bytes, NDArray[np.float32]] = {}
        for key, text in of.items():
            if key in known:
                continue
            known[key] = new[key] = self._run(text)
            if self._cache is not None and len(new) == KEPT_AT_ONCE:
                self._cache.put(new)
                new = {}
        if self._cache is not None and new:
            self._cache.put(new)
        out = np.zeros((len(keys), self.width), np.float32)
        for n, key in enumerate(keys):
            out[n] = known[key]
        return out

    def cut(self, texts: Sequence[str]) -> NDArray[np.bool_]:
        """Say of each text whether it is longer than the model reads."""
        ready = [self._prepared(text) for text in texts]
        longest = self.most_tokens * CHARACTERS_A_TOKEN
        return np.array(
            [
                len(text) >= longest or bool(self._tokenizer.encode(text).overflowing)
                for text in ready
            ],
            np.bool_,
        )

    def _prepared(self, text: str) -> str:
        if not any(map(str.isalnum, text)):
            return ""
        if not text.isascii():  # half a character, as JSON may have it, as “?”
            text = text.encode("utf-8", "replace").decode()
        text = text.lower() if self._layout.lower else text
        return (self._layout.prefix + text)[: self.most_tokens * CHARACTERS_A_TOKEN]

    def _run(self, text: str) -> NDArray[np.float32]:
        ids = self._tokenizer.encode(text).ids if text else []
        if not ids:
            return np.zeros(self.width, np.float32)
        given = {
            "input_ids": ids,
            "attention_mask": np.ones(len(ids)),
            "token_type_ids": np.zeros(len(ids)),
            "position_ids": np.arange(len(ids)),
        }
        feed: dict[str, NDArray[Any]] = {
            name: np.array(given[name], kind)[np.newaxis]
            for name, kind in self._inputs.items()
        }
        try:
            found = self._session.run([self._output], feed)[0][0]
        except Exception as fault:  # noqa: BLE001 -- the library raises no narrower one
            raise Unusable(f"{self._layout.network}: it fails ({fault})") from None
        vector = np.asarray(found, np.float64)
        if not self._pooled:
            vector = np.concatenate(
                [_POOL[how](vector) for how in self._layout.pooling]
            )
        length = float(np.sqrt(vector @ vector)) if vector.ndim == 1 else np.nan
        if not np.isfinite(length) or not length:
            raise Unusable(
                f"{self._layout.network}: its output is no vector of numbers"
            )
        return (vector / length).astype(np.float32)


_POOL: dict[str, Any] = {
    "cls": lambda tokens: tokens[0],
    "max": lambda tokens: tokens.max(axis=0),
    "mean": lambda tokens: tokens.mean(axis=0),
    "mean_sqrt_len": lambda tokens: tokens.sum(axis=0) / np.sqrt(len(tokens)),
    "weightedmean": lambda tokens: np.average(
        tokens, axis=0, weights=np.arange(1, len(tokens) + 1)
    ),
    "lasttoken": lambda tokens: tokens[-1],
}


def _libraries() -> tuple[Any, Any]:
    """Return onnxruntime and tokenizers: a third of a second, for those who ask only."""
    try:
        import onnxruntime  # noqa: PLC0415 -- an extra
        import tokenizers  # noqa: PLC0415 -- an extra
    except ImportError as missing:
        raise Unusable(
            f"{missing.name} is not installed; install opensti[embeddings] (or sti-methods[embeddings])"
        ) from None
    return onnxruntime, tokenizers
