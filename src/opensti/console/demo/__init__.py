"""``opensti demo``: a demonstration ministry, made by the same actions as real work."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from django.utils.timezone import make_aware, now

from opensti.console.database import prepare

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from opensti.console.demo.cast import Cast
    from opensti.console.demo.texts import Text

STAGES = (
    "need",
    "call",
    "check",
    "review",
    "appraisal",
    "scenarios",
    "decision",
    "letters",
    "running",
    "closed",
    "accepted",
    "used",
)
# How long each story takes on its own clock, in days.
LENGTH = {
    "need": 4,
    "call": 20,
    "check": 42,
    "review": 75,
    "appraisal": 78,
    "scenarios": 80,
    "decision": 80,
    "letters": 83,
    "running": 85,
    "closed": 95,
    "accepted": 1_100,
    "used": 2_000,
}
# A whole life is told of a task of so many months, chosen among so many dossiers.
LIVES = frozenset({"accepted", "used"})
LIFE_MONTHS, LIFE_SIZE = 12, 2
# A council that determines the orders first takes this much longer.
DETERMINING = 22
# Without a stage: long stories to look at, and short ones that leave every role work.
LONG = ("running", "review", "call", "need")
EARLIER = 2  # dossiers of each call that closed in the year before
SHORT = {"check": 6, "appraisal": 1, "decision": 2, "letters": 1}
# Enough to choose among: so many dossiers on so many orders, of which each has one winner.
TO_CHOOSE, ORDERS = 10, 8
LIFE_STEPS = {"accepted": 8, "used": 12}
LOGINS = (
    ("system administrator", "admin"),
    ("programme officer", "officer"),
    ("second officer", "officer2"),
    ("council secretary", "secretary"),
    ("agency leader", "leader"),
    ("finance officer", "finance"),
    ("auditor", "auditor"),
    ("applicant, manager of an institute", "applicant1"),
    ("expert", "expert1"),
    ("owner of a small factory, its innovation assessed", "factory"),
)


@click.command()
@click.option(
    "--stage",
    type=click.Choice(STAGES),
    help="Tell one story up to this stage; without it, one story each of several stages.",
)
@click.option("--size", default=6, show_default=True, type=click.IntRange(1, 10_000))
@click.option(
    "--seed", default=1, show_default=True, help="The same seed, the same texts."
)
@click.option(
    "--call",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Take the texts from an archive of real projects (.jsonl or .jsonl.gz); "
    "without --stage the call is told up to its review.",
)
@click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Tell it as of this day: the regime in force then governs (2024-06-01: a "
    "council first determines the orders).",
)
@click.option(
    "--kind",
    type=click.Choice(["ministry_task", "national_task", "innovation_task"]),
    default="ministry_task",
    show_default=True,
)
@click.option(
    "--if-empty", is_flag=True, help="Do nothing when there are accounts already."
)
@click.option("--json", "as_json", is_flag=True, help="Print what was made as JSON.")
def demo(
    *,
    stage: str | None,
    size: int,
    seed: int,
    file: Path | None,
    on: datetime | None,
    kind: str,
    if_empty: bool,
    as_json: bool,
) -> None:
    """Load a demonstration ministry through the actions, and print its logins."""
    from opensti.console.demo.beginning import NEEDS  # noqa: PLC0415
    from opensti.console.demo.cast import DOMAIN, PASSWORD, gather  # noqa: PLC0415
    from opensti.console.demo.days import morning, tales_of  # noqa: PLC0415
    from opensti.console.demo.expertise import know  # noqa: PLC0415
    from opensti.console.demo.planning import PLANNED, plan_councils  # noqa: PLC0415
    from opensti.console.demo.reading import before_the_meeting  # noqa: PLC0415
    from opensti.console.demo.serving import goals_to_serve  # noqa: PLC0415
    from opensti.console.demo.story import Story  # noqa: PLC0415
    from opensti.console.demo.texts import from_file, invented, invented_apart  # noqa: PLC0415
    from opensti.domains.accounts.queries import any_account  # noqa: PLC0415

    if if_empty:  # each later start of a house comes by here: nothing else is read
        prepare()
        if any_account():
            _say([], DOMAIN, PASSWORD, as_json=as_json)
            return
    one_call = stage or ("review" if file else None)
    plan = dict.fromkeys([one_call] if one_call else LONG, size)
    if not one_call:
        plan |= {goal: min(few, size) for goal, few in SHORT.items()}
        plan["scenarios"] = min(TO_CHOOSE, 2 * size)
    real = from_file(file, size=size, needs=NEEDS) if file else []
    end = make_aware(on) if on else now()
    tales = tales_of(
        plan,
        end,
        kind,
        earlier=0 if one_call else min(EARLIER, size),
        life=0 if one_call else min(LIFE_SIZE, size),
    )
    prepare()
    if any_account():
        raise click.ClickException(
            "This database holds accounts already; the demonstration wants an empty one. "
            "Point DATABASE_URL or OPENSTI_DATA_DIR to a new place."
        )
    start = morning(min(begins for _goal, _many, begins, _end in tales), 3)
    _load_data(start)
    answer_gaps(start)
    dice = random.Random(seed)  # noqa: S311 -- a demonstration, not a secret
    texts: Iterator[Text] = (
        iter(real) if file else (invented(dice, n) for n in range(100_000))
    )
    steps = 28 + sum(_steps(goal, many) for goal, many, *_when in tales)
    made: list[dict[str, Any]] = []
    with click.progressbar(length=steps, label="Demonstration", hidden=as_json) as bar:
        cast = gather(at=start, tick=lambda: bar.update(1))
        know(cast, at=start)
        for number, (goal, many, begins, ends) in enumerate(tales, start=1):
            story = Story(
                cast=cast,
                random=dice,
                now=begins,
                number=number,
                texts=texts if one_call or goal != "scenarios" else invented_apart(),
                size=many,
                tick=lambda: bar.update(1),
                end=ends,
                kind=kind,
                goals=goals_to_serve(begins),
                **_telling(goal, alone=bool(one_call)),
            )
            story.tell(goal)
            if goal == "review" and not one_call:
                story.reconsider()
            if goal == "check" and many == SHORT["check"] and not one_call:
                before_the_meeting(story)
            if goal == "check" and not one_call and many > PLANNED + 1:
                plan_councils(story)
            made.append(
                {
                    "stage": goal,
                    "call": story.call.code if story.call else None,
                    "dossiers": len(story.dossiers),
                }
            )
        _close(cast, end, alone=bool(one_call))
    _say(made, DOMAIN, PASSWORD, as_json=as_json)


def _load_data(at: datetime) -> None:
    """What comes with the house as data: its procedures, its frameworks and rules."""
    from opensti.domains.assessments.actions import (  # noqa: PLC0415
        load_frameworks,
        load_rules,
    )
    from opensti.domains.procedures.actions import load_regimes  # noqa: PLC0415
    from opensti.kernel.access import SYSTEM  # noqa: PLC0415

    load_regimes(actor=SYSTEM, at=at)
    load_frameworks(actor=SYSTEM, at=at)
    load_rules(actor=SYSTEM, at=at)


def _close(cast: Cast, end: datetime, *, alone: bool) -> None:
    """Later plans, ties between people, what the public sees, the worker's rounds: after all tales."""
    from opensti.console.demo.innovating import innovate  # noqa: PLC0415
    from opensti.console.demo.opening import index, open_house  # noqa: PLC0415
    from opensti.console.demo.productivity import account_for_growth  # noqa: PLC0415
    from opensti.console.demo.serving import load_issued  # noqa: PLC0415
    from opensti.console.demo.speaking import speak  # noqa: PLC0415
    from opensti.console.demo.ties import tie  # noqa: PLC0415
    from opensti.domains.contracts.actions import refresh_lights  # noqa: PLC0415

    load_issued(end)
    if not alone:
        tie(cast, end)
        account_for_growth(cast, end)
        innovate(cast, end)
        speak(cast, end)
        open_house(cast, end)
    # Else a report that is late for months stands beside a light as it was at the signing.
    refresh_lights(at=end)
    index(end)


def answer_gaps(at: datetime) -> None:
    """Borrowed deadlines, so that queues show dates; calibrated rankings, to be seen."""
    from opensti.domains.procedures.actions import set_switch  # noqa: PLC0415
    from opensti.domains.procedures.queries import active_versions  # noqa: PLC0415
    from opensti.kernel.access import SYSTEM  # noqa: PLC0415

    set_switch(
        actor=SYSTEM,
        regime="moit_2026",
        switch="stand_in_deadlines",
        value="true",
        reason="Demonstration: borrowed deadlines as reminders.",
        at=at,
    )
    for version in [*active_versions()]:
        set_switch(
            actor=SYSTEM,
            regime=version.code,
            switch="calibrated_beside",
            value="beside",
            reason="Demonstration: calibrated merit beside the legal figures.",
            at=at,
        )


def _telling(goal: str, *, alone: bool) -> dict[str, Any]:
    """How many orders a story has, and whether its council is of differing severity."""
    from opensti.console.demo.beginning import NEEDS  # noqa: PLC0415
    from opensti.console.demo.meetings import CLOSE, LEANINGS  # noqa: PLC0415

    if goal == "scenarios":
        return {"topics": ORDERS, "leanings": LEANINGS, "qualities": CLOSE}
    if goal in LIVES:
        return {"topics": 1, "months": LIFE_MONTHS}
    return {"topics": NEEDS if alone or goal in LONG else 1}


def _steps(stage: str, size: int) -> int:
    upto = STAGES.index(stage)
    after = LIFE_STEPS.get(stage, 0)
    return 3 if upto == 0 else 6 + size if upto == 1 else 6 + 3 * size + after


def _say(
    made: list[dict[str, Any]], domain: str, password: str, *, as_json: bool
) -> None:
    if as_json:
        answer = {"stories": made, "password": password, "domain": domain}
        click.echo(json.dumps(answer))
        return
    click.echo("\nSign in at http://localhost:8000/accounts/login/ with")
    for role, name in LOGINS:
        click.echo(f"  {name + '@' + domain:34} {role}")
    click.echo(f"  password of all: {password}\n")
