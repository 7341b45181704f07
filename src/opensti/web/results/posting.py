"""A form is handed to an act; what the act refuses is shown at its field, text kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from opensti.kernel.refusals import Invalid, Refusal, Stale, StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.forms import Form

    from opensti.web.requests import Request


@dataclass(kw_only=True)
class Posted:
    """What came of it: ``done`` with its ``value``, or the form as it is to be shown."""

    done: bool = False
    value: Any = None
    refusal: Refusal | None = None
    wrong: bool = False

    @property
    def status(self) -> int:
        if self.refusal is not None:
            return self.refusal.status
        return 422 if self.wrong else 200


def posted(
    request: Request, form: Form, act: Callable[[dict[str, Any]], Any]
) -> Posted:
    """Call ``act`` with what was typed, if it can be read."""
    if request.method != "POST":
        return Posted()
    if not form.is_valid():
        return Posted(wrong=True)
    try:
        return Posted(done=True, value=act(form.cleaned_data))
    except (Stale, StepNotAllowed) as refusal:
        return Posted(refusal=refusal)
    except Invalid as refusal:
        for problem in refusal.problems:
            name = problem.field if problem.field in form.fields else None
            form.add_error(name, f"{problem.message} {problem.mend}".strip())
        return Posted(wrong=True)
