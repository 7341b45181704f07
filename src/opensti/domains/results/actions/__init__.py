"""Judge finished work, register and follow what came of it."""

from opensti.domains.results.actions.asking import (
    ask_opinion,
    drop_opinion,
    enter_opinion,
)
from opensti.domains.results.actions.assessing import (
    BaseWord,
    Member,
    add_evidence,
    assess_self,
    enter_base_council,
    remove_evidence,
    save_assessment,
)
from opensti.domains.results.actions.assets import (
    Item,
    add_asset,
    add_assets,
    change_asset,
    move_custody,
    take_stock,
    value_asset,
)
from opensti.domains.results.actions.deals import (
    DealFacts,
    attach_deal_file,
    change_deal,
    report_income,
    sign_deal,
)
from opensti.domains.results.actions.docket import add_docket_entry, meet_docket_entry
from opensti.domains.results.actions.goals import link_goal, link_goals_in_bulk
from opensti.domains.results.actions.handling import (
    POSSIBLE,
    decide_handling,
    decline_asset,
    dispose_asset,
    forward_plan,
    hand_over,
    plan_handling,
)
from opensti.domains.results.actions.importing import COLUMNS, import_assets
from opensti.domains.results.actions.judging import (
    Finding,
    accept_on_evidence,
    ask_rework,
    fail_acceptance,
    follow_council,
)
from opensti.domains.results.actions.keeping import Named
from opensti.domains.results.actions.offering import (
    give_use_right,
    note_bid,
    note_payment,
    offer_asset,
    put_to_use,
    recall_asset,
)
from opensti.domains.results.actions.offers import (
    OfferFacts,
    answer_interest,
    change_offer,
    close_offer,
    draft_offer,
    express_interest,
    publish_offer,
)
from opensti.domains.results.actions.opening import (
    follow_terms,
    open_acceptance,
)
from opensti.domains.results.actions.owning import choose_ownership
from opensti.domains.results.actions.registering import (
    confirm_completion,
    note_handover,
    prepare_handover,
    recognise_result,
    register_result_certificate,
    stop_acceptance,
)
from opensti.domains.results.actions.registry import (
    Said,
    add_result,
    attach_to_result,
    change_result,
    propose_results,
)
from opensti.domains.results.actions.right_facts import RightFacts
from opensti.domains.results.actions.rights import (
    attach_right_file,
    change_right,
    disclose_right,
    move_right,
)
from opensti.domains.results.actions.sharing import pay_payout, share_income
from opensti.domains.results.actions.submitting import (
    form_acceptance_council,
    plan_acceptance_council,
    return_acceptance,
    submit_acceptance,
    works_before_council,
)
from opensti.domains.results.actions.uptake import (
    Uptake,
    answer_uptake,
    check_uptake,
    plan_uptake,
    remind_hosts,
    return_uptake,
)
from opensti.domains.results.actions.working import Proposal, Worked, work_out

__all__ = [
    "COLUMNS",
    "POSSIBLE",
    "BaseWord",
    "DealFacts",
    "Finding",
    "Item",
    "Member",
    "Named",
    "OfferFacts",
    "Proposal",
    "RightFacts",
    "Said",
    "Uptake",
    "Worked",
    "accept_on_evidence",
    "add_asset",
    "add_assets",
    "add_docket_entry",
    "add_evidence",
    "add_result",
    "answer_interest",
    "answer_uptake",
    "ask_opinion",
    "ask_rework",
    "assess_self",
    "attach_deal_file",
    "attach_right_file",
    "attach_to_result",
    "change_asset",
    "change_deal",
    "change_offer",
    "change_result",
    "change_right",
    "check_uptake",
    "choose_ownership",
    "close_offer",
    "confirm_completion",
    "decide_handling",
    "decline_asset",
    "disclose_right",
    "dispose_asset",
    "draft_offer",
    "drop_opinion",
    "enter_base_council",
    "enter_opinion",
    "express_interest",
    "fail_acceptance",
    "follow_council",
    "follow_terms",
    "form_acceptance_council",
    "forward_plan",
    "give_use_right",
    "hand_over",
    "import_assets",
    "link_goal",
    "link_goals_in_bulk",
    "meet_docket_entry",
    "move_custody",
    "move_right",
    "note_bid",
    "note_handover",
    "note_payment",
    "offer_asset",
    "open_acceptance",
    "pay_payout",
    "plan_acceptance_council",
    "plan_handling",
    "plan_uptake",
    "prepare_handover",
    "propose_results",
    "publish_offer",
    "put_to_use",
    "recall_asset",
    "recognise_result",
    "register_result_certificate",
    "remind_hosts",
    "remove_evidence",
    "report_income",
    "return_acceptance",
    "return_uptake",
    "save_assessment",
    "share_income",
    "sign_deal",
    "stop_acceptance",
    "submit_acceptance",
    "take_stock",
    "value_asset",
    "work_out",
    "works_before_council",
]
