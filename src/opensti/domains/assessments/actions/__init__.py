"""Freeze frameworks, run assessments, share them."""

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
    "check_evidence",
    "describe",
    "draft_assessment",
    "end_sharing",
    "extend_framework",
    "finish_replies",
    "freeze_peers",
    "invite",
    "load_frameworks",
    "note_finding",
    "revoke",
    "save_replies",
    "set_days",
    "share",
    "step",
]
