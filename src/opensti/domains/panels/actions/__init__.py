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
from opensti.domains.panels.actions.declaring import (
    declare_interests,
    name_exclusion,
    withdraw_exclusion,
)
from opensti.domains.panels.actions.finding import (
    ask_to_find,
    find_conflicts,
    find_in_opened_call,
    look_again,
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
from opensti.domains.panels.actions.judging import (
    confirm_conflict,
    dismiss_tie,
    judge_conflict,
    judge_many,
    reopen_conflict,
    restore_tie,
    takes_two,
)
from opensti.domains.panels.actions.meeting import mark_attendance, open_meeting
from opensti.domains.panels.actions.preparing import (
    assign_reviewers,
    schedule_meeting,
    send_documents,
)
from opensti.domains.panels.choices import Allowance, Interest, Sheet

__all__ = [
    "Allowance",
    "Content",
    "Interest",
    "Sheet",
    "add_seat",
    "adopt_minutes",
    "answer_invitation",
    "ask_to_find",
    "assign_reviewers",
    "cast_ballot",
    "change_agenda",
    "conclude_council",
    "confirm_conflict",
    "declare_interests",
    "dismiss_tie",
    "dissolve_council",
    "find_conflicts",
    "find_in_opened_call",
    "form_council",
    "judge_conflict",
    "judge_many",
    "look_again",
    "mark_attendance",
    "name_exclusion",
    "open_meeting",
    "recuse",
    "remove_item",
    "remove_seat",
    "reopen_conflict",
    "replace_seat",
    "restore_tie",
    "save_ballot",
    "schedule_meeting",
    "send_documents",
    "set_contents",
    "set_up_council",
    "takes_two",
    "unrecuse",
    "withdraw_ballot",
    "withdraw_exclusion",
    "write_minutes",
]
