"""What the public may see: the register by page, and whole lives of tasks as a stream."""

from opensti.domains.publications.disclosure import Audience
from opensti.domains.publications.queries.consenting import (
    CONSENT_NOW,
    CONSENT_TEXTS,
    consent_of,
)
from opensti.domains.publications.queries.correcting import (
    CORRECTABLE,
    correction,
    corrections,
    published_thing,
)
from opensti.domains.publications.queries.days import midnight
from opensti.domains.publications.queries.edition import Edition, edition
from opensti.domains.publications.queries.flagging import red_flags
from opensti.domains.publications.queries.flagging import years as red_flag_years
from opensti.domains.publications.queries.histories import Change, Moment
from opensti.domains.publications.queries.history_pages import history, receipt_of_act
from opensti.domains.publications.queries.lives import (
    Asked,
    Awarded,
    Body,
    Brought,
    Called,
    Life,
    Told,
    lives,
)
from opensti.domains.publications.queries.public_bodies import (
    organisation_list,
    organisation_page,
    person_list,
    person_page,
)
from opensti.domains.publications.queries.public_contracts import (
    contract as public_contract,
)
from opensti.domains.publications.queries.public_contracts import contract_figures
from opensti.domains.publications.queries.public_contracts import (
    contracts as public_contracts,
)
from opensti.domains.publications.queries.public_councils import (
    council as public_council,
)
from opensti.domains.publications.queries.public_councils import (
    councils as public_councils,
)
from opensti.domains.publications.queries.register import (
    Statistics,
    call,
    calls,
    council_figures,
    council_tables,
    council_years,
    decision,
    decision_bundle,
    decisions,
    deviations,
    draws,
    goal_chain,
    latest_acts,
    offer,
    offers,
    offers_bundle,
    open_calls,
    order,
    order_answered,
    order_lists,
    order_of,
    orders,
    organisations,
    overlap_of,
    public_receipt,
    record_entries,
    result,
    result_details,
    results,
    scorecard,
    scorecards,
    statistics,
    task,
    tasks,
    totals,
)
from opensti.domains.publications.queries.sight import Card, Sight, Withheld, sight
from opensti.domains.publications.queries.task_life import (
    Kept,
    Stage,
    TaskLife,
    task_life,
)

__all__ = [
    "CONSENT_NOW",
    "CONSENT_TEXTS",
    "CORRECTABLE",
    "Asked",
    "Audience",
    "Awarded",
    "Body",
    "Brought",
    "Called",
    "Card",
    "Change",
    "Edition",
    "Kept",
    "Life",
    "Moment",
    "Sight",
    "Stage",
    "Statistics",
    "TaskLife",
    "Told",
    "Withheld",
    "call",
    "calls",
    "consent_of",
    "contract_figures",
    "correction",
    "corrections",
    "council_figures",
    "council_tables",
    "council_years",
    "decision",
    "decision_bundle",
    "decisions",
    "deviations",
    "draws",
    "edition",
    "goal_chain",
    "history",
    "latest_acts",
    "lives",
    "midnight",
    "offer",
    "offers",
    "offers_bundle",
    "open_calls",
    "order",
    "order_answered",
    "order_lists",
    "order_of",
    "orders",
    "organisation_list",
    "organisation_page",
    "organisations",
    "overlap_of",
    "person_list",
    "person_page",
    "public_contract",
    "public_contracts",
    "public_council",
    "public_councils",
    "public_receipt",
    "published_thing",
    "receipt_of_act",
    "record_entries",
    "red_flag_years",
    "red_flags",
    "result",
    "result_details",
    "results",
    "scorecard",
    "scorecards",
    "sight",
    "statistics",
    "task",
    "task_life",
    "tasks",
    "totals",
]
