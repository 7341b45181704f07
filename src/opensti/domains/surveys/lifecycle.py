"""From where to where a wave may go, and what may be changed meanwhile."""

from __future__ import annotations

from opensti.domains.surveys.choices import State, Step

_S = State
STEPS: dict[Step, tuple[frozenset[State], State]] = {
    Step.PILOT: (frozenset({_S.DESIGN}), _S.PILOT),
    Step.FREEZE: (frozenset({_S.PILOT}), _S.FROZEN),
    Step.OPEN: (frozenset({_S.FROZEN}), _S.FIELD),
    Step.CLOSE: (frozenset({_S.FIELD}), _S.CLOSED),
    # A letter that was under way at the closing may have come after the first cleaning.
    Step.CLEAN: (frozenset({_S.CLOSED, _S.CLEANED}), _S.CLEANED),
    Step.ANALYSE: (frozenset({_S.CLEANED}), _S.ANALYSED),
    Step.PUBLISH: (frozenset({_S.ANALYSED}), _S.PUBLISHED),
}
# Done by a worker, not at once.
WORKED = frozenset({Step.CLEAN, Step.ANALYSE})
EDITS = frozenset({_S.DESIGN})
FRAMES = frozenset({_S.DESIGN, _S.PILOT})
INVITES = frozenset({_S.PILOT, _S.FROZEN, _S.FIELD})
ANSWERS = frozenset({_S.PILOT, _S.FIELD})
MAILS = ANSWERS
HAS_RESULT = frozenset({_S.ANALYSED, _S.PUBLISHED})


def steps_from(state: str) -> list[Step]:
    """What may come next, in the order of the way."""
    return [step for step, (froms, _to) in STEPS.items() if state in froms]
