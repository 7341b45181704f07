"""What every answer of this package carries: cautions, refusals, canonical bytes, digests."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

__all__ = ["VERSION", "Caution", "Faulty", "canonical", "digest_of"]

VERSION = "1"
"""Of the methods of this package; goes up when an answer to the same question changes."""


class Faulty(ValueError):  # noqa: N818 -- a refusal of the input, told by what is in it
    """A question that has no answer.

    ``code`` says why, ``values`` with which names and numbers; words are made where they
    are read (``docs/methods/productivity.md`` lists the codes).
    """

    def __init__(self, code: str, /, **values: Any) -> None:
        self.code = code
        self.values = values
        told = ", ".join(f"{name}={value}" for name, value in values.items())
        super().__init__(f"{code}: {told}" if told else code)


@dataclass(frozen=True, kw_only=True)
class Caution:
    """What a reader of an answer must know beside it: a code and its names and numbers."""

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def to_plain(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {"code": self.code, "values": plain(dict(self.values))}

    @classmethod
    def from_plain(cls, told: Mapping[str, Any]) -> Caution:
        """The caution that ``to_plain`` told."""
        return cls(code=told["code"], values=told["values"])


def plain(value: Any) -> Any:
    """Numbers, texts, lists and mappings for JSON; what is no number becomes None."""
    if isinstance(value, np.ndarray) and np.isfinite(value).all():
        return value.tolist()
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple | np.ndarray):
        return [plain(one) for one in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def canonical(value: Any) -> bytes:
    """The bytes of plain data (no NaN in it): the same data, the same bytes everywhere."""
    return json.dumps(
        value,
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
        allow_nan=False,
    ).encode()


def digest_of(value: Any) -> str:
    """SHA-256 of the canonical bytes, in hexadecimal."""
    return sha256(canonical(value)).hexdigest()


def numbers(values: Iterable[Any]) -> Numbers:
    """An array in which what is not known (None) is NaN; it cannot be written to."""
    if isinstance(values, np.ndarray) and values.dtype == np.float64:
        found = values.copy()
        found.setflags(write=False)
        return found
    found = np.array(
        [
            numbers(value)
            if isinstance(value, list | tuple | np.ndarray)
            else np.nan
            if value is None
            else float(value)
            for value in values
        ],
        dtype=np.float64,
    )
    found.setflags(write=False)
    return found
