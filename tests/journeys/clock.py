"""The time it is in the house, which a journey may put forward.

A call is open for weeks and a council meets days after its papers were sent. Nothing
of the house is changed for that: only the answer to "what time is it".
"""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

from django.utils import timezone

CLOCK = Path(os.environ["JOURNEY_CLOCK"])
_now = timezone.now


def now():
    return _now() + timedelta(seconds=float(CLOCK.read_text(encoding="ascii")))


timezone.now = now  # whoever imports this does so before any page
