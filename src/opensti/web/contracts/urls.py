from django.urls import path

from opensti.web.contracts import (
    aid,
    amendments,
    approving,
    budget,
    budget_editing,
    calendars,
    check_acts,
    checks,
    contracts,
    drafting,
    ending,
    lights,
    papers,
    report_judging,
    report_paper,
    report_writing,
    reports,
    terms,
)
from opensti.web.contracts.money import (
    acts,
    host_papers,
    page,
    registers,
    settlements,
    statements,
)
from opensti.web.contracts.money import papers as money_papers

D = "dossiers/<str:public_id>/"
C = "<str:public_id>/"
REPORT = "<str:public_id>/reports/<str:report_id>/"
MONEY = [
    path("payments/", registers.Payments.as_view(), name="payments"),
    path("requests/", registers.PaymentRequests.as_view(), name="payment_requests"),
    path(
        "requests/<str:request_id>/", registers.payment_request, name="payment_request"
    ),
    path(
        "requests/<str:request_id>/file/<str:file_id>/",
        registers.request_paper,
        name="request_paper",
    ),
    path(
        "requests/<str:request_id>/sheet.<str:kind>",
        host_papers.request_sheet,
        name="request_sheet",
    ),
    path("statements/", statements.Statements.as_view(), name="statements"),
    path("statements/new/", statements.statement_new, name="statement_new"),
    path("statements/line/<int:line_id>/", statements.line_match, name="line_match"),
    path("statements/<str:public_id>/", statements.statement, name="statement"),
    path(
        "statements/<str:public_id>/enter/",
        statements.statement_enter,
        name="statement_enter",
    ),
    path(
        "statements/<str:public_id>/match/",
        statements.statement_match,
        name="statement_match",
    ),
    path("settlements/", settlements.settlements, name="settlements"),
    path(
        "settlements/<str:file_id>/",
        settlements.settlements_file,
        name="settlements_file",
    ),
    path("<str:public_id>/money/", page.money_page, name="money"),
    path(
        "<str:public_id>/money/account.<str:kind>",
        money_papers.settlement_paper,
        name="settlement_paper",
    ),
    path(
        "<str:public_id>/money/order/<str:payment_id>.<str:kind>",
        money_papers.payment_paper,
        name="payment_paper",
    ),
    path(
        "<str:public_id>/money/volume/<str:clearance_id>.<str:kind>",
        host_papers.volume_sheet,
        name="volume_sheet",
    ),
    path(
        "<str:public_id>/money/list/<str:clearance_id>/<str:file_id>/",
        page.clearance_paper,
        name="clearance_paper",
    ),
    path("<str:public_id>/money/<str:act>/", acts.money_act, name="money_act"),
    path(
        "<str:public_id>/money/<str:act>/<str:what>/",
        acts.money_act,
        name="money_act_on",
    ),
]
CHECK = "<str:public_id>/checks/<str:check_id>/"
app_name = "contracts"
urlpatterns = [
    path("", contracts.Contracts.as_view(), name="contracts"),
    path("calendar/", calendars.own_calendar, name="calendar"),
    path("calendar/link/", calendars.calendar_link, name="calendar_link"),
    path("reports/", reports.Reports.as_view(), name="all_reports"),
    *MONEY,
    path("dashboard/", lights.dashboard, name="dashboard"),
    path("owing/", ending.owing_page, name="owing"),
    path(f"{D}budget/", budget.dossier_budget, name="dossier_budget"),
    path(f"{D}budget/workbook/", budget.dossier_workbook, name="dossier_workbook"),
    path(f"{D}budget/lines/", budget_editing.budget_sheet, name="budget_sheet"),
    path(f"{D}budget/<slug:act>/", budget_editing.budget_edit, name="budget_edit"),
    path(f"{D}open/", budget.contract_open, name="open"),
    path(f"{C}aid/", aid.aid_page, name="aid"),
    path(f"{C}aid/new/", aid.aid_new, name="aid_new"),
    path(f"{C}aid/<int:number>/drop/", aid.aid_drop, name="aid_drop"),
    path(f"{C}budget/", budget.contract_budget, name="budget"),
    path(f"{C}budget/workbook/", budget.budget_workbook, name="budget_workbook"),
    path("<str:public_id>/", contracts.contract_page, name="contract"),
    path(
        "<str:public_id>/calendar.ics",
        calendars.contract_calendar,
        name="contract_calendar",
    ),
    path("<str:public_id>/reports/", reports.contract_reports, name="reports"),
    path("<str:public_id>/reports/add/", report_judging.report_add, name="report_add"),
    path(REPORT, reports.report_page, name="report"),
    path(
        f"{REPORT}version/<int:number>.<str:kind>",
        report_paper.report_paper,
        name="report_paper",
    ),
    path(f"{REPORT}compare/", reports.report_compare, name="report_compare"),
    path(f"{REPORT}file/<str:file_id>/", reports.report_file, name="report_file"),
    path(f"{REPORT}start/", report_writing.report_start, name="report_start"),
    path(f"{REPORT}edit/", report_writing.report_edit, name="report_edit"),
    path(f"{REPORT}autosave/", report_writing.report_autosave, name="report_autosave"),
    path(f"{REPORT}return/", report_judging.report_return, name="report_return"),
    path(f"{REPORT}accept/", report_judging.report_accept, name="report_accept"),
    path(f"{REPORT}drop/", report_judging.report_drop, name="report_drop"),
    path(f"{C}edit/", drafting.contract_edit, name="edit"),
    path(f"{C}edit/<slug:section>/", drafting.contract_edit, name="edit_section"),
    path(
        f"{C}edit/<slug:section>/autosave/",
        drafting.contract_autosave,
        name="autosave",
    ),
    path("<str:public_id>/approval/", approving.approval_page, name="approval"),
    path("<str:public_id>/papers/", papers.papers_page, name="papers"),
    path(
        "<str:public_id>/papers/<str:paper>/<str:language>.<str:kind>",
        papers.paper_document,
        name="paper_document",
    ),
    path(
        "<str:public_id>/signed/<str:paper_id>/",
        papers.signed_file,
        name="signed_file",
    ),
    path(
        "<str:public_id>/signed/<str:paper_id>/withdraw/",
        papers.signed_withdraw,
        name="signed_withdraw",
    ),
    path("<str:public_id>/checks/", checks.contract_checks, name="checks"),
    path("<str:public_id>/checks/new/", check_acts.check_new, name="check_new"),
    path(CHECK, checks.check_page, name="check"),
    path(f"{CHECK}minutes.<str:kind>", checks.check_minutes, name="check_minutes"),
    path(f"{CHECK}file/<str:file_id>/", checks.check_file, name="check_file"),
    path(f"{CHECK}hold/", check_acts.check_hold, name="check_hold"),
    path(f"{CHECK}cancel/", check_acts.check_cancel, name="check_cancel"),
    path(f"{CHECK}confirm/", check_acts.check_confirm, name="check_confirm"),
    path(f"{CHECK}attach/", check_acts.check_attach, name="check_attach"),
    path(
        f"{CHECK}findings/<int:number>/", check_acts.finding_page, name="check_finding"
    ),
    path("<str:public_id>/amendments/", amendments.amendments_page, name="amendments"),
    path(
        "<str:public_id>/amendments/new/",
        amendments.amendment_new,
        name="amendment_new",
    ),
    path(
        "<str:public_id>/amendments/<int:number>/",
        amendments.amendment_page,
        name="amendment",
    ),
    path(
        "<str:public_id>/amendments/<int:number>/decide/",
        amendments.amendment_decide,
        name="amendment_decide",
    ),
    path(
        "<str:public_id>/amendments/<int:number>/refuse/",
        amendments.amendment_refuse,
        name="amendment_refuse",
    ),
    path(
        "<str:public_id>/amendments/<int:number>/opinion/",
        amendments.amendment_opinion,
        name="amendment_opinion",
    ),
    path(
        "<str:public_id>/amendments/<int:number>/withdraw/",
        amendments.amendment_withdraw,
        name="amendment_withdraw",
    ),
    path(
        "<str:public_id>/amendments/<int:number>/attach/",
        amendments.amendment_attach,
        name="amendment_attach",
    ),
    path(
        "<str:public_id>/amendments/<int:number>/paper/<str:file_id>/",
        amendments.amendment_paper,
        name="amendment_paper",
    ),
    path(
        "<str:public_id>/amendments/<int:number>/decision.<str:kind>",
        amendments.amendment_document,
        name="amendment_document",
    ),
    path("<str:public_id>/terms/", terms.terms_page, name="terms"),
    path("<str:public_id>/ending/", ending.ending_page, name="ending"),
    path("<str:public_id>/ending/ask/", ending.ending_ask, name="ending_ask"),
    path("<str:public_id>/ending/begin/", ending.ending_begin, name="ending_begin"),
    path("<str:public_id>/ending/drop/", ending.ending_drop, name="ending_drop"),
    path("<str:public_id>/ending/report/", ending.ending_report, name="ending_report"),
    path("<str:public_id>/ending/check/", ending.ending_check, name="ending_check"),
    path(
        "<str:public_id>/ending/condition/<str:condition>/",
        ending.ending_condition,
        name="ending_condition",
    ),
    path("<str:public_id>/ending/decide/", ending.ending_decide, name="ending_decide"),
    path(
        "<str:public_id>/ending/paper/<str:file_id>/",
        ending.ending_paper,
        name="ending_paper",
    ),
    path(
        "<str:public_id>/ending/decision.<str:kind>",
        ending.ending_document,
        name="ending_document",
    ),
]
