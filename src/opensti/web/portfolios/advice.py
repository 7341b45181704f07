"""What a round's page says of its scenarios, in one card."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opensti.domains.portfolios import queries
from opensti.domains.portfolios.choices import RoundState, ScenarioState
from opensti.kernel.access import may

if TYPE_CHECKING:
    from opensti.domains.portfolios.models import Round
    from opensti.kernel.access import Actor


def advice_card(actor: Actor, round_: Round) -> dict[str, Any]:
    """Which scenario advises, which waits, how many there are; 1 query."""
    found = list(queries.scenarios_of(actor, round_))
    by_state = {s.state: s for s in reversed(found)}
    return {
        "number": len(found),
        "adopted": by_state.get(ScenarioState.ADOPTED),
        "waiting": by_state.get(ScenarioState.PUT_FORWARD),
        "solved": by_state.get(ScenarioState.SOLVED),
        "may_plan": round_.state == RoundState.DRAFT
        and bool(may(actor, "portfolios.prepare", round_)),
    }
