"""Compiled releases from a text with one JSON object on each line."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sti_methods.redflags.releases import release_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sti_methods.redflags.releases import Release

PACKED = ("releases", "records")


@dataclass(frozen=True)
class Fault:
    """What is wrong with a line, counted from 1.

    ``json`` (with ``why``), ``object``, ``package`` (a package where its content should
    be), ``ocid`` (none), ``twice`` (with the ``line`` before), ``empty`` (the whole file).
    """

    line: int
    code: str
    values: tuple[tuple[str, Any], ...] = ()


def read_releases(lines: Iterable[str]) -> tuple[dict[int, Release], list[Fault]]:
    """Releases by the line they stand in, and every fault; empty lines are passed over.

    Numbers are read as they are written: an amount is never a binary fraction.
    """
    found: dict[int, Release] = {}
    first: dict[str, int] = {}
    faults: list[Fault] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            data = json.loads(line, parse_float=Decimal, parse_constant=_no_number)
        except (ValueError, RecursionError, ArithmeticError) as error:
            faults.append(Fault(number, "json", (("why", str(error)),)))
            continue
        if not isinstance(data, dict):
            faults.append(Fault(number, "object"))
            continue
        if "ocid" not in data and any(name in data for name in PACKED):
            faults.append(Fault(number, "package"))
            continue
        try:
            release = release_of(data)
        except ValueError:
            faults.append(Fault(number, "ocid"))
            continue
        before = first.setdefault(release.ocid, number)
        if before != number:
            values = (("ocid", release.ocid), ("line", before))
            faults.append(Fault(number, "twice", values))
            continue
        found[number] = release
    if not found and not faults:
        faults.append(Fault(1, "empty"))
    return found, faults


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON")
