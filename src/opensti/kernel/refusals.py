"""A refusal is an answer: it says what, where, by which rule, and how to mend it.

Every action refuses by raising one of these; ``project/middleware.py`` turns them
into the same page (or JSON, or exit code) everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.utils.functional import _StrPromise

    Text = str | _StrPromise


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing that is wrong: where (a field's path), what, and how to mend it."""

    field: str
    message: Text
    mend: Text = ""


class Refusal(Exception):  # noqa: N818 -- reads as what happened
    """The act was not done, and nothing was written."""

    status = 400
    title: Text = _("This cannot be done")

    def __init__(
        self,
        message: Text,
        *,
        mend: Text = "",
        article: str = "",
        who: Text = "",
        field: str = "",
    ) -> None:
        super().__init__(message)
        self.message = message
        self.mend = mend
        self.article = article
        self.who = who
        self.field = field

    def __str__(self) -> str:
        return str(self.message)

    def as_dict(self) -> dict[str, Any]:
        """Return what a program needs to show the refusal."""
        return {
            "refusal": type(self).__name__,
            "message": str(self.message),
            "mend": str(self.mend),
            "article": self.article,
            "who": str(self.who),
            "field": self.field,
        }


class KeyRefused(Refusal):
    """Who asks is a program whose key may not act, or that showed none where one is needed."""

    status = 401
    title = _("This key is not good")


class AccessDenied(Refusal):
    """The person may not do this; ``who`` says who may."""

    status = 403
    title = _("You may not do this")


class SudoNeeded(AccessDenied):
    """The act is dangerous: the person must confirm the password first."""

    title = _("Please confirm that it is you")


class NotFound(Refusal):
    """There is no such thing, or the person may not even know of it."""

    status = 404
    title = _("Not found")

    def __init__(self, message: Text = "") -> None:
        super().__init__(message or _("There is nothing here for you."))


class StepNotAllowed(Refusal):
    """The thing is not in a state from which this step may be taken."""

    status = 409
    title = _("Not possible at this stage")


class Stale(Refusal):
    """Somebody else acted meanwhile; the message says what changed."""

    status = 409
    title = _("Somebody else changed this meanwhile")


class NotReady(Refusal):
    """What was asked for is being worked out; asked again later it is there."""

    status = 503
    title = _("Not ready yet")


class Invalid(Refusal):
    """The input has problems; each names its field and its mend."""

    status = 422
    title = _("Please check what was entered")

    def __init__(self, problems: Sequence[Problem], message: Text = "") -> None:
        self.problems = tuple(problems)
        first = self.problems[0] if self.problems else None
        super().__init__(
            message or (first.message if first else _("The input is not valid.")),
            mend=first.mend if first else "",
            field=first.field if first else "",
        )

    def as_dict(self) -> dict[str, Any]:
        return super().as_dict() | {
            "problems": [
                {"field": p.field, "message": str(p.message), "mend": str(p.mend)}
                for p in self.problems
            ]
        }


class TooMany(Refusal):
    """Too many attempts in a short time."""

    status = 429
    title = _("Too many attempts")
