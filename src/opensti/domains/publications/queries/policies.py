"""Which policy holds on a day; and whether a policy is sound."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from difflib import get_close_matches
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from opensti.domains.publications import permissions as _permissions  # noqa: F401
from opensti.domains.publications.disclosure import (
    WHOLE_ROW,
    content_of,
    read_content,
    shipped_file,
)
from opensti.domains.publications.disclosure.reading import in_line
from opensti.domains.publications.models import PolicyVersion
from opensti.domains.publications.queries.catalogue import CATALOGUE
from opensti.kernel.access import get_visible, visible
from opensti.kernel.refusals import Invalid, Problem

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from datetime import date
    from pathlib import Path

    from django.db.models import QuerySet

    from opensti.domains.publications.disclosure import Policy
    from opensti.kernel.access import Actor


InForce = tuple["Policy", "date | None"]
# What the request has asked already, by day; None outside of a request.
_ASKED: ContextVar[dict[date, InForce] | None] = ContextVar("policies", default=None)


@contextmanager
def asking_once() -> Iterator[None]:
    """While a request is answered the policy of a day is asked for once."""
    token = _ASKED.set({})
    try:
        yield
    finally:
        _ASKED.reset(token)


def forget_policy() -> None:
    """Ask anew: another version was issued."""
    asked = _ASKED.get()
    if asked is not None:
        asked.clear()


def policy_in_force(day: date) -> InForce:
    """The policy that holds on a day, and since when; the shipped one while none is issued.

    1 query, and another the first time that a process meets a version.
    """
    asked = _ASKED.get()
    if asked is not None and day in asked:
        return asked[day]
    row = issued_versions(day).values_list("pk", "digest", "in_force_from").first()
    found: InForce = (shipped_policy(), None)
    if row is not None:
        found = (_kept(row[0], row[1]), row[2])
    if asked is not None:
        asked[day] = found
    return found


def version_in_force(day: date) -> PolicyVersion | None:
    """The version that holds on a day; none while the shipped file does; 1 query."""
    return issued_versions(day).first()


def issued_versions(day: date | None = None) -> QuerySet[PolicyVersion]:
    """Versions that were issued, of them those that hold or held by a day; latest first."""
    rows = PolicyVersion.objects.filter(state=PolicyVersion.State.ISSUED)
    if day is not None:
        rows = rows.filter(in_force_from__lte=day)
    return rows.order_by("-in_force_from", "-number")


def policy_versions(actor: Actor) -> QuerySet[PolicyVersion]:
    """Versions that the reader may know of, newest first, without their rules; 1 query."""
    rows = visible(actor, PolicyVersion.objects.all())
    return rows.select_related("drafted_by", "checked_by", "issued_by").defer("content")


def policy_version(actor: Actor, public_id: str) -> PolicyVersion:
    """One version, else ``NotFound``."""
    rows = PolicyVersion.objects.select_related("drafted_by", "checked_by", "issued_by")
    return get_visible(actor, rows, public_id=public_id)


def policy_of(version: PolicyVersion) -> Policy:
    """The rules of a version; no query where its content was read."""
    return read_policy(version.content, file=str(version.content.get("id")))


def policy_subject(public_id: str) -> str:
    return f"publications.policy:{public_id}"


@lru_cache(maxsize=8)
def _kept(pk: int, _digest: str) -> Policy:
    """The rules of an issued version, which never change; without a field gone since."""
    content = PolicyVersion.objects.values_list("content", flat=True).get(pk=pk)
    return read_content(content, file=str(content.get("id")))


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
