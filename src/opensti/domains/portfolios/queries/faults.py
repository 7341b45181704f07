"""What is wrong with the rules of a selection, in words, and how to mend it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from sti_methods.portfolio.problem import Faulty


def fault_words(fault: Faulty) -> tuple[str, str]:
    """The message and the mend for one fault of ``sti_methods.portfolio.rules``."""
    about = [*fault.about, "", ""]
    first, second = about[0], about[1]
    known = ", ".join(fault.about[1:])
    words = {
        "unknown_key": (
            _("“%(name)s” is no rule."),
            _("These are: %(known)s."),
        ),
        "mapping": (_("Names with values belong here."), _("Write “name: value”.")),
        "list": (_("A list belongs here."), _("Write “[first, second]”.")),
        "text": (_("A name or code is missing here."), _("Write one.")),
        "number": (_("“%(name)s” is no number."), _("Write a number, as 1000 or 0.5.")),
        "negative": (_("An amount below zero: %(name)s."), _("Write 0 or more.")),
        "whole": (_("“%(name)s” is no whole number."), _("Write 0, 1, 2 …")),
        "share": (
            _("A share is a number from 0 to 1, not %(name)s."),
            _("Write 0.2 for a fifth."),
        ),
        "unknown_proposal": (
            _("Nothing has the code %(name)s."),
            _("Copy the code from the list."),
        ),
        "unknown_level": (
            _("%(name)s has no level “%(other)s”."),
            _("Use the name of one of its levels."),
        ),
        "unknown_measure": (
            _("There is no amount “%(name)s”."),
            _("Use a column of amounts, “count” or “merit”."),
        ),
        "unknown_column": (
            _("There is no category “%(name)s”."),
            _("Use a column of categories."),
        ),
        "few": (_("Too few codes stand here."), _("Write at least two.")),
        "two": (
            _("One that needs another: two codes."),
            _("Write “[one, the one it needs]”."),
        ),
        "twice": (_("“%(name)s” stands here twice."), _("Leave one out.")),
        "missing": (_("“%(name)s” is missing."), _("Write it.")),
        "limit": (
            _("The least is missing or above the most."),
            _("Write “at_least” or “at_most”; the least is not above the most."),
        ),
        "one_of": (_("Either “%(name)s” or “%(other)s”."), _("Write one of them.")),
        "contradiction": (
            _("“%(name)s” and “%(other)s” cannot both hold."),
            _("Leave one out or change a number."),
        ),
    }
    message, mend = words[fault.kind]
    said = {"name": first, "other": second, "known": known}
    return message % said, mend % said
