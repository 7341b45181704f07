"""The house's words for contracts (``procedures/documents/contract.yaml``), and how to say things.

Days, money, shares and periods are said in the language of the paper; articles through
``kernel.citations``, so that a rule of law is named and an aim of the office is not.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import yaml
from django.conf import settings
from django.utils.formats import date_format

from opensti.kernel.citations import cited
from opensti.kernel.money import format_money, in_words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from decimal import Decimal
    from fractions import Fraction
    from pathlib import Path

    from opensti.domains.procedures.regimes.format.facts import Fact
    from opensti.domains.procedures.regimes.format.tables import Period

Block = dict[str, Any]
# Sources that are no text of law: what rests on them is agreed, not cited.
NO_LAW = frozenset({"OFFICE", "GENERAL"})


@lru_cache(maxsize=4)
def _read(path: Path, _changed: int) -> dict[str, Any]:
    words: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return words


def all_words() -> dict[str, Any]:
    path = settings.OPENSTI_PROCEDURES_DIR / "documents" / "contract.yaml"
    return _read(path, path.stat().st_mtime_ns)


class Wording:
    """The words in one language; ``say("articles.time_1", until=…)`` fills a text in.

    What is filled in is never read as a mark of the text. Raises ``KeyError`` for a text
    there is not.
    """

    def __init__(self, language: str) -> None:
        self.language = language
        words = all_words()
        self.version = str(words["version"])
        self._words: dict[str, Any] = words[language]

    def __call__(self, key: str, **values: object) -> str:
        found: Any = self._words
        for part in key.split("."):
            found = found[part]
        text = str(found)
        return text % values if values else text

    def cite(self, fact: Fact) -> str:
        """The article a sentence rests on, in brackets; nothing for the office's own aim."""
        if fact.src in NO_LAW:
            return ""
        return self("cited", article=cited(fact.basis, language=self.language))

    def day(self, day: date | None) -> str:
        if day is None:
            return self("no_day")
        return date_format(day, "d/m/Y" if self.language == "vi" else "j F Y")

    def month_day(self, text: str) -> str:
        """A day of every year, ``12-15``."""
        month, _dash, day = text.partition("-")
        return f"{day}/{month}" if self.language == "vi" else f"{int(day)}/{int(month)}"

    def period(self, period: Period) -> str:
        one = "_1" if period.n == 1 else ""
        return self(f"units.{period.unit.value}{one}", n=period.n)

    def share(self, share: Fraction) -> str:
        """A share in percent where that is exact, else as a fraction."""
        percent = share * 100
        if percent.denominator == 1:
            return f"{percent}%"
        return f"{share.numerator}/{share.denominator}"

    def money(self, amount: Decimal | None, *, unit: bool = True) -> str:
        return format_money(amount, unit=unit, language=self.language)

    def spelled(self, amount: Decimal) -> str:
        """The amount in Vietnamese words, the legal ones."""
        return in_words(amount)

    def foot(self, sha256: str, code: str = "") -> str:
        """What stands at the foot of a paper: form, whose words, digest of the content."""
        own = self("own_words", version=self.version)
        return "\n".join(
            part
            for part in (
                f"{code} · {own}" if code else own,
                self("digest", sha256=sha256) if sha256 else "",
            )
            if part
        )


def heading(text: str) -> Block:
    return {"kind": "heading", "text": text}


def paragraph(text: str) -> Block:
    return {"kind": "paragraph", "text": text}


def listed(items: Sequence[str]) -> Block:
    return {"kind": "list", "items": [*items]}


def pairs(rows: Sequence[Sequence[str]]) -> Block:
    return {"kind": "pairs", "rows": [[*row] for row in rows]}


def table(
    columns: Sequence[tuple[str, float, bool]],
    rows: Sequence[Sequence[object]],
    *,
    title: str = "",
) -> Block:
    """A table; ``columns`` are name, relative width, and whether figures stand right."""
    return {
        "kind": "table",
        "title": title,
        "columns": [name for name, _width, _right in columns],
        "widths": [width for _name, width, _right in columns],
        "right": [n for n, (_name, _width, right) in enumerate(columns) if right],
        "rows": [["" if cell is None else cell for cell in row] for row in rows],
    }
