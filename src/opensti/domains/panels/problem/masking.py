"""Numbers for names: what is frozen and solved knows nobody.

Before a problem is kept, its people, cases, houses and provinces become numbers, drawn
anew for each plan. Who is who stands beside it, each person with a salt of their own; a
commitment to each is what the record and a bundle hold. So everybody computes the seats
again, an auditor opens one number or all, and to forget a person is to delete one line:
the frozen bytes, their digests and the proof stay as they are.
"""

from __future__ import annotations

import hmac
import json
import secrets
import zlib
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
from django.conf import settings
from sti_methods import assignment
from sti_methods.assignment.rules import rule_from, rule_to

from opensti.domains.panels.problem.composing import GROUP
from opensti.kernel.frozen import canonical

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from opensti.domains.panels.problem.forming import Frozen

SALT = 16
# A forgotten person in a problem that is shown with names: less than any row's number.
FORGOTTEN = "-"
KNOWING = "knowing"


@dataclass(frozen=True, kw_only=True)
class Names:
    """Who the numbers of a frozen problem are; kept beside it, and erased line by line."""

    experts: Mapping[str, tuple[int, str]]  # number → (person, salt)
    commitments: Mapping[str, str]  # number → what the record binds it to; they stay
    words: Mapping[str, str]  # number of a case, house, province or rule → its own word
    facts: Mapping[str, Any]  # what the pages tell of the forming

    def to_bytes(self) -> bytes:
        told = {
            "experts": self.experts,
            "commitments": self.commitments,
            "words": self.words,
            "facts": self.facts,
        }
        text = json.dumps(told, ensure_ascii=False, sort_keys=True)
        return zlib.compress(text.encode())

    @classmethod
    def of(cls, kept: bytes) -> Names:
        told = json.loads(zlib.decompress(kept))
        experts = {n: (pk, salt) for n, (pk, salt) in told["experts"].items()}
        return cls(**told | {"experts": experts})

    def without(self, person: int) -> Names:
        """The same without a person: the number stays, and tells of nobody any more."""
        gone = str(person)

        def of_another(key: str) -> bool:
            return key.partition(":")[0] != gone

        def names_another(word: str) -> bool:
            return not (word.startswith("seat-") and word.partition(":")[2] == gone)

        return Names(
            experts={n: it for n, it in self.experts.items() if it[0] != person},
            commitments=self.commitments,
            words={n: word for n, word in self.words.items() if names_another(word)},
            facts={
                name: {key: it for key, it in told.items() if of_another(key)}
                if name in {"features", "house", "barred", "left_out"}
                else told
                for name, told in self.facts.items()
            },
        )


def commitment(number: str, person: int, salt: str) -> str:
    """What binds a number to a person without telling who; the salt opens it."""
    return sha256(f"{salt} {number} {person}".encode()).hexdigest()


def commitments(names: Names) -> bytes:
    """Every number of a problem with its commitment: what the record has the digest of."""
    return canonical(names.commitments)


def masked(frozen: Frozen, plan: int) -> tuple[Frozen, Names]:
    """The problem in numbers, and who they are.

    The numbers of a plan are drawn by a keyed digest: its runs can be compared, and
    without the house's key nobody tells the registry's order from them.
    """
    problem = frozen.assignment
    experts = _drawn("E", problem.experts, plan)
    items = [str(item) for item in frozen.items]
    cases = _drawn("C", {*items, *problem.proposals} - {GROUP}, plan)
    cases[GROUP] = GROUP
    groups = _drawn("G", _groups(problem.rules), plan)
    # A rule of one person, one case or one province is named by it.
    rules: dict[str, str] = {}
    for rule in problem.rules:
        kind, colon, what = rule.name.partition(":")
        if kind.startswith("seat-"):  # of a person; ``::2`` is how many are left
            number = experts.get(what, what)
        else:
            number = cases[what] if kind == KNOWING else f"R{len(rules):04}"
        rules[rule.name] = f"{kind}{colon}{number}" if colon else kind
    numbered = _renamed(problem, experts, cases, groups, rules)
    barred = sorted(
        [experts[who], cases[case]]
        for who, case in (key.split(":") for key in frozen.facts["barred"])
        if who in experts
    )
    people = {n: (int(pk), secrets.token_hex(SALT)) for pk, n in experts.items()}
    names = Names(
        experts=people,
        commitments={n: commitment(n, *it) for n, it in people.items()},
        words={
            number: word
            for word, number in chain(cases.items(), groups.items(), rules.items())
            if number != word
        },
        facts=frozen.facts,
    )
    told = replace(
        frozen,
        assignment=numbered,
        items=tuple(cases[item] for item in items),
        facts={"barred": barred},
    )
    return told, names


def unmasked(frozen: Frozen, names: Names) -> Frozen:
    """The problem with people and cases again, for who may know of them."""
    problem = frozen.assignment
    experts = {n: person_of(n, names) for n in problem.experts}
    words = dict(names.words)
    items = [str(item) for item in frozen.items]
    back = {
        number: words.get(number, number)
        for number in chain(problem.proposals, items, _groups(problem.rules))
    }
    rules = {rule.name: words.get(rule.name, rule.name) for rule in problem.rules}
    return replace(
        frozen,
        assignment=_renamed(problem, experts, back, back, rules),
        items=tuple(int(back[item]) for item in items),
        facts=names.facts,
    )


def person_of(number: str, names: Names) -> str:
    """The person of a number, or a word that is nobody's if the person was erased."""
    known = names.experts.get(number)
    return f"{FORGOTTEN}{number[1:]}" if known is None else str(known[0])


def _drawn(kind: str, words: Iterable[str], plan: int) -> dict[str, str]:
    key = settings.SECRET_KEY.encode()

    def lot(word: str) -> bytes:
        return hmac.digest(key, f"formation {plan} {kind} {word}".encode(), "sha256")

    return {word: f"{kind}{n:05}" for n, word in enumerate(sorted(words, key=lot), 1)}


def _groups(rules: Iterable[assignment.Rule]) -> set[str]:
    return {
        group
        for rule in rules
        if isinstance(rule, assignment.OnePer)
        for group in rule.group_of.values()
    }


def _renamed(
    problem: assignment.Problem,
    experts: Mapping[str, str],
    cases: Mapping[str, str],
    groups: Mapping[str, str],
    rules: Mapping[str, str],
) -> assignment.Problem:
    """The same problem under other names, in the order of those."""
    people = sorted(experts[e] for e in problem.experts)
    works = sorted(cases[p] for p in problem.proposals)
    row = _places(problem.experts, people, experts.__getitem__)
    column = _places(problem.proposals, works, cases.__getitem__)
    back_row, back_column = np.argsort(row), np.argsort(column)

    def told(rule: assignment.Rule) -> assignment.Rule:
        document = rule_to(rule) | {"name": rules[rule.name]}
        for name in ("experts", "eligible"):
            if document.get(name) is not None:
                document[name] = [experts[e] for e in document[name] if e in experts]
        if document.get("proposals") is not None:
            document["proposals"] = [cases[p] for p in document["proposals"]]
        if "group_of" in document:
            document["group_of"] = {
                experts[e]: groups[g]
                for e, g in document["group_of"].items()
                if e in experts
            }
        return rule_from(document)

    return assignment.Problem(
        experts=tuple(people),
        proposals=tuple(works),
        expert=row[problem.expert],
        proposal=column[problem.proposal],
        score=problem.score,
        size=problem.size[back_column],
        load_min=problem.load_min[back_row],
        load_max=problem.load_max[back_row],
        locked=tuple((experts[e], cases[p]) for e, p in problem.locked),
        rules=tuple(map(told, problem.rules)),
    )


def _places(
    before: Iterable[str], after: Iterable[str], called: Callable[[str], str]
) -> Any:
    """Where each of ``before`` stands in ``after``."""
    where = {name: place for place, name in enumerate(after)}
    return np.array([where[called(name)] for name in before], dtype=np.int64)
