"""Who judges, registers, handles; who may know of an acceptance or a result."""

from opensti.domains.results.permissions import (
    acceptance,
    assets,
    results,
    rights,
    uptake,
)

__all__ = [
    "acceptance",
    "assets",
    "results",
    "rights",
    "uptake",
]
