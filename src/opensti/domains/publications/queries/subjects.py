"""Addresses of public things (``decision:ab12``), and whether each is public now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from opensti.domains.publications.queries import register
from opensti.domains.strategies import queries as strategies_queries
from opensti.kernel.access import PUBLIC
from opensti.kernel.bilingual import Words
from opensti.kernel.refusals import NotFound

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from opensti.kernel.refusals import Text


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A public thing by its address: what it is called, since when it is public."""

    kind: str
    public_id: str
    label: Words
    row: Any
    since: date | None = None

    @property
    def address(self) -> str:
        return f"{self.kind}:{self.public_id}"


@dataclass(frozen=True, kw_only=True)
class SubjectKind:
    """A kind of public thing: its word, how one is found, how it is called."""

    word: Text
    find: Callable[[str, datetime], Any]
    label: Callable[[Any], Words]
    since: Callable[[Any], date | None] = lambda _row: None


def _coded(row: Any) -> Words:
    """Code and title, in both languages."""
    both = Words.titled(row)
    code = row.code
    return Words(
        f"{code} · {both.vi}" if code and both.vi else code or both.vi,
        f"{code} · {both.en}" if code and both.en else "",
    )


def _of_dossier(decision: Any) -> Words:
    return _coded(decision.dossier)


def _released(decision: Any) -> date | None:
    moment = decision.round.released_at
    return localdate(moment) if moment else None


def _task(row: Any) -> Words:
    return Words(" · ".join(t for t in (row.code, row.title) if t))


# A new kind of public page is one line here and its address in ``portal/subjects.py``.
KINDS: dict[str, SubjectKind] = {
    "order": SubjectKind(
        word=_("order"), find=lambda key, _at: register.order(key), label=_coded
    ),
    "call": SubjectKind(
        word=_("call"), find=lambda key, _at: register.call(key), label=_coded
    ),
    "decision": SubjectKind(
        word=_("decision"),
        find=lambda key, _at: register.decision(key),
        label=_of_dossier,
        since=_released,
    ),
    "task": SubjectKind(
        word=_("task"), find=lambda key, _at: register.task(key), label=_task
    ),
    "result": SubjectKind(
        word=_("result"),
        find=lambda key, _at: register.result(key),
        label=Words.titled,
    ),
    "offer": SubjectKind(
        word=_("offer"),
        find=lambda key, at: register.offer(key, localdate(at)),
        label=Words.titled,
    ),
    "plan": SubjectKind(
        word=_("plan"),
        find=lambda key, _at: strategies_queries.plan(PUBLIC, key),
        label=_coded,
    ),
    "goal": SubjectKind(
        word=_("goal"),
        find=lambda key, _at: strategies_queries.goal_of_chain(PUBLIC, key),
        label=lambda goal: Words(
            f"{goal.code} · {goal.text_vi}", f"{goal.code} · {goal.text_en or ''}"
        ),
    ),
}


def subject(kind: str, public_id: str, *, at: datetime) -> Subject:
    """The public thing of an address; ``NotFound`` unless everybody sees it now."""
    known = KINDS.get(kind)
    if known is None:
        raise NotFound
    row = known.find(public_id, at)
    return Subject(
        kind=kind,
        public_id=public_id,
        label=known.label(row),
        row=row,
        since=known.since(row),
    )


def subject_words() -> list[tuple[str, Text]]:
    """The kinds of public things that may be spoken of, in words."""
    return [(kind, known.word) for kind, known in KINDS.items()]
