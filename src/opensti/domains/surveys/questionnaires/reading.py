"""Files of questionnaires → questionnaires, with every fault named by its place."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext as _

from opensti.domains.procedures.regimes.loading import load_file
from opensti.domains.procedures.regimes.reading import read
from opensti.domains.surveys.questionnaires.format import KINDS, Questionnaire
from opensti.kernel.checks import refuse_if
from opensti.kernel.refusals import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

CODE = re.compile(r"[a-z][a-z0-9_]{0,38}")
ASKED = frozenset(KINDS) - {"score", "weight"}


def read_questionnaire(content: Mapping[str, Any], *, file: str) -> Questionnaire:
    """Read and check one questionnaire. Raises ``Invalid`` with every fault by place."""
    found = read(Questionnaire, content, file=file, said=_("%(file)s: %(count)d faults."))  # fmt: skip
    faults: list[Problem] = []
    seen: set[str] = set()
    for section in found.sections:
        if not CODE.fullmatch(section.code) or section.code in seen:
            faults.append(_fault(file, f"sections[{section.code}]", _("a code is small letters, digits and _, and stands once.")))  # fmt: skip
        seen.add(section.code)
    codes: set[str] = set()
    for one in found.questions:
        place = f"questions[{one.code}]"
        if not CODE.fullmatch(one.code) or one.code in codes:
            faults.append(_fault(file, place, _("a code is small letters, digits and _, and stands once.")))  # fmt: skip
        if one.kind not in ASKED:
            faults.append(_fault(file, place, _("“%(kind)s” is no kind; write one of %(kinds)s.") % {"kind": one.kind, "kinds": ", ".join(sorted(ASKED))}))  # fmt: skip
        codes.add(one.code)
    refuse_if(faults)
    return found


def shipped_questionnaires() -> dict[str, dict[str, Any]]:
    """The questionnaires that come with the house as plain data, by code."""
    folder = Path(settings.BASE_DIR) / "frameworks" / "surveys"
    found = {}
    for path in sorted(folder.glob("*.yaml")):
        content = load_file(path)
        found[read_questionnaire(content, file=path.name).survey.code] = content
    return found


def shipped_rules(code: str) -> dict[str, Any]:
    """The rules of recommendations that come with the house under a name, as plain data."""
    folder = Path(settings.BASE_DIR) / "frameworks" / "recommendations"
    return load_file(folder / f"{code}.yaml")


def _fault(file: str, place: str, what: str) -> Problem:
    return Problem(field=f"{file}: {place}", message=what)
