"""A result that everybody reads is corrected in the open: what it was, is, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opensti.domains.results.queries import result_subject
from opensti.kernel.record.actions import record

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from opensti.domains.results.models import Result
    from opensti.kernel.access import Actor

# What everybody reads of an open result; authors and their shares are told nowhere.
SHOWN = (
    "title_vi",
    "title_en",
    "description_vi",
    "description_en",
    "kind",
    "formed_on",
    "trl_start",
    "trl_end",
)


def as_shown(result: Result) -> dict[str, str]:
    """What is said now, as text."""
    values = {name: getattr(result, name) for name in SHOWN}
    return {name: "" if v is None else str(v) for name, v in values.items()}


def tell_everybody(
    actor: Actor, result: Result, was: Mapping[str, str], reason: str, at: datetime
) -> None:
    """Keep the change in the public record; nothing in it is of a person."""
    now = as_shown(result)
    record(
        actor=actor,
        act="results.change",
        subject=result_subject(result.public_id),
        at=at,
        public=True,
        detail={
            "changes": [
                {"field": name, "was": was[name], "now": now[name]}
                for name in now
                if was[name] != now[name]
            ],
            "reason": reason.strip(),
        },
    )
