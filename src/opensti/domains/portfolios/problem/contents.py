"""What a scenario froze and found, read once by a process: the bytes never change."""

from __future__ import annotations

import json
import zlib
from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from opensti.domains.portfolios.models import Decision, Ranking, Scenario
from opensti.domains.portfolios.problem.freezing import STATE
from opensti.kernel.access import visible
from opensti.kernel.frozen import digest_of
from opensti.kernel.refusals import NotFound, StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from opensti.domains.portfolios.models import Round
    from opensti.kernel.access import Actor

# Scenarios that a process keeps: those compared, and one more. Some 10 MB each at 2,000.
KEPT = 5
_kept: OrderedDict[tuple[str, str, str], Contents] = OrderedDict()
_rankings: OrderedDict[str, Mapping[str, Mapping[str, Any]]] = OrderedDict()
_lock = Lock()


@dataclass(frozen=True, kw_only=True, eq=False)
class Contents:
    """The frozen problem, what was chosen, and why; ``reasons`` is empty until computed.

    ``merits`` and ``amounts`` are of each dossier at full funding, by code; ``order`` are the
    codes by merit, and between equals as the regime orders them. ``words`` is for pages to
    keep what they made of it.
    """

    problem: Mapping[str, Any]
    solution: Mapping[str, Any]
    reasons: Mapping[str, Any]
    merits: Mapping[str, float]
    amounts: Mapping[str, Mapping[str, int]]
    levels: Mapping[tuple[str, str], Mapping[str, Any]]
    order: tuple[str, ...]
    words: dict[Any, Any] = field(default_factory=dict)

    @property
    def chosen(self) -> Mapping[str, str]:
        """The level of each that is chosen, by code."""
        found: Mapping[str, str] = self.solution["chosen"]
        return found

    @property
    def barred(self) -> Mapping[str, str]:
        found: Mapping[str, str] = self.problem["barred"]
        return found

    @property
    def rules(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.problem["rules"]
        return found

    def amount(self, code: str, measure: str = STATE) -> int:
        """What a dossier costs: at its chosen level, else in full."""
        level = self.levels[code, self.chosen.get(code, "")]
        return int(level["amounts"].get(measure, 0))


def contents_of(scenario: Scenario) -> Contents:
    """The frozen content of a scenario that the person may know; 1 query, or none if kept.

    Raises ``NotFound`` where nothing was chosen yet, ``StepNotAllowed`` where the bytes have
    another digest than was recorded.
    """
    if not scenario.solution_digest:
        raise NotFound
    key = (scenario.problem_digest, scenario.solution_digest, scenario.reasons_digest)
    with _lock:
        if (known := _kept.get(key)) is not None:
            _kept.move_to_end(key)
            return known
    row = Scenario.objects.values_list("problem", "solution", "reasons").get(
        pk=scenario.pk
    )
    contents = _contents(
        *(_read(value, digest) for value, digest in zip(row, key, strict=True))
    )
    with _lock:
        _kept[key] = contents
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return contents


def forget() -> None:
    """Keep nothing any more."""
    with _lock:
        _kept.clear()
        _rankings.clear()


def _read(value: Any, digest: str) -> Mapping[str, Any]:
    if not digest or value is None:
        return {}
    content = zlib.decompress(bytes(value))
    if digest_of(content) != digest:
        raise StepNotAllowed(
            _("What this scenario froze is not what was kept."),
            mend=_("Tell the administrator, and have a copy of it computed."),
        )
    told: Mapping[str, Any] = json.loads(content)
    return told


def _contents(
    problem: Mapping[str, Any],
    solution: Mapping[str, Any],
    reasons: Mapping[str, Any],
) -> Contents:
    levels = {(each["proposal"], each["name"]): each for each in problem["levels"]}
    full = {code: each for (code, name), each in levels.items() if not name}
    merits = {code: each["merit"] for code, each in full.items()}
    stated = problem["rules"]["ties"].get("order", ())
    place = {code: n for n, code in enumerate(stated)}
    return Contents(
        problem=problem,
        solution=solution,
        reasons=reasons,
        merits=merits,
        amounts={code: each["amounts"] for code, each in full.items()},
        levels=levels,
        order=tuple(
            sorted(full, key=lambda c: (-merits[c], place.get(c, len(place)), c))
        ),
    )


def intervals_of(scenario: Scenario) -> Mapping[str, Mapping[str, Any]]:
    """The calibrated merit of each dossier with its ends, by code; empty without a ranking.

    Of the ranking that the scenario used, else of the newest of its round; 1 query, and 1
    more where it is not kept yet.
    """
    rankings = Ranking.objects.filter(round_id=scenario.round_id).defer(
        "problem", "solution"
    )
    ranking = (
        rankings.filter(pk=scenario.ranking_id).first()
        if scenario.ranking_id
        else rankings.first()
    )
    if ranking is None:
        return {}
    with _lock:
        if (known := _rankings.get(ranking.solution_digest)) is not None:
            return known
    value = Ranking.objects.values_list("solution", flat=True).get(pk=ranking.pk)
    told = _read(value, ranking.solution_digest)
    found = {
        code: line
        for code, line in told.get("dossiers", {}).items()
        if line.get("low") is not None and line.get("high") is not None
    }
    with _lock:
        _rankings[ranking.solution_digest] = found
        while len(_rankings) > KEPT:
            _rankings.popitem(last=False)
    return found


@dataclass(frozen=True, kw_only=True)
class Line:
    """A dossier of a round as lists of scenarios name it; ``must`` is its lock, if any."""

    decision: str
    code: str
    title_vi: str
    title_en: str
    host_vi: str
    host_en: str
    mean: Decimal | None
    must: bool | None
    locked_because: str


def lines_of(actor: Actor, round_: Round) -> dict[str, Line]:
    """The dossiers of a round by code; 1 query, fit for thousands."""
    rows = visible(actor, Decision.objects.filter(round=round_)).values_list(
        "public_id",
        "dossier__code",
        "dossier__title_vi",
        "dossier__title_en",
        "dossier__host__name_vi",
        "dossier__host__name_en",
        "mean",
        "lock__must",
        "lock__reason",
    )
    return {
        row[1]: Line(
            decision=row[0],
            code=row[1],
            title_vi=row[2],
            title_en=row[3],
            host_vi=row[4],
            host_en=row[5],
            mean=row[6],
            must=row[7],
            locked_because=row[8] or "",
        )
        for row in rows
    }
