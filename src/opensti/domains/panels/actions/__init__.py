"""From the forming of a council to its minutes: every act, in the order of the work."""

from __future__ import annotations

from opensti.domains.panels.actions.agenda import Content, set_contents
from opensti.domains.panels.actions.balloting import (
    cast_ballot,
    save_ballot,
    withdraw_ballot,
)
from opensti.domains.panels.actions.concluding import (
    adopt_minutes,
    conclude_council,
    write_minutes,
)
from opensti.domains.panels.actions.forming import (
    add_seat,
    change_agenda,
    dissolve_council,
    form_council,
    remove_item,
    remove_seat,
    replace_seat,
    set_up_council,
)
from opensti.domains.panels.actions.invitations import (
    answer_invitation,
    recuse,
    unrecuse,
)
from opensti.domains.panels.actions.meeting import mark_attendance, open_meeting
from opensti.domains.panels.actions.preparing import (
    assign_reviewers,
    schedule_meeting,
    send_documents,
)
from opensti.domains.panels.choices import Allowance, Sheet

__all__ = [
    "Allowance",
    "Content",
    "Sheet",
    "add_seat",
    "adopt_minutes",
    "answer_invitation",
    "assign_reviewers",
    "cast_ballot",
    "change_agenda",
    "conclude_council",
    "dissolve_council",
    "form_council",
    "mark_attendance",
    "open_meeting",
    "recuse",
    "remove_item",
    "remove_seat",
    "replace_seat",
    "save_ballot",
    "schedule_meeting",
    "send_documents",
    "set_contents",
    "set_up_council",
    "unrecuse",
    "withdraw_ballot",
    "write_minutes",
]
