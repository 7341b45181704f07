"""Choosing a goal that work serves: a list by plan, for forms and for filters of lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django_filters
from django import forms
from django.utils.timezone import localdate
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from opensti.domains.strategies import queries
from opensti.ui.templatetags.ui import choose_language

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from opensti.domains.strategies.models import Goal, Indicator

LONGEST = 90
NO_GOAL = "none"


class Key(str):  # noqa: SLOT000 -- it carries one thing more
    """The public id of a choice, with the language that its words are written in."""

    language: str = ""


def goal_choices(standing: Goal | None = None) -> list[tuple[str, Any]]:
    """Open goals grouped by plan, with their codes; 1 query.

    ``standing`` is the goal that is kept now: it stays to choose when it was closed.
    """
    groups: dict[str, list[tuple[Key, str]]] = {}
    goals = list(queries.linkable_goals(localdate()))
    if standing is not None and standing not in goals:
        goals.append(standing)
    for goal in goals:
        group = groups.setdefault(str(goal.plan.code), [])
        group.append(_choice(goal, "text"))
    return list(groups.items())


def indicator_choices(standing: Indicator | None = None) -> list[tuple[Key, str]]:
    """Cards in use, by code; 1 query."""
    cards = list(queries.linkable_indicators(localdate()))
    if standing is not None and standing not in cards:
        cards.append(standing)
    return [_choice(card, "name") for card in cards]


def _choice(thing: Goal | Indicator, name: str) -> tuple[Key, str]:
    key = Key(thing.public_id)
    text, key.language = choose_language(thing, name)
    text = " ".join(text.split())
    if len(text) > LONGEST:
        text = f"{text[:LONGEST].rsplit(' ', 1)[0]}…"
    return key, f"{thing.code}: {text}"


class LanguageSelect(forms.Select):
    """A list whose entries say which language they are in, where it is another."""

    def create_option(self, name: Any, value: Any, *args: Any, **kwargs: Any) -> Any:
        option = super().create_option(name, value, *args, **kwargs)
        language = getattr(value, "language", "")
        if language and not (get_language() or "vi").startswith(language):
            option["attrs"]["lang"] = language
        return option


class GoalField(forms.ChoiceField):
    """The goal of a plan that something serves, or none; the value is its public id."""

    widget = LanguageSelect

    def __init__(self, **kwargs: Any) -> None:
        given: dict[str, Any] = {"label": _("Goal it serves"), "required": False}
        super().__init__(**given | kwargs)

    def offer(self, standing: Goal | None = None) -> None:
        """Ask for the goals that may be chosen; once for each form."""
        self.widget.attrs["data-search"] = _("Search the goals")
        self.choices = [("", _("no goal")), *goal_choices(standing)]

    def repeat(self, choices: Any) -> None:
        """Offer what another field of the page offers."""
        self.widget.attrs["data-search"] = _("Search the goals")
        self.choices = choices


class IndicatorField(GoalField):
    """The indicator that something moves, or none."""

    def offer(self, standing: Any = None) -> None:
        self.widget.attrs["data-search"] = _("Search the indicators")
        self.choices = [("", _("no indicator")), *indicator_choices(standing)]


def _filter_choices() -> Sequence[tuple[str, Any]]:
    return [(NO_GOAL, _("without a goal")), *goal_choices()]


class GoalFilter(django_filters.ChoiceFilter):
    """Narrow a list to what serves a goal or one below it, or to what serves none."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("Goal"),
            choices=_filter_choices,
            widget=LanguageSelect,
            **kwargs,
        )

    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        if not value:
            return qs
        if value == NO_GOAL:
            return qs.filter(goal=None)
        return qs.filter(goal__in=queries.branch_ids(value))
