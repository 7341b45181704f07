"""Names of packages that take long to import: they are fetched when they are first used.

Every command, server and worker of the house starts by importing its domains; scipy alone
would take two thirds of that start, and few of them compute.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any


class Late:
    """``Late("scipy.stats", "norm")`` stands for ``scipy.stats.norm``."""

    def __init__(self, module: str, name: str) -> None:
        self._module, self._name = module, name

    def _meant(self) -> Any:
        return getattr(import_module(self._module), self._name)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._meant(), name)

    def __call__(self, *args: Any, **named: Any) -> Any:
        return self._meant()(*args, **named)
