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
from opensti.domains.panels.actions.feeds import (
    calendar_digest,
    link_calendar,
    unlink_calendar,
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
from opensti.domains.panels.actions.inviting import (
    Asked,
    answer_by_link,
    asked_by_link,
    invite,
    link_token,
    mail_letter,
    note_reminders,
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
from opensti.domains.panels.actions.questions import (
    answer_question,
    ask_author,
    release_question,
    withhold_question,
)
from opensti.domains.panels.actions.ranking import (
    ask_for_experts,
    rank_wanted,
    refresh_rankings,
    want_rankings,
)
from opensti.domains.panels.actions.reading import note_opening, save_note
from opensti.domains.panels.actions.reviewing import (
    hand_in_review,
    rate_review,
    reveal_reviews,
    save_review,
    take_review_back,
)
from opensti.domains.panels.choices import Allowance, Interest, Rating, Sheet

__all__ = [
    "Allowance",
    "Asked",
    "Content",
    "Interest",
    "Rating",
    "Sheet",
    "add_seat",
    "adopt_minutes",
    "answer_by_link",
    "answer_invitation",
    "answer_question",
    "ask_author",
    "ask_for_experts",
    "ask_to_find",
    "asked_by_link",
    "assign_reviewers",
    "calendar_digest",
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
    "hand_in_review",
    "invite",
    "judge_conflict",
    "judge_many",
    "link_calendar",
    "link_token",
    "look_again",
    "mail_letter",
    "mark_attendance",
    "name_exclusion",
    "note_opening",
    "note_reminders",
    "open_meeting",
    "rank_wanted",
    "rate_review",
    "recuse",
    "refresh_rankings",
    "release_question",
    "remove_item",
    "remove_seat",
    "reopen_conflict",
    "replace_seat",
    "restore_tie",
    "reveal_reviews",
    "save_ballot",
    "save_note",
    "save_review",
    "schedule_meeting",
    "send_documents",
    "set_contents",
    "set_up_council",
    "take_review_back",
    "takes_two",
    "unlink_calendar",
    "unrecuse",
    "want_rankings",
    "withdraw_ballot",
    "withdraw_exclusion",
    "withhold_question",
    "write_minutes",
]
