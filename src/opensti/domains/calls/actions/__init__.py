"""From the call to the valid dossier: every act."""

from __future__ import annotations

from opensti.domains.calls.actions.announcing import (
    cancel_call,
    conclude_call,
    draft_call,
    edit_call,
    extend_call,
    publish_call,
)
from opensti.domains.calls.actions.checking import (
    Outcome,
    check_and_confirm,
    check_eligibility,
    confirm_eligible,
    confirm_many,
    reject_ineligible,
)
from opensti.domains.calls.actions.correcting import (
    CALL_FIELDS,
    checked_text,
    correct_call,
)
from opensti.domains.calls.actions.locking import SavedMeanwhile
from opensti.domains.calls.actions.papers import (
    attach_file,
    detach_file,
    replace_file,
)
from opensti.domains.calls.actions.sealing import (
    agree_early_opening,
    ask_early_opening,
    grant_late_exception,
    open_dossiers,
)
from opensti.domains.calls.actions.stepping import (
    conclude_cost,
    conclude_dossier,
    request_revision,
    send_to_cost_appraisal,
    send_to_council,
    step_dossier,
)
from opensti.domains.calls.actions.submitting import (
    reopen_dossier,
    request_supplement,
    revise_dossier,
    submit_dossier,
    supplement_dossier,
    withdraw_dossier,
)
from opensti.domains.calls.actions.writing import (
    Saved,
    add_editor,
    keep_version,
    remove_editor,
    restore_version,
    save_dossier,
    start_dossier,
)

__all__ = [
    "CALL_FIELDS",
    "Outcome",
    "Saved",
    "SavedMeanwhile",
    "add_editor",
    "agree_early_opening",
    "ask_early_opening",
    "attach_file",
    "cancel_call",
    "check_and_confirm",
    "check_eligibility",
    "checked_text",
    "conclude_call",
    "conclude_cost",
    "conclude_dossier",
    "confirm_eligible",
    "confirm_many",
    "correct_call",
    "detach_file",
    "draft_call",
    "edit_call",
    "extend_call",
    "grant_late_exception",
    "keep_version",
    "open_dossiers",
    "publish_call",
    "reject_ineligible",
    "remove_editor",
    "reopen_dossier",
    "replace_file",
    "request_revision",
    "request_supplement",
    "restore_version",
    "revise_dossier",
    "save_dossier",
    "send_to_cost_appraisal",
    "send_to_council",
    "start_dossier",
    "step_dossier",
    "submit_dossier",
    "supplement_dossier",
    "withdraw_dossier",
]
