"""What the pipeline comes to, by ``sti_methods.pipeline``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sti_methods.pipeline import Prospect, expected_value

if TYPE_CHECKING:
    from opensti.domains.innovation.models import Initiative


def expected_value_of(row: Initiative) -> float | None:
    """The expected commercial value in đồng; None while any part of it is not said."""
    parts = (
        row.value,
        row.commercial,
        row.launch,
        row.technical,
        row.development,
    )
    if any(part is None for part in parts):
        return None
    value, commercial, launch, technical, development = (float(p or 0) for p in parts)
    return expected_value(
        Prospect(
            value=value,
            commercial=commercial,
            launch=launch,
            technical=technical,
            development=development,
        )
    )
