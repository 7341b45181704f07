"""Which policy holds on a day; and whether a policy is sound."""

from __future__ import annotations

from difflib import get_close_matches
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from opensti.domains.publications.disclosure import (
    WHOLE_ROW,
    content_of,
    read_content,
    shipped_file,
)
from opensti.domains.publications.disclosure.reading import in_line
from opensti.domains.publications.queries.catalogue import CATALOGUE
from opensti.kernel.refusals import Invalid, Problem

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date
    from pathlib import Path

    from opensti.domains.publications.disclosure import Policy


def policy_in_force(day: date) -> Policy:  # noqa: ARG001 -- until versions are kept
    """The policy that holds on a day; the shipped one while none is issued."""
    return shipped_policy()


@lru_cache(maxsize=1)
def shipped_policy() -> Policy:
    """The policy that comes with the house."""
    return load_policy(shipped_file())


def load_policy(path: Path) -> Policy:
    """Read and check a file; ``Invalid`` names every fault with its line."""
    content, lines = content_of(path)
    return read_policy(content, file=path.name, lines=lines)


def read_policy(
    content: Mapping[str, Any], *, file: str, lines: Mapping[int, int] | None = None
) -> Policy:
    """Read and check plain data; ``Invalid`` names every fault with its line."""
    policy = read_content(content, file=file, lines=lines)
    faults = [
        in_line(fault, lines or {})
        for number, line in enumerate(content["rules"])
        for fault in _line_faults(file, number, line)
    ]
    if faults:
        said = _("%(file)s: %(count)d faults.") % {"file": file, "count": len(faults)}
        raise Invalid(faults, said)
    return policy


def _line_faults(file: str, number: int, line: Mapping[str, Any]) -> list[Problem]:
    """What a line says that the catalogue does not know."""
    where, kind = f"{file}: rules[{number}]", str(line["kind"])
    if kind not in CATALOGUE:
        said = _("There is no kind “%(kind)s”.") % {"kind": kind}
        return [
            Problem(field=f"{where}.kind", message=said, mend=_near(kind, CATALOGUE))
        ]
    found = []
    known = CATALOGUE[kind]
    for key in map(str, line["fields"]):
        if key != WHOLE_ROW and key not in known.by_key:
            said = _("“%(kind)s” has no field “%(field)s”.")
            found.append(
                Problem(
                    field=f"{where}.fields",
                    message=said % {"kind": kind, "field": key},
                    mend=_near(key, [WHOLE_ROW, *known.by_key]),
                )
            )
            continue
        forms = known.forms if key == WHOLE_ROW else known.by_key[key].forms
        if str(line["form"]) not in {form.value for form in forms}:
            said = _("“%(kind)s.%(field)s” cannot be shown as “%(form)s”.")
            names = ", ".join(sorted(form.value for form in forms))
            found.append(
                Problem(
                    field=f"{where}.form",
                    message=said
                    % {"kind": kind, "field": key, "form": str(line["form"])},
                    mend=_("Use one of: %(known)s.") % {"known": names},
                )
            )
    return found


def _near(word: str, known: Collection[str]) -> str:
    close = get_close_matches(word, list(known), n=1)
    if close:
        return _("Did you mean “%(near)s”?") % {"near": close[0]}
    return _("Use one of: %(known)s.") % {"known": ", ".join(sorted(known))}
