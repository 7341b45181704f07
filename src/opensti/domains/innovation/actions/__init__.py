"""Ask for ideas, answer them, lead initiatives from a need to use, share what is wanted."""

from opensti.domains.innovation.actions.campaigns import (
    close_campaign,
    name_reviewer,
    open_campaign,
    release_reviewer,
    renew_link,
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

__all__ = [
    "assume",
    "begin_initiative",
    "close_campaign",
    "compare_ideas",
    "decide",
    "describe_initiative",
    "end_sharing",
    "hand_in",
    "name_reviewer",
    "note_partner",
    "note_reward",
    "note_right",
    "open_campaign",
    "plan_trial",
    "release_reviewer",
    "remind_of_replies",
    "renew_link",
    "score_idea",
    "share",
    "step_idea",
    "tell_trial",
]
