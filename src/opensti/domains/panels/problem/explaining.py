"""Why this expert sits and that one does not: from the frozen problem of a run."""

from __future__ import annotations

import zlib
from collections import Counter, OrderedDict
from dataclasses import dataclass, replace
from itertools import islice
from threading import Lock
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from sti_methods.assignment import Solution

from opensti.domains.panels.choices import Objective
from opensti.domains.panels.models import Place
from opensti.domains.panels.problem.exchanging import Checker
from opensti.domains.panels.problem.forming import Frozen, digest_of
from opensti.domains.panels.problem.masking import (
    FORGOTTEN,
    Names,
    person_of,
    unmasked,
)
from opensti.domains.panels.problem.solving import price_of
from opensti.domains.panels.queries import LEFT_OUT, features_in_words
from opensti.domains.panels.queries.wording import BARRED
from opensti.domains.registry.queries import person_names
from opensti.kernel.access import get_visible
from opensti.kernel.refusals import NotFound, StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opensti.domains.panels.models import FormationRun
    from opensti.kernel.access import Actor


# Frozen problems that a process keeps, by the digest of their bytes: the one on which
# somebody works, and another for who compares. Some 30 MB each for 1,000 cases.
KEPT = 2
# With conditions on who sits together and more pairs than this a search takes minutes.
MOST_PRICED = 50_000
_kept: OrderedDict[str, Frozen] = OrderedDict()
_lock = Lock()


def frozen_of(run: FormationRun) -> Frozen:
    """The frozen problem of a run with its people; read once by a process while all stand.

    Raises ``StepNotAllowed`` where the bytes have another digest than was recorded, and
    where they were erased with a person.
    """
    key = f"{run.problem_digest} {digest_of(bytes(run.names or b''))}"
    with _lock:
        if (known := _kept.get(key)) is not None:
            _kept.move_to_end(key)
            return known
    kept = frozen_bytes(run)
    if digest_of(kept) != run.problem_digest:
        raise StepNotAllowed(
            _("The frozen problem of this run is not what was kept."),
            mend=_("Tell the administrator, and have the councils computed anew."),
        )
    frozen = Frozen.of(kept)
    if run.names is not None:
        frozen = unmasked(frozen, names_of(run))
    with _lock:
        _kept[key] = frozen
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return frozen


def frozen_bytes(run: FormationRun) -> bytes:
    """The bytes of a frozen problem as they stand in the database.

    Raises ``StepNotAllowed`` where they were erased with a person whom they name.
    """
    if run.problem is None and run.problem_digest:
        raise StepNotAllowed(
            _("The inputs of this run were erased with a person whom they named."),
            mend=_("Its digests stay in the record; it cannot be computed again."),
        )
    return zlib.decompress(bytes(run.problem or b""))


def names_of(run: FormationRun) -> Names:
    """Who the numbers of a run's problem are, as far as they were not erased."""
    return Names.of(bytes(run.names or b""))


def solution_of(run: FormationRun) -> Solution:
    """The solution of a run with its people; raises ``NotFound`` if it has none."""
    if run.solution is None:
        raise NotFound
    found = Solution.thaw(zlib.decompress(bytes(run.solution)))
    if run.names is None:
        return found
    names = names_of(run)
    case = names.words

    def person(number: str) -> str:
        return person_of(number, names)

    return replace(
        found,
        pairs=tuple(
            replace(
                pair,
                expert=person(pair.expert),
                proposal=case.get(pair.proposal, pair.proposal),
            )
            for pair in found.pairs
        ),
        marginals=tuple(
            (person(e), case.get(p, p), parts) for e, p, parts in found.marginals
        ),
        mixture=tuple(
            (weight, tuple(tuple(map(person, panel)) for panel in panels))
            for weight, panels in found.mixture
        ),
    )


def mixture_of(run: FormationRun) -> Iterator[tuple[int, int, str, int]]:
    """What a draw chose from: number of the way, its weight, the proposal, the person."""
    solved = Frozen.of(frozen_bytes(run)).assignment.proposals
    words = {} if run.names is None else names_of(run).words
    names = [words.get(name, name) for name in solved]
    for number, (weight, panels) in enumerate(solution_of(run).mixture, start=1):
        for name, panel in zip(names, panels, strict=True):
            for expert in panel:
                if not expert.startswith(FORGOTTEN):
                    yield number, weight, name, int(expert)


def key_of(place: Place) -> str:
    """The name of a place's council in the frozen problem."""
    return "all" if place.item_id is None else str(place.item_id)


def panel_of(run: FormationRun, place: Place) -> dict[str, str]:
    """Who sits in the council of a place, and on which seat; 1 query."""
    return _seated(run, place.item_id)


def _seated(run: FormationRun, item_id: int | None) -> dict[str, str]:
    return {
        str(person): role
        for person, role in Place.objects.filter(run=run, item_id=item_id).values_list(
            "person_id", "role"
        )
    }


def loads_of(run: FormationRun, frozen: Frozen) -> dict[str, int]:
    """How many more councils each expert of the run can take; 1 query."""
    used = Counter(
        map(str, Place.objects.filter(run=run).values_list("person_id", flat=True))
    )
    return {
        expert: int(most) - used[expert]
        for expert, most in zip(
            frozen.assignment.experts, frozen.assignment.load_max, strict=True
        )
    }


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Somebody who could sit instead, and the exact price with all others fixed."""

    person_id: int
    name: str
    score: float
    price: float
    badges: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Why:
    """Why this expert sits here, and who could instead."""

    place: Place
    rank: int
    candidates: int
    choices: tuple[Choice, ...]


def why_this(actor: Actor, run: FormationRun, place_id: int, *, most: int = 10) -> Why:
    """The place among all candidates of the case, and the best who could take it."""
    place = get_visible(
        actor,
        Place.objects.filter(run=run).select_related(
            "person", "instead_of", "item__dossier", "item__order"
        ),
        pk=place_id,
    )
    frozen = frozen_of(run)
    checker = Checker(frozen.assignment, key_of(place))
    found = list(
        islice(
            checker.alternatives(
                panel_of(run, place), str(place.person_id), free=loads_of(run, frozen)
            ),
            most,
        )
    )
    names = person_names([a.person_id for a in found])
    scores = [*checker.scores().values()]
    return Why(
        place=place,
        rank=1 + sum(score > place.score for score in scores),
        candidates=len(scores),
        choices=tuple(
            Choice(
                person_id=a.person_id,
                name=names.get(a.person_id, ""),
                score=a.score,
                price=a.price,
                badges=tuple(
                    features_in_words(frozen.facts["features"][str(a.person_id)])
                ),
            )
            for a in found
        ),
    )


@dataclass(frozen=True, kw_only=True)
class WhyNot:
    """Why an expert does not sit in a council: a plain reason, or a price.

    ``price`` is what the sum of the solution loses if this expert must sit, with everybody
    else free to move, ``weakest`` what its weakest council loses; none where no councils
    would meet the conditions any more. ``others_stay``: the problem is so large that no
    page waits for it; the price is that of the best single exchange, which is exact too,
    and the whole plan might lose less.
    """

    name: str
    reason: str = ""
    score: float = 0.0
    price: float | None = None
    weakest: float | None = None
    others_stay: bool = False


def _drawn(run: FormationRun, expert: str, proposal: str) -> str:
    drawn = solution_of(run)
    parts = next((n for e, p, n in drawn.marginals if (e, p) == (expert, proposal)), 0)
    return _("councils were drawn by lot; the probability of this was %(share).3f") % {
        "share": parts / drawn.denominator
    }


def why_not(run: FormationRun, *, person_id: int, item_id: int | None) -> WhyNot:
    """Say why an expert was not chosen for a case; the price by the same optimiser."""
    name = person_names([person_id]).get(person_id)
    if name is None:
        raise NotFound(_("There is no such person."))
    frozen = frozen_of(run)
    expert = str(person_id)
    if plain := _plain_reason(frozen, expert, item_id):
        return WhyNot(name=name, reason=plain)
    key = "all" if item_id is None else str(item_id)
    if key not in frozen.assignment.proposals:
        raise NotFound
    pair = (
        frozen.assignment.pair(expert, key)
        if expert in frozen.assignment.experts
        else None
    )
    if pair is None:
        return WhyNot(name=name, reason=_("is no expert of the pool of this run"))
    score = float(frozen.assignment.score[pair])
    if run.objective == Objective.RANDOM:
        return WhyNot(name=name, score=score, reason=_drawn(run, expert, key))
    if frozen.assignment.rules and frozen.assignment.score.size > MOST_PRICED:
        return WhyNot(
            name=name,
            score=score,
            price=_exchanged(run, frozen, item_id, expert=expert),
            others_stay=True,
        )
    found = price_of(frozen, expert=expert, proposal=key)
    if found is None or run.total is None or run.minimum is None:
        return WhyNot(name=name, score=score)
    return WhyNot(
        name=name,
        score=score,
        price=round(run.total - found[0], 6),
        weakest=round(run.minimum - found[1], 6),
    )


def _plain_reason(frozen: Frozen, expert: str, item_id: int | None) -> str:
    """Why somebody could not be weighed at all; empty if he was."""
    facts = frozen.facts
    if expert in facts["left_out"]:
        return str(LEFT_OUT[facts["left_out"][expert]])
    for pk in frozen.items if item_id is None else (item_id,):
        if (why := facts["barred"].get(f"{expert}:{pk}")) is not None:
            return str(BARRED.get(why, _("is in conflict")))
    return ""


def _exchanged(
    run: FormationRun, frozen: Frozen, item_id: int | None, *, expert: str
) -> float | None:
    """What the sum loses if an expert takes the one place in a council that costs least.

    ``None`` where he sits there, has taken enough, or would break a condition everywhere.
    """
    panel = _seated(run, item_id)
    if expert in panel or loads_of(run, frozen).get(expert, 0) < 1:
        return None
    checker = Checker(frozen.assignment, "all" if item_id is None else str(item_id))
    scores, allowed = checker.scores(), checker.broken(panel)
    prices = [
        scores.get(out, 0.0) - scores[expert]
        for out, role in panel.items()
        if checker.broken(
            {**{e: r for e, r in panel.items() if e != out}, expert: role}
        )
        <= allowed
    ]
    return round(min(prices), 6) if prices else None
