"""Every list and every page of a case has a literal number of queries."""

from __future__ import annotations

from importlib import import_module

from django.urls import URLPattern, get_resolver

from opensti.ui.lists import ListPage

# Where the numbers stand, by the namespace of the pages.
KEPT_IN = {
    "disclosure": "tests.web.disclosure.test_disclosure_pages",
    "register": "tests.web.register.test_pages",
    "webhooks": "tests.web.partners.test_pages",
    "honours": "tests.web.publications.test_honours",
    "publications": "tests.web.publications.test_articles",
    "supervision": "tests.web.supervision.test_pages",
    "": "tests.web.test_home",
    "accounts": "tests.web.accounts.test_views",
    "registry": "tests.web.registry.test_pages",
    "tasks": "tests.web.tasks.test_pages",
    "calls": "tests.web.calls.test_pages",
    "overlaps": "tests.web.overlaps.test_pages",
    "panels": "tests.web.panels.test_pages",
    "portfolios": "tests.web.portfolios.test_pages",
    "results": "tests.web.results.test_pages",
    "contracts": "tests.web.contracts.test_money_pages",
    "strategies": "tests.web.strategies.test_scorecard",
    "assessments": "tests.web.assessments.test_pages",
    "innovation": "tests.web.innovation.test_pages",
    "surveys": "tests.web.surveys.test_pages",
    "audit": "tests.web.audit.test_flags",
    "portal": "tests.portal.test_views",
}
# Further files of a namespace, where one would be too long.
ALSO_IN = (
    ("contracts", "tests.web.contracts.test_aid"),
    ("portal", "tests.portal.test_disclosure"),
    ("portal", "tests.portal.test_register"),
    ("portal", "tests.portal.test_statistics"),
    ("portal", "tests.portal.test_search"),
    ("portal", "tests.portal.news"),
    ("portal", "tests.portal.test_supervision"),
    ("portal", "tests.portal.test_assessing"),
    ("portal", "tests.portal.test_ideas"),
    ("portal", "tests.portal.test_surveying"),
    ("assessments", "tests.web.assessments.test_planning"),
    ("audit", "tests.web.audit.test_stages"),
    ("portal", "tests.portal.test_accounts"),
    ("panels", "tests.web.panels.test_conflicts"),
    ("panels", "tests.web.panels.test_formations"),
    ("portfolios", "tests.web.portfolios.test_ranking"),
    *(
        ("contracts", f"tests.web.contracts.test_{name}")
        for name in (
            "amendments",
            "budget",
            "checks",
            "drafting",
            "ending",
            "lights",
            "pages",
            "papers",
            "reports",
        )
    ),
    *(
        ("results", f"tests.web.results.test_{name}")
        for name in ("acceptances", "deals", "offers", "rights")
    ),
    *(
        ("strategies", f"tests.web.strategies.test_{name}")
        for name in ("accounts", "goals", "indicators", "indices", "plans")
    ),
    ("portfolios", "tests.web.portfolios.test_scenarios"),
    ("portal", "tests.portal.test_results"),
    ("portal", "tests.portal.scorecards"),
    ("portal", "tests.portal.indicators"),
    ("portal", "tests.portal.offers"),
    ("portal", "tests.portal.test_goals"),
    ("portal", "tests.portal.test_indices"),
    ("portal", "tests.portal.plans"),
    ("portal", "tests.portal.test_open_data"),
)
# What has an address with an id and shows no rows: forms of one record, files, papers.
FORMS = {
    "surveys:edit",
    "disclosure:check",
    "disclosure:edit",
    "disclosure:issue",
    "disclosure:rule",
    "register:correction_new",
    "honours:decline",
    "honours:withdraw",
    "innovation:hand_in",
    "innovation:record_file",
    "innovation:initiative_edit",
    "portal:confirm",
    "portal:leave",
    "publications:article_new",
    "publications:article_edit",
    "portal:voice_object",
    "portal:voice_confirm",
    "portal:support_confirm",
    "strategies:campaign_reopen",
    "strategies:link_goal",
    "strategies:stocktake_edit",
    "strategies:stocktake_judge",
    "strategies:stocktake_decide",
    "strategies:stocktake_hold",
    "strategies:stocktake_decision",
    "strategies:action_edit",
    "strategies:action_follow",
    "strategies:action_new",
    "strategies:action_waits",
    "strategies:amend",
    "strategies:comment_answer",
    "strategies:comment_new",
    "strategies:consult",
    "strategies:envelope_new",
    "strategies:goal_edit",
    "strategies:goal_new",
    "strategies:issue",
    "strategies:milestone_done",
    "strategies:money_note",
    "strategies:part_edit",
    "strategies:part_new",
    "strategies:plan_edit",
    "strategies:plan_step",
    "contracts:money_act",
    "contracts:money_act_on",
    "contracts:line_match",
    "contracts:budget_sheet",
    "contracts:report_add",
    "contracts:report_drop",
    "contracts:check_new",
    "contracts:check_hold",
    "contracts:check_cancel",
    "results:base_council",
    "results:handover",
    "results:right_edit",
    "results:right_move",
    "results:docket_new",
    "results:docket_meet",
    "results:right_paper",
    "results:deal_edit",
    "results:deal_paper",
    "results:income_edit",
    "results:pay",
    "results:offer_edit",
    "results:interest_new",
    "results:interest_answer",
    "accounts:role_new",
    "procedures:switch",
    "procedures:year",
    "registry:organisation_edit",
    "registry:person_edit",
    "registry:position_add",
    "registry:degree_add",
    "registry:relation_add",
    "registry:merge",
    "overlaps:archive",
    "overlaps:remove_terms",
    "tasks:need_edit",
    "tasks:order_edit",
    "tasks:secrecy",
    "tasks:secret_new",
    "tasks:list_edit",
    "calls:call_edit",
    "calls:late_exception",
    "calls:early_opening",
    "calls:dossier_new",
    "panels:item_contents",
    "panels:answer",
    "portfolios:decision_edit",
    "portfolios:lock",
    "portfolios:object",
    "portfolios:scenario_edit",
    "portfolios:scenario_new",
    "results:asset_act",
    "results:asset_edit",
    "results:asset_new",
    "results:assets_import",
    "results:propose",
    "results:result_attach",
    "results:result_edit",
    "results:result_new",
    "results:result_ownership",
    "results:uptake_plan",
    "strategies:indicator_edit",
    "strategies:indicator_retire",
    "strategies:indicator_dimensions",
    "strategies:indicator_place",
    "strategies:target_new",
    "strategies:observe",
    "strategies:observation_correct",
    "strategies:observation_return",
    "strategies:campaign_edit",
    "strategies:campaign_asked",
    "strategies:sheet_hand_in",
}
FILES = {
    "assessments:file",
    "assessments:report",
    "surveys:report",
    "disclosure:file",
    "portal:receipt",
    "portal:panel_bundle",
    "portal:honour_receipt",
    "portal:article_file",
    "portal:event_calendar",
    "portal:sitemap_part",
    "supervision:alert_file",
    "strategies:observation_file",
    "strategies:index_file",
    "portal:index_file",
    "strategies:goal_chain",
    "strategies:scorecard_file",
    "strategies:way_file",
    "strategies:stocktake_minutes",
    "portal:scorecard_file",
    "strategies:plan_file",
    "strategies:plan_sheet",
    "contracts:request_paper",
    "contracts:request_sheet",
    "contracts:volume_sheet",
    "contracts:report_paper",
    "contracts:settlements_file",
    "contracts:settlement_paper",
    "contracts:payment_paper",
    "contracts:clearance_paper",
    "contracts:dossier_workbook",
    "contracts:budget_workbook",
    "contracts:contract_calendar",
    "contracts:report_file",
    "contracts:paper_document",
    "contracts:signed_file",
    "contracts:check_minutes",
    "contracts:check_file",
    "contracts:amendment_paper",
    "contracts:amendment_document",
    "contracts:ending_paper",
    "contracts:ending_document",
    "results:acceptance_file",
    "results:assessment_paper",
    "results:dossier_paper",
    "results:base_paper",
    "results:outcome_paper",
    "results:registration_paper",
    "results:inventory",
    "results:handling_decision",
    "results:disclosure",
    "results:deal_summary",
    "results:split_decision",
    "results:uptake_paper",
    "results:recognition",
    "results:completion",
    "results:work_file",
    "results:right_file",
    "results:deal_file",
    "results:statement",
    "portal:call_receipt",
    "portal:decision_bundle",
    "portal:decision_receipt",
    "registry:import_errors",
    "tasks:list_document",
    "tasks:need_file",
    "calls:budget_template",
    "calls:dossier_file",
    "calls:dossier_receipt",
    "calls:dossier_document",
    "calls:eligibility_document",
    "calls:call_document",
    "overlaps:screening_document",
    "overlaps:terms_errors",
    "panels:calendar",
    "panels:certificate",
    "panels:certificate_year",
    "panels:formation_workbook",
    "panels:item_paper",
    "panels:review_paper",
    "panels:independence",
    "panels:meeting_calendar",
    "panels:course",
    "panels:letter",
    "panels:minutes",
    "panels:scores",
    "panels:signature_scan",
    "portfolios:round_document",
    "portfolios:proposal",
    "portfolios:scenario_proposal",
    "portfolios:receipt",
    "portfolios:scenario_workbook",
    "portfolios:letter_document",
    "results:asset_file",
    "results:asset_minutes",
    "results:assets_template",
    "results:result_file",
    "results:stocktake_minutes",
    "results:uptake_file",
    "portal:indicator_csv",
    "strategies:campaign_sheet",
    "strategies:indicator_values",
}
SPACES = {*KEPT_IN, "jobs", "procedures", "record"} - {""}


def addresses(resolver, spaces=()):
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield ":".join((*spaces, entry.name or "")), entry
        else:
            more = (entry.namespace,) if entry.namespace else ()
            yield from addresses(entry, (*spaces, *more))


def methods(view):
    """What a view answers, as its decorator says; nothing said is everything."""
    while view is not None:
        for cell in getattr(view, "__closure__", None) or ():
            held = cell.cell_contents
            if isinstance(held, (list, tuple)) and {"GET", "POST"} & set(
                map(str, held)
            ):
                return set(held)
        view = getattr(view, "__wrapped__", None)
    return {"GET", "POST"}


def pages():
    """Lists, and pages of one thing: a name with an id in its address, read by GET."""
    for name, entry in addresses(get_resolver()):
        if name.split(":")[0] not in SPACES:
            continue
        kind = getattr(entry.callback, "view_class", None)
        a_list = kind is not None and issubclass(kind, ListPage)
        if a_list or (entry.pattern.converters and "GET" in methods(entry.callback)):
            yield name


def budgets():
    for space, module in (*KEPT_IN.items(), *ALSO_IN):
        for name, number in import_module(module).BUDGETS.items():
            yield (f"{space}:{name}" if space else name), number


def test_every_list_and_every_page_of_a_case_has_a_literal_budget():
    known = dict(budgets())
    assert [n for n in pages() if n not in known and n not in FORMS | FILES] == []
    assert all(type(number) is int and number > 0 for number in known.values())


def test_what_needs_no_budget_exists_and_has_none():
    there = set(pages())
    assert there >= FORMS | FILES
    assert not (FORMS | FILES) & set(dict(budgets()))
