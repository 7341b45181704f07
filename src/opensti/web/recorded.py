"""Acts after the decision in the words of the record, where their domain has none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from opensti.kernel.refusals import Text

RECORDED: dict[str, Text] = {
    "publications.draft_policy": _("disclosure policy drafted"),
    "publications.rewrite_policy": _("draft of the disclosure policy written anew"),
    "publications.check_policy": _("disclosure policy checked"),
    "publications.issue_policy": _("disclosure policy issued"),
    "contracts.judge_condition": _("condition of accepted risk judged"),
    "contracts.open": _("contract begun"),
    "contracts.approve_level": _("one level approved the contract"),
    "contracts.keep_signed": _("signed paper kept"),
    "contracts.withdraw_signed": _("signed paper withdrawn"),
    "contracts.allocate": _("State money allocated for a year"),
    "contracts.cancel_allocation": _("allocation taken back"),
    "contracts.ask_payment": _("payment asked for"),
    "contracts.accept_payment_request": _("evidence of a payment accepted"),
    "contracts.return_payment_request": _("request for payment returned"),
    "contracts.pay": _("instalment paid"),
    "contracts.take_back_payment": _("payment taken back"),
    "contracts.override_payment": _("payment allowed by decision"),
    "contracts.reach_milestone": _("milestone reached"),
    "contracts.clear": _("finished work cleared"),
    "contracts.take_back_clearance": _("clearing taken back"),
    "contracts.unreach_milestone": _("milestone taken back"),
    "contracts.receive_claim": _("money came back"),
    "contracts.take_back_receipt": _("receipt taken back"),
    "contracts.waive_claim": _("claim given up by decision"),
    "contracts.import_statement": _("bank statement taken over"),
    "contracts.receive_statement": _("bank statement received"),
    "contracts.match_line": _("line of a statement matched"),
    "contracts.unmatch_line": _("match with a statement undone"),
    "contracts.ask_amendment": _("amendment asked for"),
    "contracts.give_opinion": _("opinion on an amendment given"),
    "contracts.add_amendment_paper": _("paper added to an amendment"),
    "contracts.decide_amendment": _("amendment decided"),
    "contracts.refuse_amendment": _("amendment refused"),
    "contracts.withdraw_amendment": _("amendment withdrawn"),
    "strategies.create_indicator": _("card of an indicator made"),
    "strategies.change_indicator": _("card of an indicator changed"),
    "strategies.set_dimensions": _("dimensions of an indicator set"),
    "strategies.retire_indicator": _("indicator taken out of use"),
    "strategies.set_target": _("target set"),
    "strategies.enter_observation": _("value reported"),
    "strategies.correct_observation": _("value corrected by a new row"),
    "strategies.return_observation": _("value sent back"),
    "strategies.approve_observation": _("value approved"),
    "strategies.publish_observation": _("value published"),
    "strategies.draft_campaign": _("campaign of reports drafted"),
    "strategies.change_campaign": _("campaign of reports changed"),
    "strategies.set_asked": _("lines of a campaign set"),
    "strategies.open_campaign": _("campaign of reports opened"),
    "strategies.close_campaign": _("campaign of reports closed"),
    "strategies.reopen_campaign": _("campaign of reports opened again"),
    "strategies.mail_notice": _("notice mailed"),
    "strategies.remind": _("agencies reminded of their report"),
    "tasks.set_state": _("state of the task changed"),
}
