"""Files of frameworks → frameworks, with every fault named by file, place and line."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import yaml
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from opensti.domains.assessments.frameworks.checks import faults_of
from opensti.domains.assessments.frameworks.format import Framework
from opensti.domains.procedures.regimes.loading import (
    canonical,
    load_file,
)
from opensti.domains.procedures.regimes.loading import (
    digest as digest_of,
)
from opensti.domains.procedures.regimes.reading import read
from opensti.kernel.refusals import Invalid, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_LAST_PART = re.compile(r"(\.[^.\[\]]+|\[[^\[\]]*\])$")


def shipped_frameworks() -> list[Path]:
    """The files that come with the house, bases before their modules."""
    folder = Path(settings.BASE_DIR) / "frameworks"
    return [*sorted(folder.glob("*.yaml")), *sorted(folder.glob("modules/*.yaml"))]


def shipped_bases(besides: Sequence[Path]) -> dict[str, Framework]:
    """The frameworks that come with the house, but for files that are read anyway."""
    given = {path.resolve() for path in besides}
    folder = Path(settings.BASE_DIR) / "frameworks"
    paths = [p for p in sorted(folder.glob("*.yaml")) if p.resolve() not in given]
    return {code: found for code, (found, _content) in read_files(paths).items()}


def digest(content: Mapping[str, Any]) -> str:
    """SHA-256 of the content: the same questions give the same digest."""
    return digest_of(content)


def read_framework(
    content: Mapping[str, Any],
    *,
    file: str,
    bases: Mapping[str, Framework] | None = None,
    lines: Mapping[str, int] | None = None,
) -> Framework:
    """Read and check one framework, or one module.

    ``bases`` are the frameworks that a module may extend, by code; ``lines`` are those of
    ``lines_of``. Raises ``Invalid`` with every fault: file, place, line, how to mend it.
    """
    try:
        found = read(Framework, content, file=file)
    except Invalid as refusal:
        raise _refused(
            file, [_in_line(fault, lines or {}) for fault in refusal.problems]
        ) from None
    base = (bases or {}).get(found.framework.extends)
    if faults := faults_of(found, base):
        raise _refused(
            file, [_in_line(_placed(file, fault), lines or {}) for fault in faults]
        )
    return found


def read_files(
    paths: Sequence[Path], *, bases: Mapping[str, Framework] | None = None
) -> dict[str, tuple[Framework, dict[str, Any]]]:
    """Read files together, bases first; by code, each with its plain content.

    ``bases`` are those known already. Raises ``Invalid`` with the faults of all files.
    """
    problems: list[Problem] = []
    contents: list[tuple[Path, dict[str, Any]]] = []
    for path in paths:
        try:
            contents.append((path, load_file(path)))
        except Invalid as refusal:
            problems += refusal.problems
    contents.sort(key=lambda one: _extends(one[1]) != "")
    known = dict(bases or {})
    found: dict[str, tuple[Framework, dict[str, Any]]] = {}
    for path, content in contents:
        try:
            one = read_framework(
                content,
                file=path.name,
                bases=known,
                lines=lines_of(path.read_text(encoding="utf-8")),
            )
        except Invalid as refusal:
            problems += refusal.problems
            continue
        if one.code in found:
            problems.append(
                Problem(
                    field=f"{path.name}: framework.code",
                    message=_("“%(code)s” stands in more than one file.")
                    % {"code": one.code},
                    mend=_("Keep it in one file."),
                )
            )
        found[one.code] = (one, content)
        if not one.is_module:
            known[one.code] = one
    if problems:
        raise _refused("", problems)
    return found


def read_text(
    text: str, *, file: str, bases: Mapping[str, Framework]
) -> tuple[Framework, dict[str, Any]]:
    """Read what somebody handed in as a framework or a module, with its plain content.

    As strict as a file: no references, no key twice, no part of another file. Raises
    ``Invalid`` with every fault and its line.
    """
    with TemporaryDirectory() as folder:  # alone in it, so that nothing can be included
        path = Path(folder) / "module.yaml"
        path.write_text(text, encoding="utf-8", newline="\n")
        try:
            content = load_file(path)
        except Invalid as refusal:
            raise _refused(
                "", [_renamed(one, path.name, file) for one in refusal.problems]
            ) from None
    found = read_framework(content, file=file, bases=bases, lines=lines_of(text))
    return found, content


def _renamed(fault: Problem, before: str, now: str) -> Problem:
    return Problem(
        field=fault.field.replace(before, now, 1),
        message=fault.message,
        mend=fault.mend,
    )


@lru_cache(maxsize=64)
def _parsed(text: str) -> Framework:
    # It was checked when it was frozen.
    return read(Framework, json.loads(text), file="")


def framework_from(content: Mapping[str, Any]) -> Framework:
    """The framework of frozen content; parsed once for each content."""
    return _parsed(canonical(content))


def lines_of(text: str) -> dict[str, int]:
    """In which line each place of a file stands, places named as faults name them."""
    found: dict[str, int] = {}
    _walk(yaml.compose(text, Loader=yaml.SafeLoader), "", found)
    return found


def _walk(node: yaml.Node | None, path: str, found: dict[str, int]) -> None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            place = f"{path}.{key.value}".lstrip(".")
            found[place] = key.start_mark.line + 1
            _walk(value, place, found)
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            place = f"{path}[{_key(value, number)}]"
            # Of two of one name the second is the one too many.
            found[place] = value.start_mark.line + 1
            _walk(value, place, found)


def _key(node: yaml.Node, number: int) -> object:
    """How a list's entry is called in a fault: by its id or code, else by its number."""
    if isinstance(node, yaml.MappingNode):
        said = {key.value: value.value for key, value in node.value}
        return said.get("id") or said.get("code") or said.get("act") or number
    return number


def _placed(file: str, fault: Problem) -> Problem:
    return Problem(
        field=f"{file}: {fault.field}", message=fault.message, mend=fault.mend
    )


def _in_line(fault: Problem, lines: Mapping[str, int]) -> Problem:
    """The fault with the line of its place, or of the nearest that is in the file."""
    file, _colon, place = fault.field.partition(": ")
    near = place
    while near and near not in lines:
        shorter = _LAST_PART.sub("", near)
        near = "" if shorter == near else shorter
    if near not in lines:
        return fault
    where = _("%(place)s (line %(line)d)") % {
        "place": f"{file}: {place}",
        "line": lines[near],
    }
    return Problem(field=where, message=fault.message, mend=fault.mend)


def _extends(content: Mapping[str, Any]) -> str:
    head = content.get("framework")
    return str(head.get("extends") or "") if isinstance(head, dict) else ""


def _refused(file: str, faults: list[Problem]) -> Invalid:
    said = ngettext("%(count)d fault.", "%(count)d faults.", len(faults)) % {
        "count": len(faults)
    }
    return Invalid(faults, f"{file}: {said}" if file else said)
