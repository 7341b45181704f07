"""The scores of a round as frozen bytes; the calibrated ranking from these bytes alone.

A dossier goes by its code, a reviewer by a number drawn from his own scores: the bytes know
no person, and the same scores are the same bytes.
"""

from __future__ import annotations

import json
import math
from collections import defaultdict
from fractions import Fraction
from hashlib import sha256
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from opensti.domains.panels.queries import scores_of
from opensti.domains.portfolios.choices import Ruling
from opensti.domains.portfolios.models import Decision
from opensti.kernel.frozen import canonical

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray
    from sti_methods.calibration import Ranking as Calibrated
    from sti_methods.calibration import Reviews

    from opensti.domains.panels.queries import Score
    from opensti.domains.portfolios.models import Round

FORMAT = "opensti-ranking-1"
DRAWS, SEED = 1_000, 0
# Of pairs around the lines no more are kept: past so many nobody reads them one by one.
MOST_PAIRS = 200
HUNDRED = Fraction(100)


def freeze_ranking(round_: Round) -> bytes:
    """Write down the counted scores of the dossiers of a round; 4 queries or a few more.

    Points stay points where all sheets have the same total, and are per cent of it elsewhere.
    ``first`` says how many of the dossiers of an order the council proposes (all that answer
    none compete with one another).
    """
    decisions = list(
        Decision.objects.filter(round=round_)
        .order_by("dossier__code")
        .values_list(
            "dossier_id", "dossier__code", "dossier__order__code", "rank", "found"
        )
    )
    codes = {pk: code for pk, code, *_rest in decisions}
    scores = scores_of(codes)
    rows = [*(s for some in scores.named for s in some), *scores.unnamed]
    same = len({score.most for score in rows}) <= 1
    most = (rows[0].most if rows else Fraction(1)) if same else HUNDRED

    def told(some: Iterable[Score]) -> list[list[str]]:
        return sorted(
            [
                codes[s.dossier_id],
                str(s.points if same else s.points * HUNDRED / s.most),
            ]
            for s in some
        )

    first: dict[str, int] = defaultdict(int)
    for _pk, _code, order, _rank, found in decisions:
        first[order or ""] += found == Ruling.APPROVE
    reviewers = [told(some) for some in scores.named]
    reviewers.sort(key=lambda said: _drawn(round_.public_id, said))
    return canonical(
        {
            "format": FORMAT,
            "round": round_.public_id,
            "kind": scores.kind,
            "most": str(most),
            "per_cent": not same,
            "dossiers": {
                code: {"order": order or "", "rank": rank}
                for _pk, code, order, rank, _found in decisions
            },
            "first": first,
            "reviewers": reviewers,
            "unnamed": told(scores.unnamed),
            "excluded": scores.excluded,
            "draws": DRAWS,
            "seed": SEED,
        }
    )


def _drawn(round_id: str, said: list[list[str]]) -> str:
    """By what reviewers are put in order: it tells nothing of seats or people."""
    return sha256(canonical([round_id, said])).hexdigest()


def solve_ranking(content: bytes) -> bytes:
    """Rank the dossiers of frozen bytes; the same bytes give the same answer.

    Figures are rounded to six decimals. ``dossiers`` has a line for each dossier that has
    scores; the others stand under ``without``. About the competition for an order (or among
    those that answer none) a line says ``place``, ``first`` (the probability to be among as
    many as the council proposes) and ``next`` (that it is better than the one behind it).
    """
    document = json.loads(content)
    if not document["reviewers"] and not document["unnamed"]:
        return canonical(_nothing(document))
    found = _calibrated(document, draws=document["draws"], seed=document["seed"])
    reviews, names = found.reviews, found.reviews.proposals
    lines: dict[str, dict[str, Any]] = {
        code: {
            "mean": _figure(found.mean[i]),
            "merit": _figure(found.merit[i]),
            "low": _figure(found.low[i]),
            "high": _figure(found.high[i]),
            "rank": int(found.rank[i]),
            "rank_low": int(found.rank_low[i]),
            "rank_high": int(found.rank_high[i]),
            "n": int(reviews.count[i]),
            "panel": int(reviews.panel[i]) + 1,
        }
        for i, code in enumerate(names)
    }
    unclear: list[dict[str, Any]] = []
    cut = False
    for order, members in _competitions(document, names):
        pairs = _compare(found, lines, members, document["first"][order])
        unclear += ({"order": order} | pair for pair in pairs[:MOST_PAIRS])
        cut = cut or len(pairs) > MOST_PAIRS
    variances = found.variances
    named = len(document["reviewers"])
    return canonical(
        _nothing(document)
        | {
            "method": found.method,
            "why": found.why,
            "dossiers": lines,
            "without": sorted({*document["dossiers"]} - {*names}),
            "variances": variances
            and {
                "merit": _figure(variances.merit),
                "severity": _figure(variances.severity),
                "residual": _figure(variances.residual),
                "reliability": _figure(variances.reliability),
            },
            "reviewers": [
                {
                    "number": number,
                    "severity": _figure(found.severity[j]),
                    "error": _figure(found.severity_error[j]),
                    "spread": _figure(found.spread[j]),
                    "n": int(n),
                }
                for number, j, n in _people(reviews, named)
            ],
            "panels": _panels(reviews),
            "unclear": unclear[:MOST_PAIRS],
            "unclear_cut": cut or len(unclear) > MOST_PAIRS,
        }
    )


def draws_of(
    content: bytes, *, n: int = DRAWS, seed: int = SEED
) -> tuple[tuple[str, ...], NDArray[np.float64]]:
    """Merits of all dossiers drawn together from what the scores leave open.

    Returns the codes and (n, codes) merits in the points in which merit is told. There are
    no draws, (0, codes), where nothing tells how sure a merit is; dossiers without scores
    have none.
    """
    document = json.loads(content)
    if not document["reviewers"] and not document["unnamed"]:
        return (), np.empty((0, 0))
    found = _calibrated(document, draws=n, seed=seed)
    return found.reviews.proposals, found.drawn_merits


def _calibrated(document: Mapping[str, Any], *, draws: int, seed: int) -> Calibrated:
    """A ballot that names nobody counts as of a reviewer of its own."""
    from sti_methods.calibration import Reviews, calibrate, plain_means  # noqa: PLC0415 -- slow to load

    named = [
        (code, f"r{number:06}", score)
        for number, said in enumerate(document["reviewers"], start=1)
        for code, score in said
    ]
    unnamed = [
        (code, f"u{number:06}", score)
        for number, (code, score) in enumerate(document["unnamed"], start=1)
    ]
    rows = named + unnamed
    reviews = Reviews.of(
        [code for code, _reviewer, _score in rows],
        [reviewer for _code, reviewer, _score in rows],
        [float(Fraction(score)) for _code, _reviewer, score in rows],
    )
    if not named:
        return plain_means(reviews, "unnamed", draws=draws, seed=seed)
    try:
        return calibrate(
            reviews, steps=document["kind"] == "votes", draws=draws, seed=seed
        )
    except ArithmeticError:
        return plain_means(reviews, "unsettled", draws=draws, seed=seed)


def _nothing(document: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "method": "none",
        "why": "no_scores",
        "kind": document["kind"],
        "most": document["most"],
        "per_cent": document["per_cent"],
        "first": document["first"],
        "excluded": document["excluded"],
        "unnamed": sorted({code for code, _score in document["unnamed"]}),
        "dossiers": {},
        "without": sorted(document["dossiers"]),
        "variances": None,
        "reviewers": [],
        "panels": [],
        "unclear": [],
        "unclear_cut": False,
    }


def _competitions(
    document: Mapping[str, Any], names: Sequence[str]
) -> list[tuple[str, NDArray[np.int64]]]:
    """Places of those that compete with one another, by the order they answer."""
    members: dict[str, list[int]] = defaultdict(list)
    for place, code in enumerate(names):
        members[document["dossiers"][code]["order"]].append(place)
    return [(order, np.array(places)) for order, places in sorted(members.items())]


def _compare(
    found: Calibrated,
    lines: Mapping[str, dict[str, Any]],
    members: NDArray[np.int64],
    first: int,
) -> list[dict[str, Any]]:
    """Write places and chances of one competition into the lines; its unclear pairs."""
    names = found.reviews.proposals
    ranks = found.rank[members]
    chance = found.among_first(first, among=members)
    ordered = members[np.argsort(ranks, kind="stable")]
    for place, likely in zip(members, chance, strict=True):
        lines[names[place]] |= {
            "place": int((ranks < found.rank[place]).sum()) + 1,
            "first": _figure(likely),
            "next": None,
        }
    if found.drawn.size:
        for one, behind in pairwise(ordered):
            better = found.better(int(one), among=np.array([behind]))
            lines[names[one]]["next"] = _figure(better[0])
    return [
        {"above": names[a], "below": names[b], "probability": _figure(p)}
        for a, b, p in islice(found.unclear(first, among=members), MOST_PAIRS + 1)
    ]


def _people(reviews: Reviews, named: int) -> list[tuple[int, int, int]]:
    """(number, place, how many scores) of each reviewer who is one person throughout."""
    counts = np.bincount(reviews.reviewer, minlength=len(reviews.reviewers))
    place = {name: j for j, name in enumerate(reviews.reviewers)}
    found = []
    for number in range(1, named + 1):
        j = place[f"r{number:06}"]
        found.append((number, j, int(counts[j])))
    return found


def _panels(reviews: Reviews) -> list[list[str]]:
    """The dossiers of each panel, where several share no reviewer."""
    if reviews.panels < 2:  # noqa: PLR2004 -- one is nothing apart
        return []
    apart: list[list[str]] = [[] for _panel in range(reviews.panels)]
    for place, code in enumerate(reviews.proposals):
        apart[int(reviews.panel[place])].append(code)
    return apart


def _figure(value: float) -> float | None:
    """Six decimals; nothing where there is no figure."""
    if math.isnan(value):
        return None
    return round(float(value), 6) + 0.0
