"""What can be done to a round, its scenarios, decisions, letters and objections."""

from opensti.domains.portfolios.actions.adopting import adopt_scenario
from opensti.domains.portfolios.actions.bundling import (
    decision_bundle,
    recompute_bundle,
)
from opensti.domains.portfolios.actions.computing import (
    compute_scenario,
    fail_scenario,
    recompute_reasons,
    recompute_scenario,
)
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
from opensti.domains.portfolios.actions.ranking import rank_round, recompute_ranking
from opensti.domains.portfolios.actions.rounds import (
    Rule,
    decide_round,
    edit_decision,
    prepare_round,
    propose_round,
    return_round,
)
from opensti.domains.portfolios.actions.scenarios import (
    Plan,
    ask_scenario,
    change_scenario,
    commit_draw,
    copy_scenario,
    lock_decision,
    make_scenario,
    put_forward,
    send_back,
    unlock_decision,
)

__all__ = [
    "Plan",
    "Rule",
    "adopt_scenario",
    "answer_objection",
    "ask_scenario",
    "change_scenario",
    "check_letter",
    "check_letters",
    "commit_draw",
    "compute_scenario",
    "copy_scenario",
    "decide_round",
    "decision_bundle",
    "edit_decision",
    "edit_letter",
    "fail_scenario",
    "file_objection",
    "keep_to_the_answer",
    "lock_decision",
    "mail_again",
    "mail_letter",
    "make_scenario",
    "prepare_round",
    "propose_round",
    "put_forward",
    "rank_round",
    "recompute_bundle",
    "recompute_ranking",
    "recompute_reasons",
    "recompute_scenario",
    "release_round",
    "return_round",
    "send_back",
    "unlock_decision",
]
