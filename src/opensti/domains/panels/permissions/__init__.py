"""Who may do and see what of councils, by the part of the work."""

from __future__ import annotations

from opensti.domains.panels.permissions import meeting
from opensti.domains.panels.permissions.barring import (
    barred,
    barred_dossiers,
    barred_orders,
    is_no_auditor,
)
from opensti.domains.panels.permissions.conflicts import names_what_is_hidden
from opensti.domains.panels.permissions.councils import (
    FOLLOWERS,
    hidden_ids,
    hidden_items,
    is_its_secretary,
    items_where,
    keeper,
    keeps,
    kept_dossiers,
    sits,
)
from opensti.domains.panels.permissions.experts import SEEKERS
from opensti.domains.panels.permissions.formation import (
    asked_for_wishes,
    hidden_formation_items,
)
from opensti.domains.panels.permissions.meeting import has_sheet
from opensti.domains.panels.permissions.reviewing import (
    chairs,
    counted_reviews,
    listed_assignments,
    owes_review,
)

__all__ = [
    "FOLLOWERS",
    "SEEKERS",
    "asked_for_wishes",
    "barred",
    "barred_dossiers",
    "barred_orders",
    "chairs",
    "counted_reviews",
    "has_sheet",
    "hidden_formation_items",
    "hidden_ids",
    "hidden_items",
    "is_its_secretary",
    "is_no_auditor",
    "items_where",
    "keeper",
    "keeps",
    "kept_dossiers",
    "listed_assignments",
    "meeting",
    "names_what_is_hidden",
    "owes_review",
    "sits",
]
