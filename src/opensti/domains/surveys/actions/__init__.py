"""Design, invite, answer, clean, analyse, publish surveys."""

from opensti.domains.surveys.actions.answering import (
    finish_answers,
    give_consent,
    save_answers,
    withdraw_consent,
)
from opensti.domains.surveys.actions.frames import allocate_sample, upload_frame
from opensti.domains.surveys.actions.inviting import (
    invite_list,
    mail_link,
    remind,
    withdraw_unit,
)
from opensti.domains.surveys.actions.steps import (
    analyse_wave,
    ask_for,
    clean_wave,
    decline,
    step,
)
from opensti.domains.surveys.actions.waves import (
    dismiss_manager,
    draft_wave,
    edit_wave,
    name_manager,
)

__all__ = [
    "allocate_sample",
    "analyse_wave",
    "ask_for",
    "clean_wave",
    "decline",
    "dismiss_manager",
    "draft_wave",
    "edit_wave",
    "finish_answers",
    "give_consent",
    "invite_list",
    "mail_link",
    "name_manager",
    "remind",
    "save_answers",
    "step",
    "upload_frame",
    "withdraw_consent",
    "withdraw_unit",
]
