"""The conditions of a forming in the words of the office, for pages and refusals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from opensti.domains.panels.choices import Aspect, SeatRole, TieKind
from opensti.domains.panels.queries.naming import ELSEWHERE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opensti.domains.panels.models import FormationRun
    from opensti.kernel.refusals import Text

CONDITION_WORDS: dict[str, Text] = {
    "seniors": gettext_lazy("at least %(n)d with a doctorate or a professor's title"),
    "enterprise": gettext_lazy("at least %(n)d from enterprises"),
    "outside": gettext_lazy("at least %(n)d from outside the ministry"),
    "elsewhere": gettext_lazy("at least %(n)d from another province than the host"),
    "women": gettext_lazy("at least %(n)d women"),
    "men": gettext_lazy("at least %(n)d men"),
    "young": gettext_lazy("at least %(n)d under forty"),
    "per_organisation": gettext_lazy("at most %(n)d of one organisation"),
    "per_province": gettext_lazy("at most %(n)d of one province"),
    "most_load": gettext_lazy("no expert in more than %(n)d councils"),
    "least_load": gettext_lazy("every expert in at least %(n)d councils"),
    "knowing": gettext_lazy("at least %(n)d whose works show that they know %(case)s"),
    "size": gettext_lazy("%(n)d members in each council"),
    "locked": gettext_lazy("what was fixed by hand"),
    "cap": gettext_lazy("no pair more likely than the highest probability"),
}
FEATURE_WORDS: dict[str, Text] = {
    "seniors": gettext_lazy("senior"),
    "enterprise": gettext_lazy("enterprise"),
    "outside": gettext_lazy("outside the ministry"),
    "women": gettext_lazy("woman"),
    "young": gettext_lazy("under forty"),
    "officials": gettext_lazy("official"),
}
BARRED: dict[str, Text] = {
    # What leads to another dossier or council is not told: the reader may not know of it.
    **{kind: label for kind, label in TieKind.choices if kind not in ELSEWHERE},
    "bid": gettext_lazy("said to be in conflict"),
    "lock": gettext_lazy("was excluded by hand"),
}
LEFT_OUT: dict[str, Text] = {
    "party": gettext_lazy("writes, leads or works on one of these cases"),
    "away": gettext_lazy("is away on the day"),
    "rotation": gettext_lazy("sat in this kind of council too long in a row"),
    "full": gettext_lazy("has taken as much as the year allows"),
}


def condition_in_words(
    rule: str, conditions: Mapping[str, Any], cases: Mapping[int, str]
) -> str:
    """One condition by the name of its rule; ``cases`` names a case by its row."""
    name, _colon, of = rule.partition(":")
    if name.startswith("aspect-"):
        return _("somebody who covers the aspect “%(aspect)s”") % {
            "aspect": Aspect(name.removeprefix("aspect-")).label
        }
    if name.startswith("seat-"):
        parts = [part.strip().split(":")[0] for part in rule.split("+")]
        return ", ".join(
            _seat_in_words(part.removeprefix("seat-"), conditions) for part in parts
        )
    words = CONDITION_WORDS.get(name)
    if words is None:
        return rule
    n = (
        sum(conditions["seats"].values())
        if name == "size"
        else conditions["each_gender"]
        if name in {"women", "men"}
        else conditions.get(name, 0)
    )
    return str(words) % {"n": n, "case": cases.get(int(of), of) if of.isdigit() else of}


def _seat_in_words(role: str, conditions: Mapping[str, Any]) -> str:
    seat = {
        "n": conditions["seats"].get(role, 1),
        "role": SeatRole(role).label if role in SeatRole.values else role,
    }
    if role == SeatRole.SECRETARY and conditions["clerk_official"]:
        return _("the %(role)s an official") % seat
    if role in {"chair", "vice", "reviewer"} and conditions["lead_senior"]:
        return _("%(role)s, senior: %(n)d") % seat
    return _("%(role)s: %(n)d") % seat


def features_in_words(features: list[str]) -> list[str]:
    """Badges of a person: what of the conditions he or she counts for."""
    return [
        str(Aspect(f.removeprefix("aspect-")).label)
        if f.startswith("aspect-")
        else str(FEATURE_WORDS[f])
        for f in features
        if f.startswith("aspect-") or f in FEATURE_WORDS
    ]


@dataclass(frozen=True, kw_only=True)
class Stated:
    """A condition in words, with what it met: cases, candidates, those in conflict."""

    words: str
    cases: int = 0
    candidates: int = 0
    barred: int = 0
    least: int = 0


@dataclass(frozen=True, kw_only=True)
class Contradicts:
    """Why there are no councils: what cannot be met together, and the least that mends it."""

    rules: tuple[Stated, ...]
    relax: tuple[Stated, ...]
    smallest: bool
    proved: bool


def _given_way(
    relief: Mapping[str, Any], conditions: Mapping[str, Any], cases: Mapping[int, str]
) -> str:
    """What gives way; of the highest probability, which counts in thousandths, to what."""
    if relief["rule"] != "cap":
        return condition_in_words(relief["rule"], conditions, cases)
    return _("highest probability of a pair: %(to).3f instead of %(stated).3f") % {
        "to": conditions["cap"] + relief["least"] / 1000,
        "stated": conditions["cap"],
    }


def contradiction_in_words(
    run: FormationRun, cases: Mapping[int, str]
) -> Contradicts | None:
    """What a run without councils found; nothing of a run that has some."""
    if not run.conflict:
        return None
    return Contradicts(
        rules=tuple(
            Stated(
                words=condition_in_words(r["rule"], run.conditions, cases),
                cases=len(r["cases"]),
                candidates=r["candidates"],
                barred=r["barred"],
            )
            for r in run.conflict["rules"]
        ),
        relax=tuple(
            Stated(
                words=_given_way(r, run.conditions, cases),
                cases=r["times"],
                least=0 if r["rule"] == "cap" else r["least"],
            )
            for r in run.conflict["relax"]
        ),
        smallest=run.conflict["smallest"],
        proved=run.conflict.get("proved", True),
    )
