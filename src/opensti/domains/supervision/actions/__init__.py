"""What is done with what people say: received, screened, answered, ruled on, forgotten."""

from opensti.domains.supervision.actions.alerts import (
    Sent,
    alert_of_code,
    continue_alert,
    move_alert,
    open_alert_file,
    receive_alert,
    reply_alert,
    write_alerts,
)
from opensti.domains.supervision.actions.answering import (
    answer_voice,
    assign_voice,
    tell_use,
)
from opensti.domains.supervision.actions.erasing import erase_voice, forget
from opensti.domains.supervision.actions.forgetting import (
    forget_author,
    forget_speaker,
)
from opensti.domains.supervision.actions.mailing import mail_support, mail_voice
from opensti.domains.supervision.actions.moderating import (
    ask_review,
    hide_voice,
    publish_voice,
    review_hiding,
    screen_in_bulk,
)
from opensti.domains.supervision.actions.objections import (
    keep_unsigned,
    lift_suspension,
    rule_on_objection,
)
from opensti.domains.supervision.actions.petitions import (
    close_petitions,
    confirm_support,
    support_code,
    support_petition,
)
from opensti.domains.supervision.actions.receiving import (
    Speaker,
    confirm_code,
    confirm_voice,
    follow_code,
    receive_voice,
    voice_of_code,
)
from opensti.domains.supervision.actions.units import (
    end_inspector,
    end_member,
    keep_template,
    keep_unit,
    name_inspector,
    name_member,
)

__all__ = [
    "Sent",
    "Speaker",
    "alert_of_code",
    "answer_voice",
    "ask_review",
    "assign_voice",
    "close_petitions",
    "confirm_code",
    "confirm_support",
    "confirm_voice",
    "continue_alert",
    "end_inspector",
    "end_member",
    "erase_voice",
    "follow_code",
    "forget",
    "forget_author",
    "forget_speaker",
    "hide_voice",
    "keep_template",
    "keep_unit",
    "keep_unsigned",
    "lift_suspension",
    "mail_support",
    "mail_voice",
    "move_alert",
    "name_inspector",
    "name_member",
    "open_alert_file",
    "publish_voice",
    "receive_alert",
    "receive_voice",
    "reply_alert",
    "review_hiding",
    "rule_on_objection",
    "screen_in_bulk",
    "support_code",
    "support_petition",
    "tell_use",
    "voice_of_code",
    "write_alerts",
]
