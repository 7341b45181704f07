"""From where to where an assessment may go, and what it still takes meanwhile."""

from __future__ import annotations

from opensti.domains.assessments.choices import State, Step

_S = State
STEPS: dict[Step, tuple[frozenset[State], State]] = {
    Step.OPEN: (frozenset({_S.DRAFT}), _S.OPEN),
    Step.CLOSE: (frozenset({_S.OPEN}), _S.CLOSED),
    Step.MEET: (frozenset({_S.CLOSED}), _S.CONSENSUS),
    # Without anything to talk about there is no meeting.
    Step.CHECK: (frozenset({_S.CLOSED, _S.CONSENSUS}), _S.EVIDENCE),
    Step.SCORE: (frozenset({_S.EVIDENCE}), _S.SCORED),
    Step.REPORT: (frozenset({_S.SCORED}), _S.REPORTED),
    Step.VALIDATE: (frozenset({_S.REPORTED}), _S.VALIDATED),
    Step.ARCHIVE: (frozenset({_S.REPORTED, _S.VALIDATED}), _S.ARCHIVED),
    Step.REOPEN: (
        frozenset(
            {_S.CLOSED, _S.CONSENSUS, _S.EVIDENCE, _S.SCORED, _S.REPORTED, _S.VALIDATED}
        ),
        _S.OPEN,
    ),
}
# While evidence may be added, changed and checked.
TAKES_EVIDENCE = frozenset({_S.DRAFT, _S.OPEN, _S.CLOSED, _S.CONSENSUS, _S.EVIDENCE})
INVITES = frozenset({_S.DRAFT, _S.OPEN})
HAS_RESULT = frozenset({_S.SCORED, _S.REPORTED, _S.VALIDATED, _S.ARCHIVED})


def steps_from(state: str) -> list[Step]:
    """What may come next, in the order of the way."""
    return [step for step, (froms, _to) in STEPS.items() if state in froms]
