"""The menu: which lists a person can open, by role; no query."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from django.urls import get_script_prefix, reverse
from django.utils.translation import gettext_lazy as _

from opensti.kernel.access import STAFF, Actor, Role
from opensti.ui.pages import NavGroup, NavLink

if TYPE_CHECKING:
    from opensti.kernel.refusals import Text

READERS = STAFF | {Role.AUDITOR}
DECIDING = READERS - {Role.SECRETARY}
EVERYONE = frozenset(Role) - {Role.PUBLIC}
# Who may act for an organisation or advise one.
INNOVATING = frozenset({Role.APPLICANT, Role.MANAGER, Role.EXPERT})
MENU: tuple[tuple[Text, tuple[tuple[Text, str, frozenset[Role]], ...]], ...] = (
    (
        _("My work"),
        (
            (_("What is to be done"), "home", EVERYONE),
            (_("Long work"), "jobs:list", READERS | {Role.ADMIN}),
        ),
    ),
    (
        _("Strategy"),
        (
            (_("Targets at a glance"), "strategies:dashboard", READERS),
            (_("Plans"), "strategies:plans", EVERYONE - {Role.ADMIN}),
            (_("What serves no goal"), "strategies:gaps", READERS),
            (_("Coherence of targets"), "strategies:coherence", READERS),
            (_("Stocktakes of targets"), "strategies:stocktakes", READERS),
            (_("Indicators"), "strategies:indicators", READERS),
            (_("Values"), "strategies:observations", READERS),
            (_("Campaigns"), "strategies:campaigns", READERS | {Role.MANAGER}),
            (_("Productivity accounts"), "strategies:account_runs", READERS),
            (_("Data sets"), "strategies:datasets", READERS),
            (_("Composite indices"), "strategies:indices", READERS),
        ),
    ),
    (
        _("Tasks"),
        (
            (_("Needs"), "tasks:needs", EVERYONE - {Role.ADMIN}),
            (_("Orders"), "tasks:orders", READERS),
            (_("Order lists"), "tasks:lists", READERS),
            (_("Task archive"), "tasks:archive", EVERYONE - {Role.ADMIN}),
        ),
    ),
    (
        _("Calls"),
        (
            (_("Calls"), "calls:calls", EVERYONE - {Role.ADMIN}),
            (
                _("Dossiers"),
                "calls:dossiers",
                READERS | {Role.APPLICANT, Role.MANAGER},
            ),
        ),
    ),
    (
        _("Overlap"),
        (
            (_("Comparisons"), "overlaps:screenings", READERS),
            (_("Map of likenesses"), "overlaps:map", READERS),
            (_("Corpus"), "overlaps:corpus", READERS),
            (_("Terms"), "overlaps:terms", READERS),
        ),
    ),
    (
        _("Councils"),
        (
            (_("Councils"), "panels:councils", READERS | {Role.EXPERT}),
            (
                _("Reviews before the meeting"),
                "panels:reviews",
                frozenset({Role.SECRETARY, Role.OFFICER, Role.EXPERT}),
            ),
            (
                _("Forming of councils"),
                "panels:formations",
                frozenset({Role.OFFICER, Role.SECRETARY, Role.LEADER, Role.AUDITOR}),
            ),
            (_("My ballots"), "panels:ballots", frozenset({Role.EXPERT})),
            (
                _("Conflicts of interest"),
                "panels:conflicts",
                READERS - {Role.FINANCE},
            ),
            (_("My councils"), "panels:own", frozenset({Role.EXPERT})),
            (_("My time and wishes"), "panels:availability", frozenset({Role.EXPERT})),
        ),
    ),
    (
        _("Decisions"),
        (
            (_("Selection rounds"), "portfolios:rounds", DECIDING),
            (
                _("Letters"),
                "portfolios:letters",
                DECIDING | {Role.APPLICANT, Role.MANAGER},
            ),
            (
                _("Objections"),
                "portfolios:objections",
                DECIDING | {Role.APPLICANT, Role.MANAGER},
            ),
        ),
    ),
    (
        _("Contracts"),
        (
            (
                _("Contracts"),
                "contracts:contracts",
                DECIDING | {Role.APPLICANT, Role.MANAGER},
            ),
            (_("How contracts stand"), "contracts:dashboard", DECIDING),
            (
                _("Reports of contracts"),
                "contracts:all_reports",
                DECIDING | {Role.APPLICANT, Role.MANAGER},
            ),
            (
                _("Calendar of contracts"),
                "contracts:calendar",
                DECIDING | {Role.APPLICANT, Role.MANAGER},
            ),
            (
                _("Disbursement register"),
                "contracts:payments",
                DECIDING | {Role.APPLICANT, Role.MANAGER},
            ),
            (
                _("Requests for payment"),
                "contracts:payment_requests",
                DECIDING | {Role.APPLICANT, Role.MANAGER},
            ),
            (
                _("Statements of accounts"),
                "contracts:statements",
                frozenset({Role.FINANCE, Role.LEADER, Role.AUDITOR}),
            ),
            (_("Year-end settlement"), "contracts:settlements", DECIDING),
            (_("Money to come back"), "contracts:owing", DECIDING),
        ),
    ),
    (
        _("Results"),
        (
            (
                _("Acceptances"),
                "results:acceptances",
                READERS | {Role.APPLICANT, Role.MANAGER},
            ),
            (
                _("Results"),
                "results:results",
                READERS | {Role.APPLICANT, Role.MANAGER},
            ),
            (
                _("Assets formed"),
                "results:assets",
                DECIDING | {Role.APPLICANT, Role.MANAGER},
            ),
            (
                _("Uptake after the end"),
                "results:uptake_years",
                DECIDING | {Role.APPLICANT, Role.MANAGER},
            ),
            (_("Rights"), "results:rights", DECIDING | {Role.APPLICANT, Role.MANAGER}),
            (_("Deals"), "results:deals", DECIDING | {Role.APPLICANT, Role.MANAGER}),
            (_("Offers"), "results:offers", DECIDING | {Role.APPLICANT, Role.MANAGER}),
            (_("Shares of profit"), "results:payouts", EVERYONE - {Role.ADMIN}),
        ),
    ),
    (
        _("Publication"),
        (
            (_("News and events"), "publications:articles", READERS),
            (_("What is made public"), "disclosure:versions", READERS),
            (
                _("Corrections"),
                "register:corrections",
                frozenset({Role.OFFICER, Role.LEADER, Role.AUDITOR}),
            ),
            (_("Honours"), "honours:honours", READERS),
        ),
    ),
    (
        _("Innovation in organisations"),
        (
            (
                _("Innovation assessments"),
                "assessments:assessments",
                frozenset(
                    {
                        Role.OFFICER,
                        Role.LEADER,
                        Role.APPLICANT,
                        Role.MANAGER,
                        Role.EXPERT,
                    }
                ),
            ),
            (
                _("Who may see our assessments"),
                "assessments:sharing",
                frozenset({Role.MANAGER}),
            ),
            (_("Innovation board"), "innovation:board", INNOVATING),
            (_("Idea campaigns"), "innovation:campaigns", INNOVATING),
            (_("Ideas"), "innovation:ideas", INNOVATING),
            (_("Initiatives"), "innovation:initiatives", INNOVATING),
            (_("Signals"), "innovation:signals", INNOVATING),
            (_("Innovation objectives"), "innovation:strategy", INNOVATING),
            (_("Internal audits"), "innovation:audits", INNOVATING),
            (_("Management reviews"), "innovation:reviews", INNOVATING),
            (_("Records of the system"), "innovation:records", INNOVATING),
            (
                _("Measures of innovation"),
                "innovation:measures",
                INNOVATING | {Role.OFFICER, Role.LEADER},
            ),
            (
                _("Who may see our innovation work"),
                "innovation:sharing",
                frozenset({Role.MANAGER}),
            ),
            (_("Surveys of organisations"), "surveys:waves", EVERYONE - {Role.ADMIN}),
        ),
    ),
    (
        _("Voices of citizens"),
        (
            (_("What citizens say"), "supervision:voices", DECIDING - {Role.FINANCE}),
            (
                _("Texts to screen"),
                "supervision:queue",
                frozenset({Role.OFFICER, Role.LEADER}),
            ),
            (_("Answering units"), "supervision:units", DECIDING - {Role.FINANCE}),
            (
                _("Templates of answers"),
                "supervision:templates",
                frozenset({Role.OFFICER, Role.LEADER}),
            ),
            (_("Alerts"), "supervision:alerts", frozenset({Role.AUDITOR})),
            (_("Readers of alerts"), "supervision:inspectors", frozenset({Role.ADMIN})),
        ),
    ),
    (
        _("Registry"),
        (
            (_("Organisations"), "registry:organisations", EVERYONE - {Role.ADMIN}),
            (_("People"), "registry:people", READERS),
            (_("My entry"), "registry:me", frozenset({Role.EXPERT})),
            (_("My public page"), "register:my_page", frozenset({Role.EXPERT})),
        ),
    ),
    (
        _("System"),
        (
            (_("Accounts"), "accounts:accounts", frozenset({Role.ADMIN, Role.AUDITOR})),
            (_("Delegations"), "accounts:delegations", STAFF | {Role.ADMIN}),
            (_("Keys for programs"), "accounts:tokens", EVERYONE),
            (_("Changes sent to programs"), "webhooks:webhooks", EVERYONE),
            (
                _("Procedures"),
                "procedures:regimes",
                READERS | {Role.ADMIN},
            ),
            (_("How long steps take"), "audit:stages", READERS),
            (_("Red flags"), "audit:flags", frozenset({Role.LEADER, Role.AUDITOR})),
            (_("Record"), "record:entries", frozenset({Role.AUDITOR})),
        ),
    ),
)


def _current(path: str, addresses: dict[str, str]) -> str:
    """Return the entry whose address covers most of ``path``."""
    fitting = [
        (len(url), name)
        for name, url in addresses.items()
        if path == url or (name != "home" and path.startswith(url))
    ]
    return max(fitting, default=(0, ""))[1]


@lru_cache(maxsize=8)
def _addresses(_prefix: str) -> dict[str, str]:
    """Where the links lead: the same for everybody, under the prefix of the site."""
    return {n: reverse(n) for _label, i in MENU for _text, n, _roles in i}


def menu_for(actor: Actor, path: str) -> list[NavGroup]:
    """Return the groups and links that this person's roles open."""
    if not actor.is_authenticated:
        return []
    groups = []
    addresses = _addresses(get_script_prefix())
    here = _current(path, addresses)
    for label, items in MENU:
        links = []
        for text, name, roles in items:
            if actor.has(*roles):
                links.append(
                    NavLink(label=text, url=addresses[name], current=name == here)
                )
        if links:
            groups.append(NavGroup(label=label, links=links))
    return groups
