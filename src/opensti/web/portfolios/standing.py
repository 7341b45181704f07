"""Where each dossier stands in a scenario: its state, its reason, its figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from opensti.domains.portfolios.choices import Barred
from opensti.domains.portfolios.queries import reason_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from opensti.domains.portfolios.problem.contents import Contents

CHOSEN, RESERVE, LEFT, BARRED = "chosen", "reserve", "left", "barred"
STATES = (CHOSEN, RESERVE, LEFT, BARRED)
TONES = {CHOSEN: "good", RESERVE: "wait", LEFT: "neutral", BARRED: "bad"}


def state_words() -> dict[str, str]:
    return {
        CHOSEN: _("Chosen"),
        RESERVE: _("In reserve"),
        LEFT: _("Not chosen"),
        BARRED: _("Cannot be chosen"),
    }


@dataclass(frozen=True, kw_only=True)
class Place:
    """A dossier in a scenario. ``rank`` is by merit among those that could be chosen.

    ``price`` is how much less merit a chosen one, or more another, would have changed it,
    ``least`` what that is at least where nobody sought it exactly;
    ``frequency`` how often it is chosen under the uncertainty of the ranking, 0 to 1.
    """

    code: str
    rank: int | None
    state: str
    level: str
    merit: float
    cost: int
    price: float | None
    least: float | None
    standing: str
    frequency: float | None
    reserve: int | None
    why: str


def found_in(contents: Contents, key: str) -> Any:
    """What a richer method tells besides; none in scenarios that were frozen before it."""
    return contents.solution.get(key) or contents.reasons.get(key)


def places_of(contents: Contents) -> list[Place]:
    """Every dossier by merit, those that cannot be chosen last; kept for each language."""
    key = ("places", get_language())
    if key not in contents.words:
        contents.words[key] = [*_places(contents)]
    found: list[Place] = contents.words[key]
    return found


def _places(contents: Contents) -> Iterator[Place]:
    labels = contents.problem["labels"]
    reasons: Mapping[str, Any] = contents.reasons.get("reasons", {})
    reserve = {code: n for n, code in enumerate(reserve_of(contents), start=1)}
    frequency = frequency_of(contents)
    barred = contents.barred
    rank = 0
    for code in sorted(contents.order, key=lambda c: c in barred):
        reason = reasons.get(code)
        rank += code not in barred
        state = (
            CHOSEN
            if code in contents.chosen
            else BARRED
            if code in barred
            else RESERVE
            if code in reserve
            else LEFT
        )
        yield Place(
            code=code,
            rank=None if code in barred else rank,
            state=state,
            level=contents.chosen.get(code, ""),
            merit=contents.merits[code],
            cost=contents.amount(code),
            price=None if reason is None else reason["price"],
            least=None if reason is None else reason.get("price_low"),
            standing="" if reason is None else reason["standing"],
            frequency=frequency.get(code),
            reserve=reserve.get(code),
            why=_why(code, barred, reason, labels),
        )


def frequency_of(contents: Contents) -> Mapping[str, float]:
    """How often each is chosen under the uncertainty of the ranking, 0 to 1, by code."""
    told = found_in(contents, "frequency") or {}
    found: Mapping[str, float] = told.get("chosen", told)
    return found


def reserve_of(contents: Contents) -> list[str]:
    """The codes of the reserve list, first to last."""
    listed = found_in(contents, "reserve") or ()
    return [
        str(each["proposal"] if isinstance(each, dict) else each) for each in listed
    ]


def _why(
    code: str, barred: Mapping[str, str], reason: Any, labels: Mapping[str, Any]
) -> str:
    if code in barred:
        said = str(Barred(barred[code]).label)
        return f"{said[:1].upper()}{said[1:]}."
    if reason is None:
        return _("The reason is still being computed.")
    return reason_words(reason, labels)


def standing_words(standing: str, *, chosen: bool) -> str:
    """How firmly a dossier stands among sets of nearly the same sum of merits."""
    return {
        "always": _("firm"),
        "sometimes": _("close"),
        "never": _("out") if not chosen else _("close"),
        "unknown": _("not asked"),
    }.get(standing, "—")
