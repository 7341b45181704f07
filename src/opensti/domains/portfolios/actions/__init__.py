"""What can be done to a round, its decisions, its letters and objections."""

from opensti.domains.portfolios.actions.letters import (
    check_letter,
    check_letters,
    edit_letter,
    mail_again,
    mail_letter,
    release_round,
)
from opensti.domains.portfolios.actions.objections import (
    answer_objection,
    file_objection,
    keep_to_the_answer,
)
from opensti.domains.portfolios.actions.rounds import (
    Rule,
    decide_round,
    edit_decision,
    prepare_round,
    propose_round,
    return_round,
)

__all__ = [
    "Rule",
    "answer_objection",
    "check_letter",
    "check_letters",
    "decide_round",
    "edit_decision",
    "edit_letter",
    "file_objection",
    "keep_to_the_answer",
    "mail_again",
    "mail_letter",
    "prepare_round",
    "propose_round",
    "release_round",
    "return_round",
]
