"""Which acts programs may take is a decision: named here, each asking who may."""

from __future__ import annotations

import inspect
import json
import sys
from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from types import CodeType, ModuleType

import pytest

from opensti.api import kinds
from opensti.api.acts import acts
from opensti.api.exposed import DOMAINS, FOLLOWING, UNSAID
from opensti.api.kinds import kind_of
from opensti.domains.calls.models import Call
from opensti.domains.panels.models import DeclaredTie
from opensti.domains.procedures.actions import take_step
from opensti.domains.results.models import Asset
from opensti.kernel.access import Role, require
from tests.api.test_acts import key_of, send
from tests.factories import calls as factory
from tests.factories import contracts, panels
from tests.factories.tasks import person

EXPOSED = {
    "tasks": """
        accept_need approve_order_list attach_to_need cancel_order change_order_list
        classify_order classify_task close_order decline_need detach_from_need draft_need draft_order edit_order
        enter_classified_order enter_classified_task
        link_goal link_goals_in_bulk make_order_list merge_needs reject_order return_need save_need send_to_council
        set_reply_day submit_need take_into_order triage_in_bulk withdraw_need
    """,
    "calls": """
        add_editor agree_early_opening ask_early_opening attach_file cancel_call
        check_and_confirm check_eligibility conclude_call conclude_cost confirm_eligible
        confirm_many detach_file draft_call edit_call extend_call grant_late_exception
        keep_version open_dossiers publish_call reject_ineligible remove_editor
        reopen_dossier replace_file request_revision request_supplement restore_version
        revise_dossier save_dossier send_to_cost_appraisal start_dossier submit_dossier
        supplement_dossier withdraw_dossier
    """,
    "overlaps": """
        ask_for_screening check_own_draft confirm_verdict describe_archive give_verdict
        put_terms remove_terms set_thresholds
    """,
    "panels": """
        add_seat adjourn adopt_minutes answer_invitation answer_question
        approve_formation arrive ask_author ask_for_experts ask_run ask_to_find
        assign_reviewers begin_item bid cancel_poll cast_ballot change_agenda
        change_formation close_bidding close_poll commit_seed conclude_council
        confirm_arrival confirm_conflict confirm_count convoke decide_method
        declare_interests dismiss_tie dissent dissolve_council drop_formation
        drop_unavailable end_item enter_count enter_signature find_conflicts
        form_council hand_in_review judge_conflict judge_many leave lock_expert
        mark_attendance name_exclusion open_bidding open_meeting open_poll open_urn
        plan_formation rate_review recuse relax_formation release_question remove_item
        remove_seat reopen_conflict replace_from_reserve replace_seat restore_tie resume
        reveal_reviews save_ballot save_note save_review schedule_meeting send_documents
        set_contents set_load set_tie_years set_unavailable set_up_council sign_minutes
        swap_place take_review_back unlock_expert unrecuse withdraw_ballot
        withdraw_exclusion withhold_question write_minutes write_remark
    """,
    "portfolios": """
        adopt_scenario answer_objection ask_scenario change_scenario check_letter
        check_letters commit_draw copy_scenario decide_round edit_decision edit_letter
        file_objection lock_decision mail_again make_scenario prepare_round
        propose_round put_forward rank_round release_round return_round send_back
        unlock_decision
    """,
    "contracts": """
        accept_payment_request accept_report add_amendment_paper add_ending_paper
        add_report agree_budget allocate appraise_budget approve_budget approve_level
        ask_amendment ask_ending ask_payment attach_to_check attach_to_report
        begin_ending cancel_allocation cancel_check cancel_contract check_ending
        claim_money clear_work confirm_check decide_amendment decide_ending
        drop_aid note_aid
        detach_from_report draft_contract drop_ending drop_report give_opinion
        hold_check import_statement judge_condition judge_finding keep_signed_paper
        liquidate_contract match_exact match_line mend_finding open_contract
        override_payment pay_instalment plan_check propose_budget reach_milestone
        receive_claim receive_statement refuse_amendment report_ending resume_contract
        return_payment_request return_report return_to_draft save_report
        send_for_approval settle_contract sign_contract start_report submit_report
        suspend_contract take_back_clearance take_back_payment take_back_receipt
        unmatch_line unreach_milestone waive_claim withdraw_amendment
        withdraw_signed_paper
    """,
    "results": """
        accept_on_evidence add_asset add_assets add_docket_entry add_evidence add_result
        answer_interest answer_uptake ask_opinion ask_rework assess_self
        attach_deal_file attach_right_file attach_to_result change_asset change_deal
        change_offer change_result change_right check_uptake choose_ownership
        close_offer confirm_completion decide_handling decline_asset disclose_right
        dispose_asset draft_offer drop_opinion enter_base_council enter_opinion
        express_interest
        fail_acceptance form_acceptance_council forward_plan give_use_right hand_over
        import_assets link_goal link_goals_in_bulk meet_docket_entry move_custody move_right note_bid note_handover
        note_payment offer_asset pay_payout plan_acceptance_council plan_handling
        prepare_handover
        propose_results publish_offer put_to_use recall_asset recognise_result
        register_result_certificate remove_evidence report_income return_acceptance
        return_uptake save_assessment share_income sign_deal submit_acceptance
        take_stock value_asset
    """,
    "strategies": """
        amend_plan answer_comment approve_many approve_observation ask_account
        ask_analyses begin_review bring_in_force change_campaign change_dataset
        change_indicator change_plan change_recipe change_stocktake close_campaign
        close_plan close_risk comment_on_plan copy_version correct_observation
        create_indicator create_model decide_at_stocktake draft_campaign draft_plan
        draft_stocktake drop_stocktake_decision end_review enter_observation
        finish_milestone finish_stocktake_decision follow_action freeze_version
        hand_in_sheet hold_stocktake import_observations issue_plan judge_target
        keep_action keep_assignment keep_budget_line keep_envelope keep_goal
        keep_milestone keep_risk load_cards load_plan load_vintage note_money
        open_campaign open_consultation open_version place_card publish_account
        publish_many publish_observation publish_version register_dataset
        remind_campaign remove_action remove_assignment remove_budget_line
        remove_envelope remove_goal remove_milestone reopen_campaign retire_indicator
        return_observation set_asked set_dependencies set_dimensions set_target
    """,
    "supervision": """
        answer_voice assign_voice end_member erase_voice hide_voice keep_template
        keep_unit lift_suspension name_member publish_voice review_hiding
        rule_on_objection screen_in_bulk tell_use
    """,
}
ASKING = {require, take_step}


def test_every_act_that_programs_may_take_is_named_here():
    found = defaultdict(set)
    for domain, name in acts():
        found[domain].add(name)
    assert found == {domain: set(names.split()) for domain, names in EXPOSED.items()}


def test_what_only_follows_is_an_act_of_its_domain():
    assert {
        domain: names - set(DOMAINS[domain].__all__)
        for domain, names in FOLLOWING.items()
    } == {domain: set() for domain in DOMAINS}


def test_what_only_the_house_says_is_not_asked_of_programs():
    found = {
        key: names & acts()[key].said.model_fields.keys()
        for key, names in UNSAID.items()
    }
    assert found == {key: set() for key in UNSAID}
    assert "item_id" in acts()["panels", "open_poll"].said.model_fields


def asks(function, seen):
    """Whether the function, or one of ours that it calls, asks who may."""
    function = inspect.unwrap(function)
    if function in ASKING:
        return True
    if function in seen or not function.__module__.startswith("opensti."):
        return False
    seen.add(function)
    called = (function.__globals__.get(name) for name in names(function.__code__))
    return any(asks(one, seen) for one in called if inspect.isfunction(one))


def names(code):
    inner = [c for c in code.co_consts if isinstance(c, CodeType)]
    return {*code.co_names}.union(*map(names, inner))


def test_every_act_that_programs_may_take_asks_who_may():
    assert [key for key, act in acts().items() if not asks(act.function, set())] == []


def test_two_classes_of_one_name_are_not_guessed_at(monkeypatch):
    @dataclass
    class Member:
        name: str

    for number in (1, 2):
        module = ModuleType(f"opensti.domains.results.sample{number}")
        module.Ambiguous = type("Ambiguous", (Member,), {})
        monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(kinds, "_values", kinds._values.__wrapped__)
    with pytest.raises(TypeError, match="Ambiguous names more than one class"):
        kind_of("Ambiguous", "opensti.domains.results.actions")


@pytest.mark.django_db
def test_what_an_act_is_told_by_name_is_checked_like_the_rest(client):
    call = factory.draft_call(factory.officer())
    key = key_of(person(Role.OFFICER))
    send(client, "calls/edit_call", key, call_id=call.pk, title_vi="Tên mới")
    assert Call.objects.get(pk=call.pk).title_vi == "Tên mới"
    refused = send(client, "calls/edit_call", key, 422, call_id=call.pk, state="opened")
    assert [p["field"] for p in refused["problems"]] == ["state"]


@pytest.mark.django_db
def test_a_time_without_its_zone_is_refused(client):
    call = factory.draft_call(factory.officer())
    key = key_of(person(Role.OFFICER))
    late = (call.closes_at + timedelta(days=9)).replace(tzinfo=None)
    refused = send(
        client, "calls/edit_call", key, 422, call_id=call.pk, closes_at=late.isoformat()
    )
    assert [p["field"] for p in refused["problems"]] == ["closes_at"]
    assert Call.objects.get(pk=call.pk).closes_at == call.closes_at


@pytest.mark.django_db
def test_a_key_that_only_reads_declares_nothing_though_its_owner_may(client):
    office = panels.Office.new()
    (dossier,) = panels.eligible_dossiers(office)
    council = panels.formed(office, dossiers=[dossier])
    member = panels.seated(office, council)[4]
    panels.set_up(office, council)
    said = {
        "person_id": member.person_id,
        "interests": [{"dossier_id": dossier.pk, "reason": "Con rể của chủ nhiệm."}],
    }
    act, reading = "panels/declare_interests", key_of(member, reads_only=True)
    refused = send(client, act, reading, 403, **said)
    assert (refused["refusal"], DeclaredTie.objects.count()) == ("AccessDenied", 0)
    send(client, act, key_of(member), **said)
    assert DeclaredTie.objects.get().person_id == member.person_id


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "said", "field"),
    [
        ("tasks/draft_need", {"kind": "picnic"}, "kind"),
        (
            "tasks/draft_order",
            {
                "title_vi": "Thu hồi kẽm",
                "budget_ceiling": 1000,
                "duration_months": 12,
                "task_kind": "picnic",
            },
            "kind",
        ),
        (
            "tasks/triage_in_bulk",
            {"act": "burn", "need_ids": [], "reply": "", "dry_run": False},
            "act",
        ),
    ],
)
def test_a_word_that_no_page_offers_is_refused_at_its_field(client, name, said, field):
    key = key_of(person(Role.OFFICER))
    answer = client.post(
        f"/api/v1/acts/{name}",
        json.dumps(said),
        content_type="application/json",
        HTTP_AUTHORIZATION=f"Bearer {key}",
    )
    assert (answer.status_code, [p["field"] for p in answer.json()["problems"]]) == (
        422,
        [field],
    )


@pytest.mark.django_db
def test_a_change_of_a_contract_of_no_known_kind_is_refused(client):
    funded = contracts.running()
    said = {"contract_id": funded.contract.pk, "patch": {}, "reason": "Mưa bão."}
    refused = send(
        client,
        "contracts/ask_amendment",
        key_of(funded.host),
        422,
        kinds=["picnic"],
        **said,
    )
    assert [p["field"] for p in refused["problems"]] == ["kinds"]


@pytest.mark.django_db
def test_a_quantity_that_no_column_holds_is_refused_and_changes_nothing(client):
    funded = contracts.running()
    said = {"kind": "equipment", "code": "LN-1", "name": "Lò nung", "unit": "cái"}
    said |= {"formed_on": "2026-06-01", "original_value": "1000", "quantity": "1e30"}
    key = key_of(funded.host)
    act = "results/add_asset"
    send(client, act, key, 422, contract_id=funded.contract.pk, item=said)
    assert Asset.objects.count() == 0
