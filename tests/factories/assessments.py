"""Frameworks and assessments for tests, brought where they stand by the actions."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from opensti.domains.assessments.actions import load_frameworks
from opensti.domains.assessments.models import FrameworkVersion
from opensti.kernel.access import SYSTEM, Actor, Role
from tests.factories.kept import kept
from tests.factories.registry import Organisations
from tests.factories.tasks import person

AT = datetime(2026, 7, 6, 2, 0, tzinfo=UTC)  # a Monday


def _load() -> None:
    load_frameworks(actor=SYSTEM, at=AT)


_load_frameworks = kept(_load, "assessments_", "record_")


def innovation() -> FrameworkVersion:
    """The framework that comes with the house, loaded once."""
    rows = FrameworkVersion.objects.filter(framework__code="innovation", active=True)
    if not rows.exists():
        _load_frameworks()
    return rows.get()


def factory_owner(organisation_id: int | None = None, **more: Any) -> Actor:
    """A manager of an organisation, of a new one where none is named."""
    of = Organisations.create().pk if organisation_id is None else organisation_id
    return person(
        Role.MANAGER, member_of=frozenset({of}), manages=frozenset({of}), **more
    )


def member(organisation_id: int) -> Actor:
    return person(Role.APPLICANT, member_of=frozenset({organisation_id}))


def house(actor: Actor) -> int:
    """The one organisation that an actor of these factories acts for."""
    (found,) = actor.member_of
    return found


def small_framework(**changes: Any) -> dict[str, Any]:
    """A framework of two clauses as plain data: A1, A2 (mandatory) and B1."""
    levels = range(6)

    def item(code: str, *, mandatory: bool = False) -> dict[str, Any]:
        return {
            "code": code,
            "clause": code[0],
            "role": "top",
            "short": True,
            "mandatory": mandatory,
            "vi": f"Câu {code}",
            "en": f"Question {code}",
            "anchors": [{"vi": f"Mức {n}", "en": f"Level {n}"} for n in levels],
        }

    return {
        "framework": {
            "code": "small",
            "edition": "1",
            "title_vi": "Khung nhỏ",
            "title_en": "Small framework",
        },
        "scale": [{"level": n, "vi": f"Mức {n}", "en": f"Level {n}"} for n in levels],
        "clauses": [
            {"number": "A", "vi": "Phần A", "en": "Part A"},
            {"number": "B", "vi": "Phần B", "en": "Part B"},
        ],
        "roles": [
            {"code": "top", "vi": "Lãnh đạo", "en": "Top"},
            {"code": "mgr", "vi": "Quản lý", "en": "Managers"},
        ],
        "items": [item("A1"), item("A2", mandatory=True), item("B1")],
    } | changes


def small_module(code: str = "green", item: str = "G1") -> dict[str, Any]:
    """A module of one clause and one item that extends the small framework."""
    whole = small_framework()
    return {
        "framework": whole["framework"] | {"code": code, "extends": "small"},
        "clauses": [{"number": "G", "vi": "Xanh", "en": "Green"}],
        "items": [whole["items"][0] | {"code": item, "clause": "G"}],
    }
