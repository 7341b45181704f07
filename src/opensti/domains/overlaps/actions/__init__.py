"""What is done in screening; the only writers of its tables."""

from opensti.domains.overlaps.actions.archives import describe_archive
from opensti.domains.overlaps.actions.filing import (
    ask_for_screening,
    leave,
    look_again,
    screen_call,
    screen_dossier,
    screen_need,
    screen_order,
)
from opensti.domains.overlaps.actions.own import answer_own_checks, check_own_draft
from opensti.domains.overlaps.actions.screening import (
    refresh_corpus,
    screen_open_again,
    screen_waiting,
)
from opensti.domains.overlaps.actions.terms import put_terms, remove_terms
from opensti.domains.overlaps.actions.verdicts import (
    confirm_verdict,
    give_verdict,
    set_thresholds,
)

__all__ = [
    "answer_own_checks",
    "ask_for_screening",
    "check_own_draft",
    "confirm_verdict",
    "describe_archive",
    "give_verdict",
    "leave",
    "look_again",
    "put_terms",
    "refresh_corpus",
    "remove_terms",
    "screen_call",
    "screen_dossier",
    "screen_need",
    "screen_open_again",
    "screen_order",
    "screen_waiting",
    "set_thresholds",
]
