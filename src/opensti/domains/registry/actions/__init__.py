"""What can be done in the registry."""

from __future__ import annotations

from opensti.domains.registry.actions.bulk import (
    STATUSES,
    add_field_to_many,
    set_status_of_many,
)
from opensti.domains.registry.actions.erasing import erase_person, erase_person_again
from opensti.domains.registry.actions.imports import (
    CHUNK,
    RowResult,
    cancel_import,
    finish_import,
    import_chunk,
    import_organisation_row,
    import_person_row,
    import_work_row,
    note_progress,
    remember_imported,
    start_import,
)
from opensti.domains.registry.actions.merging import dismiss_pair, merge, undo_merge
from opensti.domains.registry.actions.organisations import (
    create_organisation,
    edit_organisation,
    save_code,
)
from opensti.domains.registry.actions.people import (
    add_degree,
    add_position,
    create_person,
    edit_person,
    end_position,
    link_account,
)
from opensti.domains.registry.actions.ties import (
    declare_relation,
    end_membership,
    end_relation,
    set_membership,
)
from opensti.domains.registry.actions.uploads import (
    launch_import,
    preview_rows,
    receive_table,
)

__all__ = [
    "CHUNK",
    "STATUSES",
    "RowResult",
    "add_degree",
    "add_field_to_many",
    "add_position",
    "cancel_import",
    "create_organisation",
    "create_person",
    "declare_relation",
    "dismiss_pair",
    "edit_organisation",
    "edit_person",
    "end_membership",
    "end_position",
    "end_relation",
    "erase_person",
    "erase_person_again",
    "finish_import",
    "import_chunk",
    "import_organisation_row",
    "import_person_row",
    "import_work_row",
    "launch_import",
    "link_account",
    "merge",
    "note_progress",
    "preview_rows",
    "receive_table",
    "remember_imported",
    "save_code",
    "set_membership",
    "set_status_of_many",
    "start_import",
    "undo_merge",
]
