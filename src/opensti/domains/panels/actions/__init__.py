"""From the forming of a council to its minutes: every act, in the order of the work."""

from __future__ import annotations

from opensti.domains.panels.actions.agenda import Content, Judged, set_contents
from opensti.domains.panels.actions.approving import (
    approve_formation,
    replace_from_reserve,
)
from opensti.domains.panels.actions.balloting import (
    cast_ballot,
    save_ballot,
    withdraw_ballot,
)
from opensti.domains.panels.actions.bundling import (
    Opened,
    open_run,
    panel_bundle,
    recompute_panel,
)
from opensti.domains.panels.actions.calling import calendar_entry, convoke, mail_summons
from opensti.domains.panels.actions.computing import (
    ask_run,
    commit_seed,
    compute_run,
    fail_run,
    recompute_run,
    relax_formation,
    swap_place,
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
    end_calendar,
    link_calendar,
    unlink_calendar,
)
from opensti.domains.panels.actions.finding import (
    ask_to_find,
    find_conflicts,
    find_in_opened_call,
    look_again,
)
from opensti.domains.panels.actions.fixing import lock_expert, unlock_expert
from opensti.domains.panels.actions.forgetting import forget_person
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
    judge_conflict,
    judge_many,
    reopen_conflict,
    takes_two,
)
from opensti.domains.panels.actions.meeting import mark_attendance, open_meeting
from opensti.domains.panels.actions.papers import confirm_count, enter_count
from opensti.domains.panels.actions.planning import (
    change_formation,
    drop_formation,
    plan_formation,
)
from opensti.domains.panels.actions.polls import (
    cancel_poll,
    close_poll,
    hand_in,
    issue_credential,
    open_poll,
    open_urn,
)
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
from opensti.domains.panels.actions.running import (
    adjourn,
    begin_item,
    decide_method,
    end_item,
    resume,
)
from opensti.domains.panels.actions.session import arrive, confirm_arrival, leave
from opensti.domains.panels.actions.setting_aside import dismiss_tie, restore_tie
from opensti.domains.panels.actions.signing import (
    dissent,
    enter_signature,
    sign_minutes,
    write_remark,
)
from opensti.domains.panels.actions.wishes import (
    bid,
    close_bidding,
    drop_unavailable,
    open_bidding,
    set_load,
    set_unavailable,
)
from opensti.domains.panels.actions.works import works_from
from opensti.domains.panels.actions.years import set_tie_years
from opensti.domains.panels.choices import Allowance, Interest, Rating, Sheet

__all__ = [
    "Allowance",
    "Asked",
    "Content",
    "Interest",
    "Judged",
    "Opened",
    "Rating",
    "Sheet",
    "add_seat",
    "adjourn",
    "adopt_minutes",
    "answer_by_link",
    "answer_invitation",
    "answer_question",
    "approve_formation",
    "arrive",
    "ask_author",
    "ask_for_experts",
    "ask_run",
    "ask_to_find",
    "asked_by_link",
    "assign_reviewers",
    "begin_item",
    "bid",
    "calendar_digest",
    "calendar_entry",
    "cancel_poll",
    "cast_ballot",
    "change_agenda",
    "change_formation",
    "close_bidding",
    "close_poll",
    "commit_seed",
    "compute_run",
    "conclude_council",
    "confirm_arrival",
    "confirm_conflict",
    "confirm_count",
    "convoke",
    "decide_method",
    "declare_interests",
    "dismiss_tie",
    "dissent",
    "dissolve_council",
    "drop_formation",
    "drop_unavailable",
    "end_calendar",
    "end_item",
    "enter_count",
    "enter_signature",
    "fail_run",
    "find_conflicts",
    "find_in_opened_call",
    "forget_person",
    "form_council",
    "hand_in",
    "hand_in_review",
    "invite",
    "issue_credential",
    "judge_conflict",
    "judge_many",
    "leave",
    "link_calendar",
    "link_token",
    "lock_expert",
    "look_again",
    "mail_letter",
    "mail_summons",
    "mark_attendance",
    "name_exclusion",
    "note_opening",
    "note_reminders",
    "open_bidding",
    "open_meeting",
    "open_poll",
    "open_run",
    "open_urn",
    "panel_bundle",
    "plan_formation",
    "rank_wanted",
    "rate_review",
    "recompute_panel",
    "recompute_run",
    "recuse",
    "refresh_rankings",
    "relax_formation",
    "release_question",
    "remove_item",
    "remove_seat",
    "reopen_conflict",
    "replace_from_reserve",
    "replace_seat",
    "restore_tie",
    "resume",
    "reveal_reviews",
    "save_ballot",
    "save_note",
    "save_review",
    "schedule_meeting",
    "send_documents",
    "set_contents",
    "set_load",
    "set_tie_years",
    "set_unavailable",
    "set_up_council",
    "sign_minutes",
    "swap_place",
    "take_review_back",
    "takes_two",
    "unlink_calendar",
    "unlock_expert",
    "unrecuse",
    "want_rankings",
    "withdraw_ballot",
    "withdraw_exclusion",
    "withhold_question",
    "works_from",
    "write_minutes",
    "write_remark",
]
