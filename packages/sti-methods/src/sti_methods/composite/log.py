"""What a step did: parameters, counts, who and what was touched, digest of the array."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

__all__ = ["Step", "digest"]


@dataclass(frozen=True, kw_only=True)
class Step:
    """One line of the run log.

    ``cells``: code → units touched in it. ``notes``: code → a word of what was done there.
    """

    name: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    units: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    cells: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[Mapping[str, Any], ...] = ()
    digest: str = ""

    def to_plain(self) -> dict[str, Any]:
        return {
            "step": self.name,
            "parameters": dict(self.parameters),
            "counts": dict(self.counts),
            "units": list(self.units),
            "codes": list(self.codes),
            "cells": {code: list(units) for code, units in self.cells.items()},
            "notes": dict(self.notes),
            "warnings": [dict(warning) for warning in self.warnings],
            "sha256": self.digest,
        }


def digest(values: NDArray[np.float64]) -> str:
    """SHA-256 of the numbers as little-endian doubles, row by row, one NaN for all."""
    plain = np.ascontiguousarray(values, dtype="<f8") + 0.0
    plain[np.isnan(plain)] = np.nan
    return sha256(repr(plain.shape).encode() + plain.tobytes()).hexdigest()
