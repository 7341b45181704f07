"""What is to be assigned: experts, proposals, the pairs that may be, and the rules.

A problem is checked and brought into one order when it is made, so that the same
question has the same digest, and can be asked again to the byte years later.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from sti_methods.assignment.rules import (
    Apart,
    Between,
    OnePer,
    Rule,
    Seat,
    rule_from,
    rule_to,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray

__all__ = ["FORMAT", "Problem"]

FORMAT = "opensti-assignment-1"
_MOST_SEATS = 8


def _ints(values: ArrayLike, what: str) -> NDArray[np.int64]:
    array = np.atleast_1d(np.asarray(values))
    if array.size == 0:
        return np.zeros(0, dtype=np.int64)
    whole = array.astype(np.int64)
    if array.ndim != 1 or not np.array_equal(whole, array):
        raise ValueError(f"{what} must be whole numbers, one after another.")
    return whole


def _named(rule: Rule) -> Iterable[str]:
    if isinstance(rule, Between):
        return rule.experts
    if isinstance(rule, OnePer):
        return rule.group_of
    if isinstance(rule, Apart):
        return [name for pair in rule.pairs for name in pair]
    return rule.eligible or ()


@dataclass(frozen=True, kw_only=True, eq=False)
class Problem:
    """Experts to be assigned to proposals.

    Parameters
    ----------
    experts, proposals : tuple of str
        Their ids; order decides nothing but ties.
    expert, proposal : array of int
        The candidate pairs: places in ``experts`` and ``proposals``. A pair that is not
        named cannot be chosen.
    score : array of float
        How well each pair fits; any finite number.
    size : array of int
        How many experts each proposal gets.
    load_min, load_max : array of int
        How many proposals each expert takes, at least and at most.
    locked : tuple of (str, str)
        Pairs (expert, proposal) that must be chosen.
    conflicts : tuple of (str, str)
        Pairs (expert, proposal) that must not be: they are taken out of the candidates, and
        kept so that an explanation can name the reason. Ids may be of others than those here.
    rules : tuple of Rule

    Raises
    ------
    ValueError
        Saying what is wrong, and where.
    """

    experts: tuple[str, ...]
    proposals: tuple[str, ...]
    expert: NDArray[np.int64]
    proposal: NDArray[np.int64]
    score: NDArray[np.float64]
    size: NDArray[np.int64]
    load_min: NDArray[np.int64]
    load_max: NDArray[np.int64]
    locked: tuple[tuple[str, str], ...] = ()
    conflicts: tuple[tuple[str, str], ...] = ()
    rules: tuple[Rule, ...] = ()
    _place: dict[str, dict[str, int]] = field(init=False, repr=False)

    @classmethod
    def of(
        cls,
        pairs: Iterable[tuple[str, str, float]],
        *,
        size: int | Mapping[str, int],
        load_max: int | Mapping[str, int],
        load_min: int | Mapping[str, int] = 0,
        experts: Sequence[str] | None = None,
        proposals: Sequence[str] | None = None,
        locked: Iterable[tuple[str, str]] = (),
        conflicts: Iterable[tuple[str, str]] = (),
        rules: Iterable[Rule] = (),
    ) -> Problem:
        """Return the problem of pairs (expert, proposal, score).

        Experts and proposals are those of the pairs, in their order, unless named. Sizes and
        loads are one number for all, or a number for each id.
        """
        listed = list(pairs)
        people = tuple(experts or dict.fromkeys(e for e, _p, _s in listed))
        asked = tuple(proposals or dict.fromkeys(p for _e, p, _s in listed))
        where_e = {name: i for i, name in enumerate(people)}
        where_p = {name: i for i, name in enumerate(asked)}
        for e, p, _s in listed:
            if e not in where_e:
                raise ValueError(f"The pair {e!r}, {p!r} names an unknown expert.")
            if p not in where_p:
                raise ValueError(f"The pair {e!r}, {p!r} names an unknown proposal.")

        def each(value: int | Mapping[str, int], ids: tuple[str, ...]) -> Any:
            if isinstance(value, int):
                return np.full(len(ids), value, dtype=np.int64)
            missing = [name for name in ids if name not in value]
            if missing:
                raise ValueError(f"No size or load is given for {missing[0]!r}.")
            return np.array([value[name] for name in ids], dtype=np.int64)

        return cls(
            experts=people,
            proposals=asked,
            expert=np.array([where_e[e] for e, _p, _s in listed], dtype=np.int64),
            proposal=np.array([where_p[p] for _e, p, _s in listed], dtype=np.int64),
            score=np.array([s for _e, _p, s in listed], dtype=np.float64),
            size=each(size, asked),
            load_min=each(load_min, people),
            load_max=each(load_max, people),
            locked=tuple(locked),
            conflicts=tuple(conflicts),
            rules=tuple(rules),
        )

    def __post_init__(self) -> None:
        def put(name: str, value: object) -> None:
            object.__setattr__(self, name, value)

        put("experts", tuple(str(e) for e in self.experts))
        put("proposals", tuple(str(p) for p in self.proposals))
        put("rules", tuple(self.rules))
        put("_place", {})
        for what, ids in (("expert", self.experts), ("proposal", self.proposals)):
            self._place[what] = {name: i for i, name in enumerate(ids)}
            if len(self._place[what]) != len(ids):
                twice = sorted(ids)
                name = next(a for a, b in pairwise(twice) if a == b)
                raise ValueError(f"The {what} {name!r} is given twice.")
        for name in ("expert", "proposal", "size", "load_min", "load_max"):
            put(name, _ints(getattr(self, name), name))
        put("score", np.asarray(self.score, dtype=np.float64).ravel())
        put("locked", self._known_pairs(self.locked))
        put("conflicts", tuple(sorted({(str(e), str(p)) for e, p in self.conflicts})))
        self._check_numbers()
        keep = np.lexsort((self.expert, self.proposal))
        if self.conflicts:
            barred = self._keys(self.conflicts)
            keep = keep[~np.isin(self._key()[keep], barred)]
        for name in ("expert", "proposal", "score"):
            array = getattr(self, name)[keep]
            array.flags.writeable = False
            put(name, array)
        self._check_pairs()
        self._check_rules()

    # ------------------------------------------------------------------ checks

    def _known_pairs(
        self, pairs: Iterable[tuple[str, str]]
    ) -> tuple[tuple[str, str], ...]:
        found = sorted({(str(e), str(p)) for e, p in pairs})
        for e, p in found:
            if e not in self._place["expert"]:
                raise ValueError(f"The locked expert {e!r} is unknown.")
            if p not in self._place["proposal"]:
                raise ValueError(f"The locked proposal {p!r} is unknown.")
        return tuple(found)

    def _check_numbers(self) -> None:
        n, m = len(self.experts), len(self.proposals)
        if not m:
            raise ValueError("There is no proposal.")
        if not (self.expert.size == self.proposal.size == self.score.size):
            raise ValueError("expert, proposal and score must be of one length.")
        for name, count in (("size", m), ("load_min", n), ("load_max", n)):
            if getattr(self, name).size != count:
                raise ValueError(f"{name} must have {count} numbers, one for each.")
        for name, count in (("expert", n), ("proposal", m)):
            array = getattr(self, name)
            if array.size and not 0 <= array.min() <= array.max() < count:
                raise ValueError(f"A pair points to no {name}.")
        bad = np.flatnonzero(~np.isfinite(self.score))
        if bad.size:
            e, p = self.expert[bad[0]], self.proposal[bad[0]]
            raise ValueError(
                f"The score of {self.experts[e]!r} for {self.proposals[p]!r} is no number."
            )
        if (self.size < 1).any():
            p = int(np.argmax(self.size < 1))
            raise ValueError(f"{self.proposals[p]!r}: size must be 1 or more.")
        wrong = (self.load_min < 0) | (self.load_min > self.load_max)
        if wrong.any():
            e = int(np.argmax(wrong))
            raise ValueError(
                f"{self.experts[e]!r}: 0 ≤ minimum load ≤ maximum load is required."
            )

    def _check_pairs(self) -> None:
        key = self._key()
        same = np.flatnonzero(key[1:] == key[:-1])
        if same.size:
            e, p = self.expert[same[0]], self.proposal[same[0]]
            raise ValueError(
                f"The pair {self.experts[e]!r}, {self.proposals[p]!r} is given twice."
            )
        barred = set(self.conflicts)
        for pair in self.locked:
            if pair in barred:
                raise ValueError(
                    f"The pair {pair[0]!r}, {pair[1]!r} is locked but in conflict."
                )
            if self.pair(*pair) is None:
                raise ValueError(
                    f"The pair {pair[0]!r}, {pair[1]!r} is locked but has no score."
                )

    def _check_rules(self) -> None:
        seen: set[str] = set()
        for rule in self.rules:
            if not rule.name or rule.name in seen:
                raise ValueError(f"Rules need names of their own; see {rule.name!r}.")
            seen.add(rule.name)
            named = _named(rule)
            for name in named:
                if name not in self._place["expert"]:
                    raise ValueError(f"Rule {rule.name!r}: unknown expert {name!r}.")
            for name in rule.proposals or ():
                if name not in self._place["proposal"]:
                    raise ValueError(f"Rule {rule.name!r}: unknown proposal {name!r}.")
        seats = Counter(
            name
            for rule in self.rules
            if isinstance(rule, Seat)
            for name in (self.proposals if rule.proposals is None else rule.proposals)
        )
        if max(seats.values(), default=0) > _MOST_SEATS:
            raise ValueError(f"At most {_MOST_SEATS} kinds of seats in a proposal.")

    # ------------------------------------------------------------------ places

    def _key(self) -> NDArray[np.int64]:
        return self.proposal * len(self.experts) + self.expert

    def _keys(self, pairs: Iterable[tuple[str, str]]) -> NDArray[np.int64]:
        e, p, n = self._place["expert"], self._place["proposal"], len(self.experts)
        return np.array(
            [p[b] * n + e[a] for a, b in pairs if a in e and b in p], dtype=np.int64
        )

    def expert_place(self, name: str) -> int | None:
        """Return where an expert stands, None for a stranger."""
        return self._place["expert"].get(name)

    def proposal_place(self, name: str) -> int | None:
        """Return where a proposal stands, None for an unknown one."""
        return self._place["proposal"].get(name)

    def pair(self, expert: str, proposal: str) -> int | None:
        """Return the number of a candidate pair, None when it is none."""
        keys = self._keys([(expert, proposal)])
        if not keys.size:
            return None
        place = int(np.searchsorted(self._key(), keys[0]))
        found = place < self.score.size and self._key()[place] == keys[0]
        return place if found else None

    @cached_property
    def start(self) -> NDArray[np.int64]:
        """Where the pairs of each proposal begin; one more than there are proposals."""
        count = np.bincount(self.proposal, minlength=len(self.proposals))
        return np.concatenate([[0], np.cumsum(count)])

    @cached_property
    def locks(self) -> NDArray[np.int64]:
        """The numbers of the locked pairs."""
        return np.searchsorted(self._key(), np.sort(self._keys(self.locked)))

    @property
    def pure(self) -> bool:
        """Whether there is no rule of composition, so that flows are exact."""
        return not self.rules

    # ------------------------------------------------------------------ freezing

    def document(self) -> dict[str, Any]:
        """Return the problem as what JSON can hold; `of_document` gives it back."""
        return {
            "format": FORMAT,
            "experts": self.experts,
            "proposals": self.proposals,
            "expert": self.expert.tolist(),
            "proposal": self.proposal.tolist(),
            "score": self.score.tolist(),
            "size": self.size.tolist(),
            "load_min": self.load_min.tolist(),
            "load_max": self.load_max.tolist(),
            "locked": self.locked,
            "conflicts": self.conflicts,
            "rules": [rule_to(rule) for rule in self.rules],
        }

    def freeze(self) -> bytes:
        """Return the problem as canonical JSON; `thaw` gives it back."""
        return json.dumps(
            self.document(), ensure_ascii=False, sort_keys=True, separators=(",", ":")
        ).encode()

    @classmethod
    def thaw(cls, frozen: bytes) -> Problem:
        """Return the problem that was frozen.

        Raises
        ------
        ValueError
            It is not one of this format.
        """
        return cls.of_document(json.loads(frozen))

    @classmethod
    def of_document(cls, document: Any) -> Problem:
        """Return the problem of a document that was read from JSON.

        Raises
        ------
        ValueError
            It is not one of this format.
        """
        if not isinstance(document, dict) or document.get("format") != FORMAT:
            raise ValueError(f"This is no frozen problem of {FORMAT}.")
        document = {name: it for name, it in document.items() if name != "format"}
        document["rules"] = tuple(rule_from(rule) for rule in document["rules"])
        for name in ("locked", "conflicts"):
            document[name] = tuple((e, p) for e, p in document[name])
        return cls(**document)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the frozen problem, in hexadecimal."""
        return sha256(self.freeze()).hexdigest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Problem) and other.digest == self.digest

    def __hash__(self) -> int:
        return hash(self.digest)
