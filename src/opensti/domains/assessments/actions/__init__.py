"""Freeze frameworks and rules, run assessments, plan from them, share them."""

from opensti.domains.assessments.actions.advising import (
    decline_recommendation,
    load_rules,
    save_profile,
)
from opensti.domains.assessments.actions.findings import answer_finding
from opensti.domains.assessments.actions.frameworks import (
    extend_framework,
    load_frameworks,
)
from opensti.domains.assessments.actions.judging import (
    add_evidence,
    agree,
    check_evidence,
    note_finding,
)
from opensti.domains.assessments.actions.peers import describe, freeze_peers
from opensti.domains.assessments.actions.planning import (
    check_effect,
    edit_improvement,
    link_improvement,
    move_improvement,
    propose_improvement,
    save_gap,
    take_recommendation,
    unlink_improvement,
)
from opensti.domains.assessments.actions.reminding import remind_improvements
from opensti.domains.assessments.actions.replying import finish_replies, save_replies
from opensti.domains.assessments.actions.running import (
    draft_assessment,
    invite,
    revoke,
    set_days,
    step,
)
from opensti.domains.assessments.actions.sharing import end_sharing, share

__all__ = [
    "add_evidence",
    "agree",
    "answer_finding",
    "check_effect",
    "check_evidence",
    "decline_recommendation",
    "describe",
    "draft_assessment",
    "edit_improvement",
    "end_sharing",
    "extend_framework",
    "finish_replies",
    "freeze_peers",
    "invite",
    "link_improvement",
    "load_frameworks",
    "load_rules",
    "move_improvement",
    "note_finding",
    "propose_improvement",
    "remind_improvements",
    "revoke",
    "save_gap",
    "save_profile",
    "save_replies",
    "set_days",
    "share",
    "step",
    "take_recommendation",
    "unlink_improvement",
]
