"""The cells of an imported row, read as what they mean; what cannot be read is named."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from opensti.domains.registry.choices import (
    AcademicTitle,
    DegreeLevel,
    Gender,
    OrganisationKind,
    OrganisationStatus,
    WorkKind,
)
from opensti.kernel.refusals import Problem
from opensti.kernel.searchtext import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.db.models import TextChoices

_SYNONYMS: dict[type[TextChoices], dict[str, str]] = {
    OrganisationKind: {
        "vien": "institute",
        "vien nghien cuu": "institute",
        "truong dai hoc": "university",
        "dai hoc": "university",
        "hoc vien": "university",
        "doanh nghiep": "enterprise",
        "cong ty": "enterprise",
        "company": "enterprise",
        "co quan nha nuoc": "agency",
        "quy": "fund",
        "hiep hoi": "association",
        "hoi": "association",
        "khac": "other",
    },
    OrganisationStatus: {
        "hoat dong": "active",
        "dang hoat dong": "active",
        "giai the": "dissolved",
        "ngung hoat dong": "inactive",
    },
    DegreeLevel: {
        "cu nhan": "bachelor",
        "cn": "bachelor",
        "ky su": "engineer",
        "ks": "engineer",
        "thac si": "master",
        "thac sy": "master",
        "ths": "master",
        "tien si": "doctor",
        "tien sy": "doctor",
        "ts": "doctor",
        "phd": "doctor",
        "tien si khoa hoc": "doctor_of_science",
        "tskh": "doctor_of_science",
    },
    AcademicTitle: {
        "pgs": "associate_professor",
        "pho giao su": "associate_professor",
        "gs": "professor",
        "giao su": "professor",
    },
    Gender: {"nu": "female", "nam": "male", "f": "female", "m": "male"},
    WorkKind: {"bai bao": "article", "sach": "book", "sang che": "patent"},
}
_YES = frozenset({"1", "x", "co", "yes", "y", "true", "dung"})
_NO = frozenset({"", "0", "khong", "no", "n", "false", "sai"})
_DATES = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d %H:%M:%S")


class Reader:
    """Reads one row; gathers every problem instead of stopping at the first."""

    def __init__(self, row: Mapping[str, Any]) -> None:
        self.row = row
        self.problems: list[Problem] = []

    def text(self, name: str) -> str:
        value = self.row.get(name)
        if value is None:
            return ""
        if isinstance(value, float) and value.is_integer():
            value = int(value)  # a spreadsheet's 2024.0
        return " ".join(str(value).split())

    def many(self, name: str) -> list[str]:
        value = self.row.get(name)
        parts = (
            value if isinstance(value, list) else re.split(r"[;\n|]", self.text(name))
        )
        return [p for p in (" ".join(str(v).split()) for v in parts) if p]

    def whole(self, name: str) -> int | None:
        text = self.text(name)
        if not text:
            return None
        if re.fullmatch(r"\d{1,6}", text):
            return int(text)
        self.wrong(
            name,
            _("“%(text)s” is not a whole number.") % {"text": text[:50]},
            _("Write digits only."),
        )
        return None

    def yes(self, name: str) -> bool:
        text = fold(self.text(name))
        if text in _YES:
            return True
        if text not in _NO:
            self.wrong(
                name,
                _("“%(text)s” is neither yes nor no.") % {"text": text[:50]},
                _("Write “yes” or “no”."),
            )
        return False

    def day(self, name: str) -> date | None:
        value = self.row.get(name)
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        text = self.text(name)
        if not text:
            return None
        for form in _DATES:
            try:
                return datetime.strptime(text, form).date()  # noqa: DTZ007 -- a day only
            except ValueError:
                continue
        self.wrong(
            name,
            _("“%(text)s” is not a date.") % {"text": text[:50]},
            _("Write day/month/year, such as 31/12/2026."),
        )
        return None

    def choice(self, name: str, choices: type[TextChoices], default: str = "") -> str:
        text = self.text(name)
        if not text:
            return default
        found = _choices(choices).get(fold(text))
        if found is None:
            self.wrong(
                name,
                _("“%(text)s” is not known here.") % {"text": text[:50]},
                _("Write one of: %(list)s.")
                % {"list": ", ".join(str(label) for label in choices.labels)},
            )
            return default
        return found

    def wrong(self, name: str, message: Any, mend: Any = "") -> None:
        self.problems.append(Problem(field=name, message=message, mend=mend))


_known: dict[type[TextChoices], dict[str, str]] = {}


def _choices(choices: type[TextChoices]) -> dict[str, str]:
    """Every folded word for a choice: its code, its label in both languages, synonyms."""
    if choices not in _known:
        words: dict[str, str] = {}
        for language in ("vi", "en"):
            with override(language):
                words |= {fold(str(label)): value for value, label in choices.choices}
        words |= {fold(value): value for value in choices.values}
        _known[choices] = words | _SYNONYMS.get(choices, {})
    return _known[choices]


def digest_of(row: Mapping[str, Any]) -> str:
    """Tells whether a row says the same as when it was imported before."""
    said = {k: v for k, v in sorted(row.items()) if v not in (None, "", [])}
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def key_of(row: Mapping[str, Any], digest: str, names: Iterable[str]) -> str:
    """The row's own key, or its first identifier, or what it says."""
    for name in names:
        value = str(row.get(name) or "").strip()
        if value:
            return (value if name == "key" else f"{name}:{value.casefold()}")[:200]
    return f"row:{digest[:40]}"
