"""What a folder of a sentence model says: its files, how texts go in, what comes out.

The layout is that of sentence-transformers (``modules.json``, ``1_Pooling/config.json``,
``sentence_bert_config.json``) with the network as ``model.onnx`` or ``onnx/model.onnx``;
a plain folder with a network and ``tokenizer.json`` is taken with mean pooling.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import file_digest, sha256
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

USUAL_TOKENS, NO_LIMIT = 512, 1_000_000
READING = "1"  # other vectors from the same folder: another number
# as sentence-transformers joins them where a model has several
POOLINGS = ("cls", "max", "mean", "mean_sqrt_len", "weightedmean", "lasttoken")
_FLAGS = {
    "pooling_mode_cls_token": "cls",
    "pooling_mode_max_tokens": "max",
    "pooling_mode_mean_tokens": "mean",
    "pooling_mode_mean_sqrt_len_tokens": "mean_sqrt_len",
    "pooling_mode_weightedmean_tokens": "weightedmean",
    "pooling_mode_lasttoken": "lasttoken",
}
_STEPS = {"Transformer", "Pooling", "Normalize"}
_NETWORKS = ("model.onnx", "onnx/model.onnx")


class Unusable(ValueError):  # noqa: N818 -- an answer, as all refusals here
    """A model cannot be used: the message says what is missing and where."""


@dataclass(frozen=True, slots=True)
class Layout:
    """A model's files, and how a text becomes a vector.

    ``pooling``: from `POOLINGS`; their vectors are joined. ``others`` are steps of the
    model that only its own network can take (it then has the output
    ``sentence_embedding``).
    """

    name: str
    digest: str
    network: Path
    tokenizer: Path
    pooling: tuple[str, ...]
    most_tokens: int
    lower: bool
    prefix: str
    others: tuple[str, ...]


def layout(folder: Path, most_tokens: int | None = None) -> Layout:
    """Read a folder. Cost: its files are hashed, 1.5 ms a megabyte.

    Raises
    ------
    Unusable
        No folder, no network, no tokenizer, or settings that make no sense.
    """
    if not folder.is_dir():
        raise Unusable(
            f"{folder}: there is no such folder; name the folder of a sentence model"
        )
    reader = _Reader(folder)
    modules = reader.json("modules.json", [])
    steps = _steps(modules, folder)
    inner = next((path for kind, path in steps if kind == "Transformer"), "")
    own = f"{inner}/" if inner else ""
    network = reader.first(
        [*_NETWORKS, *(own + n for n in _NETWORKS if own)],
        "a network; export the model to ONNX",
    )
    tokenizer = reader.first(
        ["tokenizer.json", *([f"{own}tokenizer.json"] if own else [])],
        "tokenizer.json; save the model with a fast tokenizer",
    )
    for beside in sorted(network.parent.iterdir()):  # weights kept beside the network
        if beside.name.startswith("model.onnx") or beside.suffix == ".data":
            reader.read.add(beside)
    settings = {}
    for path in sorted((folder / inner).glob("sentence_*_config.json")):
        settings = reader.json(path.relative_to(folder).as_posix(), {})
        break
    prompts = reader.json("config_sentence_transformers.json", {})
    prefix = _prefix(prompts, folder)
    pooling: tuple[str, ...] = ("mean",)
    for kind, place in steps:
        if kind == "Pooling":
            pooling = _pooling(reader.json(f"{place}/config.json", {}), folder, prefix)
    limit = _tokens(settings, "max_seq_length", folder)
    if limit is None:
        limits = (
            _tokens(reader.json(f"{own}{file}", {}), name, folder)
            for file, name in (
                ("tokenizer_config.json", "model_max_length"),
                ("config.json", "max_position_embeddings"),
            )
        )
        limit = min((known for known in limits if known is not None), default=NO_LIMIT)
    if limit >= NO_LIMIT:
        limit = USUAL_TOKENS
    if most_tokens is not None and most_tokens < 1:
        raise Unusable(f"{most_tokens} tokens are none: allow one at least")
    most = min(limit, most_tokens or limit)
    return Layout(
        name=folder.resolve().name,
        digest=reader.digest(most),
        network=network,
        tokenizer=tokenizer,
        pooling=pooling,
        most_tokens=most,
        lower=bool(settings.get("do_lower_case")),
        prefix=prefix,
        others=tuple(kind for kind, _path in steps if kind not in _STEPS),
    )


class _Reader:
    """Reads files of a folder and remembers which, so that its digest covers them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.read: set[Path] = set()

    def json(self, name: str, missing: Any) -> Any:
        path = self.folder / name
        if not path.is_file():
            return missing
        self.read.add(path)
        try:
            found = json.loads(path.read_text("utf-8"))
        except ValueError as fault:
            raise Unusable(f"{path}: no JSON can be read there ({fault})") from None
        if not isinstance(found, type(missing)):
            raise Unusable(f"{path}: a {type(missing).__name__} was expected there")
        return found

    def first(self, names: list[str], what: str) -> Path:
        for name in names:
            if (self.folder / name).is_file():
                self.read.add(self.folder / name)
                return self.folder / name
        raise Unusable(
            f"{self.folder}: no {' or '.join(names)} is there; the folder needs {what}"
        )

    def digest(self, most_tokens: int) -> str:
        whole = sha256(f"{READING}\n{most_tokens}\n".encode())
        for path in sorted(self.read):
            with path.open("rb") as file:
                one = file_digest(file, "sha256").hexdigest()
            name = path.relative_to(self.folder).as_posix()
            whole.update(f"{name}\n{one}\n".encode())
        return whole.hexdigest()


def _tokens(given: dict[str, Any], name: str, folder: Path) -> int | None:
    """Return how many tokens a setting allows, or ``None`` where it is not set."""
    found = given.get(name)
    if not found:
        return None
    if not isinstance(found, int | float) or found is True or not found >= 1:
        raise Unusable(f"{folder}: {name} is {found!r}; it must be a number of tokens")
    return int(min(found, NO_LIMIT))


def _steps(modules: list[Any], folder: Path) -> list[tuple[str, str]]:
    place = folder / "modules.json"
    try:
        steps = [(each["type"].rsplit(".", 1)[-1], each["path"]) for each in modules]
        paths = [PurePosixPath(path) for _kind, path in steps]
    except (AttributeError, KeyError, TypeError):
        raise Unusable(f"{place}: each module needs its type and path") from None
    for path in paths:
        if path.is_absolute() or ".." in path.parts:
            raise Unusable(f"{place}: the path {path} leads out of the folder")
    return steps


def _pooling(given: dict[str, Any], folder: Path, prefix: str) -> tuple[str, ...]:
    named = given.get("pooling_mode")
    several = named if isinstance(named, list) else [named] if named else []
    chosen = {str(name) for name in several}
    chosen |= {name for flag, name in _FLAGS.items() if given.get(flag) is True}
    unknown = sorted(chosen - set(POOLINGS))
    if unknown or not chosen:
        raise Unusable(
            f"{folder}: pooling {', '.join(unknown) or 'of no kind'}; known are {', '.join(POOLINGS)}"
        )
    if prefix and given.get("include_prompt") is False:
        raise Unusable(
            f"{folder}: a prompt that is left out of the pooling is not supported"
        )
    return tuple(name for name in POOLINGS if name in chosen)


def _prefix(given: dict[str, Any], folder: Path) -> str:
    """Return what the model wants before each text, if it says so by default."""
    name = given.get("default_prompt_name")
    if not name:
        return ""
    prompts = given.get("prompts")
    found = prompts.get(str(name)) if isinstance(prompts, dict) else None
    if not isinstance(found, str):
        raise Unusable(
            f"{folder / 'config_sentence_transformers.json'}: it names the prompt {name!r} and has none"
        )
    return found
