"""A decision as a bundle: what ranked and selected, frozen, and no person in it.

Whoever has the bundle computes both again without this house. Approved dossiers keep
their codes; every other, and each leader and host that a condition tells apart, goes by a
pseudonym. Names, and what no condition asks of a dossier, are left out.
"""

from __future__ import annotations

import hmac
import io
import json
import zipfile
from hashlib import sha256
from itertools import count
from typing import TYPE_CHECKING, Any

from django.conf import settings

from opensti.domains.portfolios.choices import ScenarioState
from opensti.domains.portfolios.models import Ranking, Scenario
from opensti.domains.portfolios.problem.ranking import solve_ranking
from opensti.domains.portfolios.problem.solving import select
from opensti.domains.portfolios.queries.scenarios import document_of
from opensti.kernel.frozen import canonical

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from opensti.domains.portfolios.models import Round

FORMAT = "opensti-bundle-1"
# Columns whose values are kinds of dossiers; of all others they are people, bodies, or
# what an officer called a group.
KINDS = frozenset({"organisation_type", "young_leader", "province", "field", "order"})
OWN_COLUMNS = frozenset({"leader", "organisation"})
FIGURES = ("mean", "merit")  # what follows from the scores alone, without draws
NEAR = 2e-6  # figures are kept with six decimals
PLAIN_TIME = (1980, 1, 1, 0, 0, 0)


def bundle_of(round_: Round, approved: Collection[str]) -> dict[str, bytes]:
    """Return the files of a round's bundle by name; empty if nothing was frozen; 2 queries.

    ``approved``: codes of the dossiers that everybody may know of.
    """
    parts: dict[str, Any] = {}
    scenario = Scenario.objects.filter(round=round_, state=ScenarioState.ADOPTED)
    adopted = scenario.select_related("ranking").first()
    ranking = adopted.ranking if adopted else None
    ranking = ranking or Ranking.objects.filter(round=round_).first()
    if ranking is not None:
        parts["ranking"] = _ranking(ranking, approved)
    if adopted is not None and adopted.problem and adopted.solution:
        parts["selection"] = _selection(adopted, approved)
    files = {
        f"{name}/{file}.json": canonical(document)
        for name, documents in parts.items()
        for file, document in documents.items()
    }
    if not files:
        return {}
    digests = {name: sha256(content).hexdigest() for name, content in files.items()}
    # Not the digests of what was frozen under the true codes: against them anybody could
    # try which code belongs to which pseudonym.
    return {"bundle.json": canonical({"format": FORMAT, "sha256": digests}), **files}


def packed(files: Mapping[str, bytes]) -> bytes:
    """Return files as a ZIP; the same files give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, PLAIN_TIME), content)
    return out.getvalue()


def recompute(files: Mapping[str, bytes]) -> dict[str, list[str]]:
    """Compute each part of a bundle again; what came out otherwise, by part.

    Raises ``ValueError`` for what is no bundle or was altered after it was made.
    """
    try:
        manifest = json.loads(files["bundle.json"])
        right = manifest["format"] == FORMAT and all(
            sha256(files[name]).hexdigest() == digest
            for name, digest in manifest["sha256"].items()
        )
        names = {name.partition("/")[0] for name in manifest["sha256"]}
    except (AttributeError, KeyError, TypeError, ValueError):
        right, names = False, set()
    if not right or not names <= {"ranking", "selection"}:
        raise ValueError("this is no decision bundle, or a file in it was altered.")
    again = {"ranking": _ranked_again, "selection": _selected_again}
    return {
        name: again[name](
            files[f"{name}/problem.json"], json.loads(files[f"{name}/solution.json"])
        )
        for name in sorted(names)
    }


def _ranked_again(problem: bytes, kept: Mapping[str, Any]) -> list[str]:
    found = json.loads(solve_ranking(problem))["dossiers"]
    return sorted(
        code
        for code in {*found, *kept["dossiers"]}
        if not _alike(found.get(code), kept["dossiers"].get(code))
    )


def _selected_again(problem: bytes, kept: Mapping[str, Any]) -> list[str]:
    chosen: Mapping[str, str] = select(problem)["chosen"]
    codes = {*chosen, *kept["chosen"]}
    return sorted(c for c in codes if chosen.get(c) != kept["chosen"].get(c))


def _alike(one: Mapping[str, Any] | None, other: Mapping[str, Any] | None) -> bool:
    if one is None or other is None:
        return False
    pairs = [(one[key], other[key]) for key in FIGURES]
    return all(a == b or (a and b and abs(a - b) <= NEAR) for a, b in pairs)


# ------------------------------------------------------------------ without people


def _pseudonyms(
    codes: Iterable[str], keep: Collection[str], kind: str
) -> dict[str, str]:
    """Return what each is called: its own code, or a number that tells nothing of it.

    In the order of a keyed digest: nobody without the house's key can tell which is which.
    """

    def drawn(code: str) -> bytes:
        key = settings.SECRET_KEY.encode()
        return hmac.digest(key, f"bundle {kind} {code}".encode(), "sha256")

    hidden = sorted({*codes} - {*keep}, key=drawn)
    numbered = {code: f"{kind}-{n:04}" for n, code in enumerate(hidden, 1)}
    return {code: code for code in keep} | numbered


def _renamed(document: Any, names: Mapping[str, str]) -> Any:
    """Replace texts that are names, as keys or as values, anywhere in plain data."""
    if isinstance(document, str):
        return names.get(document, document)
    if isinstance(document, dict):
        return {
            _renamed(key, names): _renamed(item, names)
            for key, item in document.items()
        }
    if isinstance(document, list):
        return [_renamed(item, names) for item in document]
    return document


def _ranking(ranking: Ranking, approved: Collection[str]) -> dict[str, Any]:
    problem, solution = document_of(ranking.problem), document_of(ranking.solution)
    codes = _pseudonyms(problem["dossiers"], approved, "dossier")

    def scores(some: list[list[str]]) -> list[list[str]]:
        return sorted([codes[code], score] for code, score in some)

    return {
        "problem": {
            **problem,
            "round": "",
            "dossiers": _renamed(problem["dossiers"], codes),
            # Their frozen order was drawn from the codes and would tell of them.
            "reviewers": sorted(scores(some) for some in problem["reviewers"]),
            "unnamed": scores(problem["unnamed"]),
        },
        "solution": {
            "dossiers": {
                codes[code]: {key: line[key] for key in FIGURES}
                for code, line in solution["dossiers"].items()
            }
        },
    }


def _selection(scenario: Scenario, approved: Collection[str]) -> dict[str, Any]:
    problem, solution = document_of(scenario.problem), document_of(scenario.solution)
    categories: Mapping[str, Mapping[str, str]] = problem["categories"]
    codes = _pseudonyms(categories, approved, "dossier")
    rules = _unnamed(problem["rules"], count())
    used = _texts(rules)
    columns = sorted({c for told in categories.values() for c in told if c in used})
    names = {level["name"]: level["name"] for level in problem["levels"]}
    names |= _pseudonyms({*names} - {""}, (), "level")
    for column in (c for c in columns if c not in KINDS):
        values = {told.get(column, "") for told in categories.values()} - {""}
        names |= _pseudonyms(values, (), column if column in OWN_COLUMNS else "group")
    names |= _pseudonyms({*columns} - KINDS - OWN_COLUMNS, (), "column")
    names |= codes
    if "draw" in rules["ties"]:
        # Of other names the lot would draw others, and the order drawn would tell the codes:
        # what was taken goes first. The draw itself is drawn again from the published lot.
        rest = sorted({*categories} - {*solution["chosen"]}, key=codes.__getitem__)
        rules["ties"] = {"order": [*sorted(solution["chosen"]), *rest]}
    told = {
        codes[code]: _renamed({c: of[c] for c in columns if c in of}, names)
        for code, of in categories.items()
    }
    return {
        "problem": {
            "format": problem["format"],
            "basis": problem["basis"],
            "measures": problem["measures"],
            "levels": [
                level
                | {"proposal": codes[level["proposal"]], "name": names[level["name"]]}
                for level in problem["levels"]
            ],
            "categories": told,
            "barred": {codes[code]: why for code, why in problem["barred"].items()},
            "labels": {},
            "rules": _renamed(rules, names),
        },
        "solution": {
            "chosen": {
                codes[code]: names[level] for code, level in solution["chosen"].items()
            }
        },
    }


def _unnamed(document: Any, number: Iterator[int]) -> Any:
    """Number the conditions that officers named: a name may tell of a person."""
    if isinstance(document, dict):
        return {
            key: f"condition-{next(number) + 1}"
            if key == "name"
            else _unnamed(item, number)
            for key, item in document.items()
        }
    if isinstance(document, list):
        return [_unnamed(item, number) for item in document]
    return document


def _texts(document: Any) -> set[str]:
    """Every text in plain data, keys too: which columns the rules speak of."""
    if isinstance(document, str):
        return {document}
    if isinstance(document, dict):
        return {*document} | {t for item in document.values() for t in _texts(item)}
    if isinstance(document, list):
        return {t for item in document for t in _texts(item)}
    return set()
