"""Files of ``opensti composite ahp`` and ``budget``: what is wrong is told with the file."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.utils.translation import gettext as _

from opensti.console.panels_files import Findings
from opensti.domains.strategies.problem import judging

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sti_methods.composite.judging import Hierarchy
    from sti_methods.composite.weighting import Budget

__all__ = ["read_comparisons", "read_points"]

Read = TypeVar("Read")


def read_comparisons(path: Path, *, accept_inconsistent: bool) -> Hierarchy:
    """Weights from comparisons. Raises ``Refused`` with every row and column."""
    return _read(
        path,
        lambda: judging.read_comparisons(
            judging.rows_of(path), accept_inconsistent=accept_inconsistent
        ),
    )


def read_points(path: Path) -> Budget:
    """Weights from points. Raises ``Refused`` with every row and column."""
    return _read(path, lambda: judging.read_points(judging.rows_of(path)))


def _read(path: Path, work: Callable[[], Read]) -> Read:
    try:
        return work()
    except judging.Misjudged as refusal:
        found = Findings()
        for one in refusal.wrong:
            what = one.what
            if one.kind == "inconsistent":
                what = f"{what} {_('Or take it with --accept-inconsistent.')}"
            found.add(path, one.row, one.column, what)
        found.stop()
        raise
