"""Rules as somebody said them, and where in the form each part of them stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from opensti.kernel.refusals import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True, kw_only=True)
class Said:
    """``rules`` as far as they could be read, and what could not be.

    ``places`` lead from a path within the rules (with full stops) to a field of the form;
    ``marks`` from a path to line and column of a text.
    """

    rules: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    places: Mapping[str, str] = field(default_factory=dict)
    marks: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    def at_fields(self, problems: Iterable[Problem]) -> list[Problem]:
        """Faults that the domain found, at the field or the line where they were typed."""
        return [self._placed(problem) for problem in problems]

    def _placed(self, problem: Problem) -> Problem:
        if not problem.field.startswith("rules"):
            return problem
        path = problem.field.removeprefix("rules").removeprefix(".")
        if self.marks:
            line, column = self.marks[_longest(path, self.marks)]
            return Problem(
                field="text",
                message=place_words(line, column) + str(problem.message),
                mend=problem.mend,
            )
        found = _longest(path, self.places)
        return Problem(
            field=self.places.get(found, "rules"),
            message=problem.message,
            mend=problem.mend,
        )


def _longest(path: str, known: Mapping[str, Any]) -> str:
    while path and path not in known:
        path = path.rpartition(".")[0]
    return path


def place_words(line: int, column: int) -> str:
    """Where in a text something stands, before what is said of it."""
    return _("Line %(line)d, column %(column)d: ") % {"line": line, "column": column}
