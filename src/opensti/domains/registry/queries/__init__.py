"""Who is who: the registry's answers, narrowed to what the asker may know."""

from __future__ import annotations

from opensti.domains.registry.queries.actors import (actor_for)
from opensti.domains.registry.queries.chosen import (Entry, entries, organisation_ids, people_of_name)
from opensti.domains.registry.queries.columns import (COLUMNS, Column, guess_mapping, missing_columns)
from opensti.domains.registry.queries.duplicates import (LikelyPair, likely_duplicates)
from opensti.domains.registry.queries.expertise import (Known, KnownWork, expert_ids, known_by)
from opensti.domains.registry.queries.graph import (OrganisationRow, PersonRow, PositionRow, RelationRow, WorkRow, graph_organisations, graph_people, graph_positions, graph_relations, graph_works, people_of_accounts)
from opensti.domains.registry.queries.merging import (MergePreview, merge_of, merge_preview, merges, named_merges, survivor_of)
from opensti.domains.registry.queries.registry import (account_id_of, all_organisations, codes, fields, find_organisations, find_people, import_run, import_runs, imported, like_organisation, like_person, links_of, managers_of, memberships_of, organisation, organisation_counts, organisation_names, organisations, people, person, person_names, person_to_place, positions_in, provinces, relations_of, sees_contact, sees_private, units, works_of)
from opensti.domains.registry.queries.tables import (headings_of, headings_of_run, mapped, rows_of, rows_of_run)

__all__ = [
    "COLUMNS",
    "Column",
    "Entry",
    "Known",
    "KnownWork",
    "LikelyPair",
    "MergePreview",
    "OrganisationRow",
    "PersonRow",
    "PositionRow",
    "RelationRow",
    "WorkRow",
    "account_id_of",
    "actor_for",
    "all_organisations",
    "codes",
    "entries",
    "expert_ids",
    "fields",
    "find_organisations",
    "find_people",
    "graph_organisations",
    "graph_people",
    "graph_positions",
    "graph_relations",
    "graph_works",
    "guess_mapping",
    "headings_of",
    "headings_of_run",
    "import_run",
    "import_runs",
    "imported",
    "known_by",
    "like_organisation",
    "like_person",
    "likely_duplicates",
    "links_of",
    "managers_of",
    "mapped",
    "memberships_of",
    "merge_of",
    "merge_preview",
    "merges",
    "missing_columns",
    "named_merges",
    "organisation",
    "organisation_counts",
    "organisation_ids",
    "organisation_names",
    "organisations",
    "people",
    "people_of_accounts",
    "people_of_name",
    "person",
    "person_names",
    "person_to_place",
    "positions_in",
    "provinces",
    "relations_of",
    "rows_of",
    "rows_of_run",
    "sees_contact",
    "sees_private",
    "survivor_of",
    "units",
    "works_of",
]
