"""What the worker does for councils, by the part of the work."""

from __future__ import annotations

from opensti.domains.panels.jobs.conflicts import find, find_again
from opensti.domains.panels.jobs.letters import invite_members, mail_letters, remind

__all__ = ["find", "find_again", "invite_members", "mail_letters", "remind"]
