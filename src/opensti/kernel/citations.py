"""How an article is said: the record keeps ``ND268 Art 10.3``, people read words.

What is stored stays short and the same in every language; ``cited`` is the one place
that turns it into “khoản 3 Điều 10 NĐ 268/2025/NĐ-CP” or “Art. 10.3, Decree 268/2025/ND-CP”.
The names of the sources are those of the procedures; the kernel only asks for them.
"""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from opensti.kernel.bilingual import pick

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Names = Mapping[str, tuple[str, str]]

_ASK_AGAIN = 60.0  # seconds until a source nobody knew is asked for once more
_CODE = r"[A-Z][A-Z0-9]{2,15}"
_PLACE = r"(?:Annex )?[0-9IVX](?:[\w.-]*\w)?(?:, \d(?:[\w.-]*\w)?)*"
_CITED = re.compile(
    rf"(?<![\w/-])(?P<code>{_CODE}) Art (?P<place>{_PLACE})"
    rf"|(?:^|(?<=, ))(?P<bare>{_CODE})$"
)
_CLAUSE = re.compile(r"(\d+)(?:\.(\d+)([a-zđ])?)?")
_readers: list[Callable[[], Names]] = []
_names: dict[str, tuple[str, str]] = {}
_asked: dict[str, float] = {}


def names_from(reader: Callable[[], Names]) -> None:
    """Say who knows the names of sources: code → Vietnamese, English."""
    _readers[:] = [reader]


def learn(names: Names) -> None:
    """Remember names of sources, so that saying them asks nobody."""
    _names.update(names)


def cited(text: object, *, language: str = "", names: Names | None = None) -> str:
    """Say the articles in a stored basis; what is no citation stays as it is.

    ``names`` are those of a procedure at hand, which need not be loaded.
    """
    with override(language or get_language()):
        return _CITED.sub(lambda found: _said(found, names or {}), str(text or ""))


def _said(found: re.Match[str], at_hand: Names) -> str:
    code, place = found["code"] or found["bare"], found["place"]
    name = at_hand.get(code) or _named(code)
    if name is None:
        return found[0]
    source = pick(*name)
    if place is None:
        return source
    if place.startswith("Annex "):
        return _("Annex %(place)s, %(source)s") % {
            "place": place.removeprefix("Annex "),
            "source": source,
        }
    return _("Art. %(place)s, %(source)s") % {
        "place": _place(place),
        "source": source,
    }


def _place(place: str) -> str:
    """Say ``5.4b`` as Vietnamese cites it, “điểm b khoản 4 Điều 5”; else as it stands."""
    single = _CLAUSE.fullmatch(place)
    if (get_language() or "vi").startswith("en"):
        return place
    if single is None:
        return f"Điều {place}"
    article, clause, point = single.groups()
    words = [f"điểm {point}"] if point else []
    words += [f"khoản {clause}"] if clause else []
    return " ".join([*words, f"Điều {article}"])


def _named(code: str) -> tuple[str, str] | None:
    """Names are read once for a process; an unknown one at most once a minute."""
    now = time.monotonic()
    if code not in _names and now - _asked.get(code, -_ASK_AGAIN) >= _ASK_AGAIN:
        _asked[code] = now
        for reader in _readers:
            learn(reader())
    return _names.get(code)
