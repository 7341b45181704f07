"""The site as it is served, but by the clock of the house."""

from __future__ import annotations

import tests.journeys.clock  # noqa: F401 -- before any page imports it
from opensti.project.wsgi import application

__all__ = ["application"]
