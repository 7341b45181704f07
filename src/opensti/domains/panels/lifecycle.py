"""How a council lives: formed, set up, in session, concluded; it never goes back."""

from __future__ import annotations

from opensti.domains.panels.choices import CouncilState
from opensti.kernel.lifecycle import Lifecycle, Step

DRAFT, SET_UP = CouncilState.DRAFT, CouncilState.SET_UP
STAYS = ""
MEETING, CONCLUDED = CouncilState.MEETING, CouncilState.CONCLUDED


def _step(name: str, source: set[str], target: str, permission: str) -> Step:
    return Step(
        name=name, source=frozenset(source), target=target, permission=permission
    )


COUNCIL_LIFECYCLE = Lifecycle(
    initial=DRAFT,
    steps=(
        _step("change_agenda", {DRAFT}, DRAFT, "panels.form"),
        _step("set_up", {DRAFT}, SET_UP, "panels.set_up"),
        _step("prepare", {SET_UP}, SET_UP, "panels.keep"),
        _step("exclude", {DRAFT, SET_UP, MEETING}, STAYS, "panels.keep"),
        _step("attend", {SET_UP, MEETING}, STAYS, "panels.keep"),
        _step("convoke", {SET_UP, MEETING}, STAYS, "panels.keep"),
        _step("open", {SET_UP}, MEETING, "panels.keep"),
        _step("run", {MEETING}, STAYS, "panels.keep"),
        _step("conclude", {MEETING}, CONCLUDED, "panels.keep"),
        _step("write_minutes", {MEETING, CONCLUDED}, STAYS, "panels.keep"),
        _step("sign", {CONCLUDED}, STAYS, "panels.keep"),
        _step("adopt_minutes", {CONCLUDED}, CONCLUDED, "panels.adopt_minutes"),
        _step("dissolve", {DRAFT, SET_UP}, CouncilState.DISSOLVED, "panels.set_up"),
    ),
)
