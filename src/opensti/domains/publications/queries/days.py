"""Days where the house stands."""

from __future__ import annotations

from datetime import date, datetime, time

from django.utils.timezone import get_default_timezone


def midnight(day: date) -> datetime:
    """The first moment of a day, where the house stands."""
    return datetime.combine(day, time(), tzinfo=get_default_timezone())
