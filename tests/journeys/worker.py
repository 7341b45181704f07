"""The background worker until nothing waits, by the clock of the house.

Run as a program, beside the house: ``python -m tests.journeys.worker``.
"""

from __future__ import annotations

import tests.journeys.clock  # noqa: F401 -- before any job imports it
from opensti.console.main import main

if __name__ == "__main__":
    main(["worker", "--once"])
