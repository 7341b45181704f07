"""What an organisation watches and wants: signals, objectives, targets of the portfolio."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from opensti.domains.innovation import permissions as _permissions  # noqa: F401
from opensti.domains.innovation.actions.campaigns import tell
from opensti.domains.innovation.models import (
    Initiative,
    Objective,
    Portfolio,
    Signal,
)
from opensti.kernel.access import require, visible
from opensti.kernel.checks import Faults, keep, locked_row, problem
from opensti.kernel.searchtext import search_text

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date, datetime
    from decimal import Decimal
    from typing import Any

    from opensti.kernel.access import Actor

HIGHEST, WHOLE, LONGEST = 5, 100, 36


@transaction.atomic
def set_objective(
    *,
    actor: Actor,
    organisation_id: int,
    title: str,
    measure: str,
    target: str,
    due_on: date,
    owner_name: str,
    at: datetime,
) -> Objective:
    """Say what innovation is to bring, how that is seen, by when, who answers for it."""
    require(actor, "innovation.run", organisation_id)
    wrong = Faults()
    said = {
        "title": wrong.needs("title", title, _("Say what is to be reached.")),
        "measure": wrong.needs("measure", measure, _("Say how it will be seen.")),
        "target": wrong.needs("target", target, _("Say how much of it.")),
        "owner_name": wrong.needs("owner_name", owner_name, _("Say who answers.")),
    }
    wrong.refuse()
    lengths = {"title": 200, "measure": 300, "target": 200, "owner_name": 120}
    made = Objective.objects.create(
        organisation_id=organisation_id,
        due_on=due_on,
        set_by_id=actor.user_id,
        **{name: text[: lengths[name]] for name, text in said.items()},
    )
    tell(
        actor, "innovation.set_objective", f"innovation.objective:{made.public_id}", at
    )
    return made


@transaction.atomic
def reach_objective(
    *, actor: Actor, objective_id: int, reached_on: date, result: str, at: datetime
) -> Objective:
    """Say that an objective is over, and what came of it; once."""
    row = locked_row(actor, Objective.objects.all(), pk=objective_id)
    require(actor, "innovation.run", row)
    wrong = Faults()
    wrong.not_later("reached_on", reached_on, at)
    result = wrong.needs("result", result, _("Say what was reached, in figures."))
    if row.reached_on is not None:
        wrong.add("reached_on", _("This objective is over already."))
    wrong.refuse()
    row.reached_on, row.result = reached_on, result[:500]
    row.save(update_fields=["reached_on", "result"])
    place = f"innovation.objective:{row.public_id}"
    tell(actor, "innovation.reach_objective", place, at)
    return row


@transaction.atomic
def set_portfolio(
    *,
    actor: Actor,
    organisation_id: int,
    core: int,
    next: int,  # noqa: A002 -- the horizon's name
    new: int,
    review_months: int,
    review_on: date,
    at: datetime,
    envelope: Decimal | None = None,
) -> Portfolio:
    """Set how the portfolio should lie over the horizons (percent), and its calendar."""
    require(actor, "innovation.run", organisation_id)
    wrong = Faults()
    if min(core, next, new) < 0 or core + next + new != WHOLE:
        wrong.add("core", _("The three horizons are 100 percent together."))
    if not 1 <= review_months <= LONGEST:
        wrong.add("review_months", _("Look at it every 1 to 36 months."))
    wrong.amounts(envelope=envelope)
    wrong.refuse()
    row, _new = Portfolio.objects.update_or_create(
        organisation_id=organisation_id,
        defaults={
            "envelope": envelope,
            "core": core,
            "next": next,
            "new": new,
            "review_months": review_months,
            "review_on": review_on,
        },
    )
    tell(actor, "innovation.set_portfolio", f"innovation.portfolio:{row.pk}", at)
    return row


@transaction.atomic
def note_signal(
    *,
    actor: Actor,
    organisation_id: int,
    facts: Mapping[str, Any],
    at: datetime,
    objectives: Collection[int] = (),
    initiatives: Collection[int] = (),
    signal_id: int | None = None,
    version: int | None = None,
) -> Signal:
    """Note what was seen, where, what it means, who watches; or write it anew.

    ``facts``: title, source, link, meaning, watcher, relevance (1 to 5), seen_on. Links
    lead to objectives and initiatives of the same organisation.
    """
    require(actor, "innovation.work", organisation_id)
    wrong = Faults()
    for name, message in (
        ("title", _("Say what was seen.")),
        ("source", _("Say where it was seen.")),
        ("meaning", _("Say what it means for you.")),
        ("watcher", _("Say who watches it.")),
    ):
        wrong.needs(name, str(facts.get(name, "")), message)
    if not 1 <= int(facts.get("relevance", 0)) <= HIGHEST:
        wrong.add("relevance", _("From 1 to 5."))
    wrong.not_later("seen_on", facts.get("seen_on"), at)
    link = str(facts.get("link", "")).strip()
    if link and not link.startswith(("https://", "http://")):
        wrong.add("link", _("A link begins with https:// or http://."))
    wrong.refuse()
    row = (
        Signal(organisation_id=organisation_id)
        if signal_id is None
        else locked_row(actor, Signal.objects.all(), version=version, pk=signal_id)
    )
    if row.organisation_id != organisation_id:
        raise problem("organisation", _("A signal stays with its organisation."))
    row.title = str(facts["title"]).strip()[:200]
    row.source, row.link = str(facts["source"]).strip()[:200], link[:500]
    row.meaning = str(facts["meaning"]).strip()[:2000]
    row.watcher = str(facts["watcher"]).strip()[:120]
    row.relevance, row.seen_on = int(facts["relevance"]), facts["seen_on"]
    row.search_text = search_text(row.title, row.source, row.meaning)
    if row.pk is None:
        row.save()
    else:
        keep(row, "title", "source", "link", "meaning", "watcher", "relevance", "seen_on", "search_text")  # fmt: skip
    same = {"organisation_id": organisation_id}
    row.objectives.set(
        visible(actor, Objective.objects.filter(pk__in=objectives, **same))
    )
    row.initiatives.set(
        visible(actor, Initiative.objects.filter(pk__in=initiatives, **same))
    )
    tell(actor, "innovation.note_signal", f"innovation.signal:{row.public_id}", at)
    return row
