"""Files of disclosure policies → policies, with every fault named by its line; and back."""

from __future__ import annotations

import re
import tempfile
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from django.conf import settings
from django.utils.translation import gettext as _

from opensti.domains.procedures.regimes.loading import (
    digest as digest_of,
)
from opensti.domains.procedures.regimes.loading import load_file
from opensti.domains.procedures.regimes.reading import read
from opensti.domains.publications.disclosure.format import (
    Line,
    Policy,
    PolicyFile,
    Rule,
)
from opensti.kernel.refusals import Invalid, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

_RULE = re.compile(r"rules\[(\d+)\]")
LONGEST_DELAY = 36_500


def shipped_file() -> Path:
    """The policy that comes with the house and holds until one is issued."""
    return Path(settings.BASE_DIR) / "disclosure" / "default.yaml"


def content_of(path: Path) -> tuple[dict[str, Any], dict[int, int]]:
    """The plain data of a file, and in which line each of its rules stands."""
    content = load_file(path)
    return content, _lines(path.read_text(encoding="utf-8"))


def content_of_text(text: str) -> tuple[dict[str, Any], dict[int, int]]:
    """The plain data of a text that was typed, read as strictly as a file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "policy.yaml"
        path.write_text(text, encoding="utf-8")
        return content_of(path)


def with_rule(
    content: Mapping[str, Any], *, kind: str, field: str, audience: str, **terms: Any
) -> dict[str, Any]:
    """The content with one rule for a field and audience, in place of the one there was."""
    rules: list[dict[str, Any]] = []
    for line in content["rules"]:
        left = list(line["fields"])
        if (line["kind"], line["audience"]) == (kind, audience) and field in left:
            left.remove(field)
        if left:
            rules.append({**line, "fields": left})
    rules.append({"kind": kind, "fields": [field], "audience": audience, **terms})
    return {**content, "rules": rules}


def read_content(
    content: Mapping[str, Any], *, file: str, lines: Mapping[int, int] | None = None
) -> Policy:
    """Read plain data as a policy; ``Invalid`` names every fault with its line."""
    said = _("%(file)s: %(count)d faults.")
    try:
        stated = read(PolicyFile, content, file=file, said=said)
    except Invalid as refusal:
        faults = [in_line(fault, lines or {}) for fault in refusal.problems]
        raise Invalid(faults, refusal.message) from None
    faults = [in_line(fault, lines or {}) for fault in _faults(stated, file)]
    if faults:
        raise Invalid(faults, said % {"file": file, "count": len(faults)})
    rules = tuple(rule for line in stated.rules for rule in _rules(line))
    return Policy(
        id=stated.id,
        title_vi=stated.title_vi,
        title_en=stated.title_en,
        note_vi=stated.note_vi,
        note_en=stated.note_en,
        sources=stated.sources,
        rules=rules,
        digest=digest(content),
        by_place={(rule.kind, rule.field, rule.audience): rule for rule in rules},
    )


def digest(content: Mapping[str, Any]) -> str:
    """SHA-256 of the content: the same rules in the same order give the same digest."""
    return digest_of(content)


def as_content(policy: Policy) -> dict[str, Any]:
    """The plain data of a policy; neighbouring rules under the same terms are one line."""
    return {
        "id": policy.id,
        "title_vi": policy.title_vi,
        "title_en": policy.title_en,
        "note_vi": policy.note_vi,
        "note_en": policy.note_en,
        "sources": [
            {
                "id": source.id,
                "title_vi": source.title_vi,
                "title_en": source.title_en,
                "short_vi": source.short_vi,
                "short_en": source.short_en,
                "where": source.where,
                "v": source.v.value,
            }
            for source in policy.sources
        ],
        "rules": [
            {**dict(terms), "fields": [rule.field for rule in rules]}
            for terms, rules in groupby(policy.rules, key=_grounds)
        ],
    }


def as_yaml(policy: Policy) -> str:
    """The policy as a file that reads back to the same rules."""
    return yaml.safe_dump(
        as_content(policy), allow_unicode=True, sort_keys=False, width=120
    )


def in_line(fault: Problem, lines: Mapping[int, int]) -> Problem:
    """The fault with the line of the rule that it is about, where that is known."""
    found = _RULE.search(fault.field)
    line = lines.get(int(found[1])) if found else None
    if line is None:
        return fault
    where = _("%(place)s (line %(line)d)") % {"place": fault.field, "line": line}
    return Problem(field=where, message=fault.message, mend=fault.mend)


def _grounds(rule: Rule) -> tuple[tuple[str, Any], ...]:
    return (
        ("kind", rule.kind),
        ("audience", rule.audience.value),
        ("delay_days", rule.delay_days),
        ("form", rule.form.value),
        ("basis_vi", rule.basis_vi),
        ("basis_en", rule.basis_en),
        ("src", rule.src),
        ("art", rule.art),
        ("v", rule.v.value),
    )


def _rules(line: Line) -> list[Rule]:
    return [
        Rule(
            kind=line.kind,
            field=name,
            audience=line.audience,
            delay_days=line.delay_days,
            form=line.form,
            basis_vi=line.basis_vi,
            basis_en=line.basis_en,
            src=line.src,
            art=line.art,
            v=line.v,
        )
        for name in line.fields
    ]


def _faults(stated: PolicyFile, file: str) -> list[Problem]:
    """What is wrong between the lines: said twice, no source, no basis, no sane delay."""
    found: list[Problem] = []
    sources = {source.id for source in stated.sources}
    seen: dict[tuple[str, str, str], int] = {}

    def fault(place: str, message: str, mend: str) -> None:
        where = f"{file}: rules[{number}].{place}"
        found.append(Problem(field=where, message=message, mend=mend))

    for number, line in enumerate(stated.rules):
        if line.src not in sources:
            fault(
                "src",
                _("No source is called “%(src)s”.") % {"src": line.src},
                _("Add it under “sources”."),
            )
        if not (line.basis_vi.strip() and line.basis_en.strip()):
            fault(
                "basis_vi",
                _("The legal basis is missing."),
                _("Say in both languages what the rule rests on."),
            )
        if not 0 <= line.delay_days <= LONGEST_DELAY:
            fault(
                "delay_days",
                _("%(days)d is no number of days.") % {"days": line.delay_days},
                _("Write a whole number from 0 to %(most)d.") % {"most": LONGEST_DELAY},
            )
        for name in line.fields:
            place = (line.kind, name, line.audience.value)
            if place in seen:
                fault(
                    "fields",
                    _("“%(kind)s.%(field)s” has a rule for “%(audience)s” already.")
                    % {
                        "kind": line.kind,
                        "field": name,
                        "audience": line.audience.value,
                    },
                    _("Keep one of the two."),
                )
            seen[place] = number
    return found


def _lines(text: str) -> dict[int, int]:
    """Which rule begins in which line of the file."""
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    for key, value in getattr(node, "value", ()):
        if key.value == "rules" and isinstance(value, yaml.SequenceNode):
            return {
                number: item.start_mark.line + 1
                for number, item in enumerate(value.value)
            }
    return {}
