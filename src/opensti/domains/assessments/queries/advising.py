"""What rules are asked about an assessment, and the answers behind what they say."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING, Any

from sti_methods.survey import Organisation, Wave, recommend
from sti_methods.survey.conditions import Comparison, read

from opensti.domains.assessments.frameworks import (
    Questionnaire,
    RuleFile,
    readable_rules,
    rule_file_from,
)
from opensti.domains.assessments.models import Profile, Recommendation, RuleSet
from opensti.domains.assessments.queries.counting import MEETING
from opensti.kernel.access import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sti_methods import maturity
    from sti_methods.survey import Recommendation as Spoken

    from opensti.domains.assessments.frameworks import Asked
    from opensti.domains.assessments.models import Assessment, Participant
    from opensti.kernel.access import Actor

# Which facts of a comparison are the answers to questions.
OF_ITEMS = frozenset({"item", "lowest", "highest"})


def rules_in_force(framework: str) -> RuleSet | None:
    """The rules on the answers to a framework, if any were loaded; 1 query."""
    return RuleSet.objects.filter(framework=framework, active=True).first()


def rule_file_of(rules: RuleSet) -> RuleFile:
    """What rules say; parsed once for each content."""
    return rule_file_from(rules.content)


def questionnaire_of(asked: Asked) -> Questionnaire:
    return Questionnaire.of(asked.base, asked.modules)


def profile_of(row: Assessment) -> Profile | None:
    """What the organisation said of itself beside its answers; 1 query."""
    return Profile.objects.filter(assessment_id=row.pk).first()


def results_of(profile: Profile) -> float | None:
    """Results from 0 to 1: the mean of what was said (yes is 1) and of the turnover's part."""
    told: list[float] = [
        float(one)
        for one in (profile.new_product, profile.new_process, profile.research)
        if one is not None
    ]
    if profile.turnover_new is not None:
        told.append(profile.turnover_new / 100)
    return fmean(told) if told else None


def facts_of(
    content: Mapping[str, Any],
    by_role: Mapping[str, Mapping[str, list[float]]],
    profile: Profile | None,
) -> Organisation:
    """Everything that rules of an organisation may ask; unknown is not there.

    ``content`` is that of a result; scores are verified ones, those of a role as claimed.
    """
    ready = content["readiness"]["ready"]
    knowledge = profile.knowledge if profile else None
    return Organisation(
        name="",
        economy="",
        stratum="",
        size=profile.size if profile else "",
        items={
            one["code"]: one["verified"]
            for one in content["items"]
            if one["verified"] is not None
        },
        by_role={
            (item, role): fmean(scores)
            for item, roles in by_role.items()
            for role, scores in roles.items()
        },
        clauses={
            one["clause"]: one["verified"]
            for one in content["clauses"]
            if one["verified"] is not None
        },
        importance=content["importance"],
        barriers=profile.barriers if profile else {},
        overall=content["whole"]["verified"],
        knowledge=None if knowledge is None else float(knowledge),
        readiness=None if ready is None else 100 * ready,
        majors=float(sum(one["grade"] == "major" for one in content["findings"])),
        results=results_of(profile) if profile else None,
    )


def scores_by_role(
    answers: Iterable[maturity.Answer],
) -> dict[str, dict[str, list[float]]]:
    """What each role said, by item; of a consensus meeting no role is known."""
    found: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for one in answers:
        if one.score is not None and one.respondent != MEETING:
            found[one.item][one.role].append(one.score)
    return found


def importance_by_role(
    people: Iterable[Participant],
) -> dict[str, dict[str, list[float]]]:
    """How much each role says a clause matters."""
    found: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for person in people:
        if person.revoked_at is None:
            for clause, value in person.importance.items():
                found[clause][person.role].append(value)
    return found


def spoken(
    file: RuleFile, asked: Asked, facts: Organisation
) -> list[tuple[Spoken, tuple[Comparison, ...]]]:
    """The rules of an organisation that speak, each with the comparisons behind it."""
    words = questionnaire_of(asked)
    rules = list(readable_rules(file, words, level="organisation"))
    known = words.words([one.code for one in file.barriers])["organisation"]
    told = []
    for one in recommend(rules, Wave(organisations=[facts])):
        read_again = [read(cause.asked, known) for cause in one.causes]
        told.append((one, tuple(c for c in read_again if isinstance(c, Comparison))))
    return told


def causes_of(
    one: Spoken,
    comparisons: Iterable[Comparison],
    *,
    asked: Asked,
    content: Mapping[str, Any],
    by_role: Mapping[str, Mapping[str, list[float]]],
    weights: Mapping[str, Mapping[str, list[float]]],
) -> list[dict[str, Any]]:
    """The answers that made a rule speak, as plain data (see ``Recommendation``)."""
    items = {item["code"]: item for item in content["items"]}
    found = []
    for cause, said in zip(one.causes, comparisons, strict=True):
        operand = said.left if said.left.number is None else said.right
        codes = _items(operand.name, operand.arguments, asked, items)
        roles = (
            weights.get(operand.arguments[0], {})
            if operand.name == "importance"
            else {}
        )
        found.append(
            {
                "asked": cause.asked,
                "name": operand.name,
                "arguments": list(operand.arguments),
                "value": cause.value,
                "roles": _roles(roles),
                "items": [
                    {
                        "code": code,
                        "claimed": items[code]["claimed"],
                        "verified": items[code]["verified"],
                        "roles": _roles(by_role.get(code, {})),
                    }
                    for code in codes
                ],
            }
        )
    return found


def _items(
    name: str,
    arguments: tuple[str, ...],
    asked: Asked,
    items: Mapping[str, Mapping[str, Any]],
) -> list[str]:
    told = [code for code, one in items.items() if one["verified"] is not None]
    if name == "item":
        return [code for code in arguments[:1] if code in told]
    if name in OF_ITEMS:
        return [code for code in arguments if code in told]
    if name == "others":
        return [code for code in told if code not in arguments]
    if name == "clause":
        return [one.code for one in asked.of_clause(arguments[0]) if one.code in told]
    return []


def _roles(said: Mapping[str, list[float]]) -> list[dict[str, Any]]:
    return [
        {"role": role, "mean": fmean(scores), "n": len(scores)}
        for role, scores in said.items()
    ]


@dataclass(frozen=True, kw_only=True)
class Advised:
    """A recommendation with its words."""

    row: Recommendation
    text: str
    programme: str
    causes: list[dict[str, Any]]


def recommendations(
    actor: Actor, row: Assessment, revision: int, *, roles: bool
) -> list[Advised]:
    """What rules say of a revision, the most pressing first; 1 query.

    ``roles``: whether it is told who said it. One person of a role is one voice, so that
    only whoever may know who was asked is told.
    """
    found = visible(
        actor, Recommendation.objects.filter(assessment=row, revision=revision)
    )
    return [advised(one, roles=roles) for one in found.select_related("rules")]


def advised(row: Recommendation, *, roles: bool) -> Advised:
    file = rule_file_of(row.rules)
    programme = file.programme(row.programme)
    return Advised(
        row=row,
        text=str(file.rule(row.rule)),
        programme="" if programme is None else str(programme),
        causes=row.causes if roles else [_anonymous(one) for one in row.causes],
    )


def _anonymous(cause: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **cause,
        "roles": [],
        "items": [{**item, "roles": []} for item in cause["items"]],
    }
