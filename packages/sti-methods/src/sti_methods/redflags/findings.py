"""What the flags answer: values by group and id, with the figures they rest on."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

PROCESS, BUYER, ENTITY, TENDERER = "OCID", "Buyer", "ProcuringEntity", "Tenderer"
GROUPS = (PROCESS, BUYER, ENTITY, TENDERER)
RAISED, NOTED = Fraction(1), Fraction(0)


@dataclass(frozen=True, kw_only=True, order=True)
class Finding:
    """A flag that was raised for a process or an organisation; ``ocids`` are the processes."""

    flag: str
    group: str
    id: str
    value: Fraction = field(compare=False)
    ocids: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What one flag found; ``figures`` are the quartiles and fences by name."""

    findings: tuple[Finding, ...] = ()
    figures: tuple[tuple[str, Fraction], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Report:
    """What all flags found.

    ``unread`` are dates and amounts that could not be read, by ocid and place: flags that
    need them were not asked of that process.
    """

    findings: tuple[Finding, ...]
    figures: tuple[tuple[str, tuple[tuple[str, Fraction], ...]], ...]
    unread: tuple[tuple[str, str], ...]

    def results(self) -> dict[str, dict[str, dict[str, Fraction]]]:
        """Values by group, id and flag, as Cardinal lays them out; empty groups are left out."""
        told: dict[str, dict[str, dict[str, Fraction]]] = {}
        for one in sorted(self.findings, key=lambda f: (f.id, f.flag)):
            told.setdefault(one.group, {}).setdefault(one.id, {})[one.flag] = one.value
        return {group: told[group] for group in GROUPS if group in told}


def gathered(flag: str, raised: Iterable[tuple[str, str, Fraction, str]]) -> Asked:
    """Findings of (group, id, value, ocid); the processes of one id come together.

    An id has one value, whatever the process.
    """
    values: dict[tuple[str, str], Fraction] = {}
    processes: dict[tuple[str, str], set[str]] = {}
    for group, name, value, ocid in raised:
        values[group, name] = value
        processes.setdefault((group, name), set()).add(ocid)
    return Asked(
        findings=tuple(
            Finding(
                flag=flag,
                group=group,
                id=name,
                value=value,
                ocids=tuple(sorted(processes[group, name])),
            )
            for (group, name), value in values.items()
        )
    )
