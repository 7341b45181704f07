"""Load procedures, answer their gaps, move cases along them, keep what is due."""

from opensti.domains.procedures.actions.calendar import announce_year
from opensti.domains.procedures.actions.deadlines import (
    mark_missed,
    move_event,
    resume_deadlines,
    set_day,
    start_deadline,
    start_deadlines,
    suspend_deadlines,
)
from opensti.domains.procedures.actions.loading import (
    freeze_content,
    load_regimes,
    set_switch,
)
from opensti.domains.procedures.actions.meanwhile import still_as_seen
from opensti.domains.procedures.actions.steps import (
    adopt_version,
    open_case,
    set_title,
    take_step,
)

__all__ = [
    "adopt_version",
    "announce_year",
    "freeze_content",
    "load_regimes",
    "mark_missed",
    "move_event",
    "open_case",
    "resume_deadlines",
    "set_day",
    "set_switch",
    "set_title",
    "start_deadline",
    "start_deadlines",
    "still_as_seen",
    "suspend_deadlines",
    "take_step",
]
