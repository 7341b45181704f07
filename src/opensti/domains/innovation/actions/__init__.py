"""Ask for ideas, answer them, lead initiatives from a need to use, share what is wanted."""

from opensti.domains.innovation.actions.campaigns import (
    close_campaign,
    name_reviewer,
    open_campaign,
    release_reviewer,
    renew_link,
)
from opensti.domains.innovation.actions.governing import (
    carry_out,
    file_record,
    follow_finding,
    hold_audit,
    hold_review,
    note_audit_finding,
    plan_audit,
)
from opensti.domains.innovation.actions.ideas import (
    compare_ideas,
    hand_in,
    note_reward,
    score_idea,
    step_idea,
)
from opensti.domains.innovation.actions.initiatives import (
    assume,
    begin_initiative,
    decide,
    describe_initiative,
    note_partner,
    note_right,
    plan_trial,
    tell_trial,
)
from opensti.domains.innovation.actions.reminding import remind_of_replies
from opensti.domains.innovation.actions.sharing import end_sharing, share
from opensti.domains.innovation.actions.steering import (
    note_signal,
    reach_objective,
    set_objective,
    set_portfolio,
)

__all__ = [
    "assume",
    "begin_initiative",
    "carry_out",
    "close_campaign",
    "compare_ideas",
    "decide",
    "describe_initiative",
    "end_sharing",
    "file_record",
    "follow_finding",
    "hand_in",
    "hold_audit",
    "hold_review",
    "name_reviewer",
    "note_audit_finding",
    "note_partner",
    "note_reward",
    "note_right",
    "note_signal",
    "open_campaign",
    "plan_audit",
    "plan_trial",
    "reach_objective",
    "release_reviewer",
    "remind_of_replies",
    "renew_link",
    "score_idea",
    "set_objective",
    "set_portfolio",
    "share",
    "step_idea",
    "tell_trial",
]
