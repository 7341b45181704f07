"""From a need to the order that answers it, and to the task file: every act."""

from __future__ import annotations

from opensti.domains.tasks.actions.archive import (
    ArchivedTask,
    BatchOutcome,
    import_tasks_batch,
)
from opensti.domains.tasks.actions.correcting import (
    ORDER_FIELDS,
    TASK_FIELDS,
    checked_value,
    correct_order,
    correct_task,
)
from opensti.domains.tasks.actions.goals import link_goal, link_goals_in_bulk
from opensti.domains.tasks.actions.lists import (
    approve_order_list,
    change_order_list,
    make_order_list,
)
from opensti.domains.tasks.actions.needs import (
    draft_need,
    save_need,
    submit_need,
    withdraw_need,
)
from opensti.domains.tasks.actions.orders import (
    cancel_order,
    close_order,
    conclude_determined,
    conclude_rejected,
    draft_order,
    edit_order,
    mark_called,
    reject_order,
    send_to_council,
    take_into_order,
)
from opensti.domains.tasks.actions.papers import attach_to_need, detach_from_need
from opensti.domains.tasks.actions.reply_day import set_reply_day
from opensti.domains.tasks.actions.secrecy import (
    classify_order,
    classify_task,
    enter_classified_order,
    enter_classified_task,
)
from opensti.domains.tasks.actions.task_files import create_task, set_task_state
from opensti.domains.tasks.actions.triage import (
    accept_need,
    decline_need,
    merge_needs,
    return_need,
    triage_in_bulk,
)
from opensti.domains.tasks.problem import Product

__all__ = [
    "ORDER_FIELDS",
    "TASK_FIELDS",
    "ArchivedTask",
    "BatchOutcome",
    "Product",
    "accept_need",
    "approve_order_list",
    "attach_to_need",
    "cancel_order",
    "change_order_list",
    "checked_value",
    "classify_order",
    "classify_task",
    "close_order",
    "conclude_determined",
    "conclude_rejected",
    "correct_order",
    "correct_task",
    "create_task",
    "decline_need",
    "detach_from_need",
    "draft_need",
    "draft_order",
    "edit_order",
    "enter_classified_order",
    "enter_classified_task",
    "import_tasks_batch",
    "link_goal",
    "link_goals_in_bulk",
    "make_order_list",
    "mark_called",
    "merge_needs",
    "reject_order",
    "return_need",
    "save_need",
    "send_to_council",
    "set_reply_day",
    "set_task_state",
    "submit_need",
    "take_into_order",
    "triage_in_bulk",
    "withdraw_need",
]
