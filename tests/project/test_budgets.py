"""Every list and every page of a case has a literal number of queries."""

from __future__ import annotations

from importlib import import_module

from django.urls import URLPattern, get_resolver

from opensti.ui.lists import ListPage

# Where the numbers stand, by the namespace of the pages.
KEPT_IN = {
    "": "tests.web.test_home",
    "accounts": "tests.web.accounts.test_views",
    "registry": "tests.web.registry.test_pages",
    "tasks": "tests.web.tasks.test_pages",
    "calls": "tests.web.calls.test_pages",
    "overlaps": "tests.web.overlaps.test_pages",
    "panels": "tests.web.panels.test_pages",
    "portfolios": "tests.web.portfolios.test_pages",
    "portal": "tests.portal.test_views",
}
# Further files of a namespace, where one would be too long.
ALSO_IN = (
    ("panels", "tests.web.panels.test_conflicts"),
    ("panels", "tests.web.panels.test_formations"),
    ("portfolios", "tests.web.portfolios.test_ranking"),
    ("portfolios", "tests.web.portfolios.test_scenarios"),
)
# What has an address with an id and shows no rows: forms of one record, files, papers.
FORMS = {
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
}
FILES = {
    "portal:call_receipt",
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
