"""What the worker does for councils, by the part of the work."""

from __future__ import annotations

from opensti.domains.panels.jobs.conflicts import find, find_again
from opensti.domains.panels.jobs.experts import follow_the_registry, rank_waiting
from opensti.domains.panels.jobs.forming import form_councils
from opensti.domains.panels.jobs.letters import invite_members, mail_letters, remind
from opensti.domains.panels.jobs.summons import mail_called, mail_convocation

__all__ = [
    "find",
    "find_again",
    "follow_the_registry",
    "form_councils",
    "invite_members",
    "mail_called",
    "mail_convocation",
    "mail_letters",
    "rank_waiting",
    "remind",
]
