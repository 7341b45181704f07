"""What a wave asks, parsed once; and whom a link belongs to."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from sti_methods.survey import Question

from opensti.domains.assessments.choices import Form
from opensti.domains.assessments.queries import asked_in
from opensti.domains.surveys.choices import State
from opensti.domains.surveys.models import Frozen, Respondent
from opensti.domains.surveys.questionnaires import (
    Asked,
    Questionnaire,
    Rules,
    Section,
    read_questionnaire,
    read_rules,
)
from opensti.domains.surveys.questionnaires.giving import IMPORTANCE
from opensti.kernel.refusals import NotFound

if TYPE_CHECKING:
    from opensti.domains.assessments.frameworks import Asked as AskedItems
    from opensti.domains.assessments.frameworks import Item
    from opensti.domains.surveys.models import Wave

PROFILE = "profile"
CLAUSE = "part-"


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page of the form: the profile, a clause's ``items``, or a ``section``."""

    code: str
    title: str
    about: str = ""
    items: tuple[Item, ...] = ()
    section: Section | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """What counts as answered here: importance is a further scale of an item."""
        if self.section is not None:
            return tuple(one.code for one in self.section.questions)
        return tuple(item.code for item in self.items)


@dataclass(frozen=True)
class Instrument:
    """All that a wave asks, and the rules that its answers meet."""

    asked: AskedItems
    questionnaire: Questionnaire
    rules: Rules

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        return tuple(_question(item) for item in self.asked.items)

    @cached_property
    def kinds(self) -> dict[str, str]:
        """What may be said in each column: a kind of ``questionnaires.KINDS``."""
        codes = [item.code for item in self.asked.items]
        return {
            **dict.fromkeys(codes, "score"),
            **{code + IMPORTANCE: "weight" for code in codes},
            **{one.code: one.kind for one in self.questionnaire.questions},
        }

    @cached_property
    def figures(self) -> dict[str, str]:
        """Five-point questions that are told as means: column → name."""
        return {
            one.code: one.figure
            for one in self.questionnaire.questions
            if one.kind == "five"
        }

    @cached_property
    def roles(self) -> frozenset[str]:
        return frozenset(one.code for one in self.asked.roles)

    def pages(self) -> list[Page]:
        """The form page by page, in the language of the moment."""
        return [
            Page(code=PROFILE, title=""),
            *(
                Page(
                    code=CLAUSE + clause.number,
                    title=str(clause),
                    about=clause.about,
                    items=self.asked.of_clause(clause.number),
                )
                for clause in self.asked.clauses
            ),
            *(
                Page(code=one.code, title=str(one), about=one.about, section=one)
                for one in self.questionnaire.sections
            ),
        ]


NO_RULES = Rules(
    code="", edition="", barriers=(), programmes={}, rules=(), texts={}, titles={}
)


def instrument_of(wave: Wave) -> Instrument:
    """What a wave asks, by the digests that it froze; no query once known."""
    return _instrument(
        wave.framework, wave.questionnaire, wave.rules, wave.form == Form.SHORT
    )


@lru_cache(maxsize=64)
def _instrument(framework: str, questionnaire: str, rules: str, short: bool) -> Instrument:  # noqa: FBT001  # fmt: skip
    content = {
        row.sha256: row.content
        for row in Frozen.objects.filter(sha256__in=[questionnaire, rules])
    }
    asked = asked_in(framework, short=short)
    return Instrument(
        asked,
        read_questionnaire(content[questionnaire], file=""),
        read_rules(content[rules], asked_by_rules(asked), file="")
        if rules
        else NO_RULES,
    )


def asked_by_rules(asked: AskedItems) -> Asked:
    """What rules may ask about: all items of the framework, whichever form is asked."""
    head = asked.base.framework
    return Asked(
        code=head.code,
        edition=head.edition,
        questions=tuple(_question(item) for item in asked.base.items),
        roles=frozenset(one.code for one in asked.base.roles),
    )


def _question(item: Item) -> Question:
    return Question(
        code=item.code,
        clause=item.clause,
        weight=float(item.weight),
        mandatory=item.mandatory,
    )


def token_digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def respondent_by(token: str, *, lock: bool = False) -> Respondent:
    """Whose link this is; ``NotFound`` for one that is unknown or taken back. 1 query."""
    rows = Respondent.objects.filter(
        token_digest=token_digest(token), unit__withdrawn_at=None
    ).select_related("unit__wave__organisation")
    if lock:
        rows = rows.select_for_update(of=("self",))
    found = rows.first()
    if found is None:
        raise NotFound
    return found


def is_open(person: Respondent) -> bool:
    """Whether answers of this person are taken now."""
    wanted = State.PILOT if person.unit.pilot else State.FIELD
    return person.unit.wave.state == wanted
