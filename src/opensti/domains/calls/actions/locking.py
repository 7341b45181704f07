"""Take a dossier into hand: found, locked, and still what the person saw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from opensti.domains.calls.models import Dossier
from opensti.domains.procedures.choices import STATE_LABELS, Event, State
from opensti.domains.tasks.choices import Way
from opensti.kernel.access import get_visible
from opensti.kernel.refusals import AccessDenied, Problem, Stale, StepNotAllowed

if TYPE_CHECKING:
    from opensti.domains.calls.models import Call
    from opensti.kernel.access import Actor
    from opensti.kernel.refusals import Text


class SavedMeanwhile(Stale):
    """Another writer saved the same answers; ``changed`` shows theirs beside mine."""

    def __init__(
        self, message: Text, *, mend: Text, changed: list[dict[str, str]]
    ) -> None:
        super().__init__(message, mend=mend)
        self.changed = changed

    def as_dict(self) -> dict[str, Any]:
        return super().as_dict() | {"changed": self.changed}


def opening_events(call: Call) -> tuple[Event, ...]:
    """What happens to its dossiers when a call is opened, for the deadlines to hang on.

    A dossier by direct assignment is opened as it is received; in a selection the days
    run from the closing of the call alone.
    """
    if call.way == Way.DIRECT:
        return (Event.CALL_CLOSED, Event.DOSSIER_RECEIVED)
    return (Event.CALL_CLOSED,)


def user_of(actor: Actor) -> int:
    """The account that writes; the system itself writes no dossier."""
    if actor.user_id is None:
        raise AccessDenied(_("You are not signed in."))
    return actor.user_id


def locked(actor: Actor, dossier_id: int) -> Dossier:
    """The dossier with its case, call, order and host, locked; or ``NotFound``."""
    return get_visible(
        actor,
        Dossier.objects.select_for_update(of=("self",)).select_related(
            "case", "call", "order", "host", "saved_by"
        ),
        pk=dossier_id,
    )


def unchanged(dossier: Dossier, expected_version: int | None) -> None:
    """Raise ``Stale`` when somebody saved since the person looked."""
    if expected_version is not None and dossier.version != expected_version:
        raise Stale(
            saved_by(dossier),
            mend=_("Look at the dossier again before you go on."),
        )


def saved_by(dossier: Dossier) -> str:
    return str(
        _("%(who)s saved this dossier at %(time)s.")
        % {
            "who": dossier.saved_by,
            "time": f"{timezone.localtime(dossier.saved_at):%H:%M %d/%m/%Y}",
        }
    )


def wrong_state(dossier: Dossier, mend: Text = "") -> StepNotAllowed:
    return StepNotAllowed(
        _("The dossier is “%(state)s”; this is not possible there.")
        % {"state": STATE_LABELS[State(dossier.case.state)]},
        mend=mend,
    )


def reasoned(text: str, field: str = "reason") -> list[Problem]:
    if text.strip():
        return []
    return [
        Problem(
            field=field,
            message=_("Please give the reason."),
            mend=_("It becomes part of the record."),
        )
    ]
