"""Whether a framework can be asked and scored: what the classes alone do not say."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from opensti.domains.assessments.frameworks.format import ANCHORS, HIGHEST
from opensti.kernel.refusals import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from opensti.domains.assessments.frameworks.format import Framework, Item

_CODE = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,19}")
_FRAMEWORK = re.compile(r"[a-z][a-z0-9-]{1,39}")


def faults_of(found: Framework, base: Framework | None) -> list[Problem]:
    """Everything that is wrong within a framework; ``field`` is the place in the file.

    ``base`` is the framework that a module extends, None where it is not known.
    """
    return [
        *_head(found, base),
        *_scale(found),
        *_twice("clauses", [c.number for c in found.clauses]),
        *_twice("roles", [r.code for r in found.roles]),
        *_twice("items", [i.code for i in found.items]),
        *_clauses(found, base),
        *(fault for item in found.items for fault in _item(found, item, base)),
        *_thresholds(found),
    ]


def _fault(place: str, message: str, mend: str) -> Problem:
    return Problem(field=place, message=message, mend=mend)


def _head(found: Framework, base: Framework | None) -> Iterator[Problem]:
    head = found.framework
    if not _FRAMEWORK.fullmatch(head.code):
        yield _fault(
            "framework.code",
            _("“%(code)s” is no code of a framework.") % {"code": head.code},
            _("Use 2 to 40 small letters, digits and hyphens, a letter first."),
        )
    yield from _said("framework", head, "title_vi", "title_en", "edition")
    if head.extends and base is None:
        yield _fault(
            "framework.extends",
            _("No framework “%(code)s” is known.") % {"code": head.extends},
            _("Check its file together with this one, or load it first."),
        )
    if base is not None and base.is_module:
        yield _fault(
            "framework.extends",
            _("“%(code)s” is a module itself.") % {"code": head.extends},
            _("Extend the framework that it extends."),
        )


def _said(place: str, thing: object, *names: str) -> Iterator[Problem]:
    for name in names:
        if not getattr(thing, name).strip():
            yield _fault(
                f"{place}.{name}",
                _("The text is missing."),
                _("Write it in both languages."),
            )


def _scale(found: Framework) -> Iterator[Problem]:
    if found.is_module:
        for name, stated in (("scale", found.scale), ("thresholds", found.thresholds)):
            if stated:
                yield _fault(
                    name,
                    _("A module takes this from the framework that it extends."),
                    _("Remove it."),
                )
        return
    if [step.level for step in found.scale] != list(range(ANCHORS)):
        yield _fault(
            "scale",
            _("The scale must have the levels 0 to 5, in this order."),
            _("Write one line for each level."),
        )
    for number, step in enumerate(found.scale):
        yield from _said(f"scale[{number}]", step, "vi", "en")


def _twice(place: str, codes: list[str]) -> Iterator[Problem]:
    for code, times in Counter(codes).items():
        if times > 1:
            key = codes.index(code) if place == "clauses" else code
            yield _fault(
                f"{place}[{key}]",
                _("“%(code)s” stands %(times)d times.")
                % {"code": code, "times": times},
                _("Give each its own."),
            )


def _clauses(found: Framework, base: Framework | None) -> Iterator[Problem]:
    used = {item.clause for item in found.items}
    asked = {item.clause for item in found.items if item.short}
    taken = {c.number for c in base.clauses} if base else set()
    if not found.items:
        yield _fault("items", _("There is no item."), _("Write at least one."))
    for number, clause in enumerate(found.clauses):
        place = f"clauses[{number}]"
        yield from _said(place, clause, "number", "vi", "en")
        if clause.weight <= 0:
            yield _above_zero(f"{place}.weight")
        if clause.number in taken:
            yield _fault(
                f"{place}.number",
                _("The framework has a clause “%(number)s” already.")
                % {"number": clause.number},
                _("Give the clause of the module another number, such as IP."),
            )
        if clause.number not in used:
            yield _fault(
                place,
                _("Clause “%(number)s” has no item.") % {"number": clause.number},
                _("Write an item for it, or remove it."),
            )
        elif clause.number not in asked:
            yield _fault(
                place,
                _("Clause “%(number)s” has no item in the short form.")
                % {"number": clause.number},
                _("Mark one of its items with “short: true”."),
            )


def _item(found: Framework, item: Item, base: Framework | None) -> Iterator[Problem]:
    place = f"items[{item.code}]"
    if not _CODE.fullmatch(item.code):
        yield _fault(
            f"{place}.code",
            _("“%(code)s” is no code of an item.") % {"code": item.code},
            _("Use up to 20 letters, digits and hyphens, a letter first."),
        )
    if base is not None and base.item(item.code) is not None:
        yield _fault(
            f"{place}.code",
            _("The framework has an item “%(code)s” already.") % {"code": item.code},
            _("Give the item of the module another code."),
        )
    yield from _known(
        f"{place}.clause",
        item.clause,
        [c.number for c in found.clauses],
        _("No clause has the number “%(said)s”."),
    )
    roles = [r.code for r in (*found.roles, *(base.roles if base else ()))]
    if not found.is_module or base is not None:
        yield from _known(
            f"{place}.role", item.role, roles, _("No role has the code “%(said)s”.")
        )
    yield from _said(place, item, "vi", "en")
    if item.weight <= 0:
        yield _above_zero(f"{place}.weight")
    if bool(item.evidence_vi.strip()) != bool(item.evidence_en.strip()):
        yield _fault(
            f"{place}.evidence_en",
            _("The examples of evidence are said in one language only."),
            _("Write them in both languages, or in none."),
        )
    yield from _anchors(place, item)


def _anchors(place: str, item: Item) -> Iterator[Problem]:
    if len(item.anchors) != ANCHORS:
        yield _fault(
            f"{place}.anchors",
            _("There are %(n)d anchors; 6 are needed, one for each level from 0 to 5.")
            % {"n": len(item.anchors)},
            _("Say what is to be seen at each level."),
        )
    for number, anchor in enumerate(item.anchors):
        yield from _said(f"{place}.anchors[{number}]", anchor, "vi", "en")
    for language in ("vi", "en"):
        texts = [getattr(anchor, language).strip() for anchor in item.anchors]
        for number, text in enumerate(texts):
            if text and text in texts[:number]:
                yield _fault(
                    f"{place}.anchors[{number}].{language}",
                    _("Two levels have the same anchor."),
                    _("Say what sets them apart."),
                )


def _known(
    place: str, said: str, known: Iterable[str], message: str
) -> Iterator[Problem]:
    codes = list(known)
    if said not in codes:
        yield _fault(
            place,
            message % {"said": said},
            _("Use one of: %(known)s.") % {"known": ", ".join(codes)},
        )


def _above_zero(place: str) -> Problem:
    return _fault(
        place, _("A weight is above 0."), _("Write 1, or how much more it counts.")
    )


def _thresholds(found: Framework) -> Iterator[Problem]:
    said = found.thresholds
    if said is None:
        return
    caps = [said.claim, said.document, said.records, said.checked]
    if sorted(caps) != caps or caps[0] < 0 or caps[-1] > HIGHEST:
        yield _fault(
            "thresholds",
            _("Stronger evidence must carry as much or more, from 0 to 5."),
            _("Write claim, document, records and checked in rising order."),
        )
    for name in ("least_answered", "reached"):
        if not 0 < getattr(said, name) <= 1:
            yield _fault(
                f"thresholds.{name}",
                _("This is a part of the whole: above 0, at most 1."),
                _("Write a part such as 2/3 or 0.8."),
            )
    for name in ("behind", "conforms"):
        if not 0 <= getattr(said, name) <= HIGHEST:
            yield _fault(
                f"thresholds.{name}",
                _("This is a score from 0 to 5."),
                _("Write a number from 0 to 5."),
            )
