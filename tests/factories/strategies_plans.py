"""Plans for tests: the shipped ones loaded, and one's own brought on by the acts."""

from __future__ import annotations

import copy
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from opensti.domains.procedures.regimes.loading import load_file
from opensti.domains.strategies import actions
from opensti.domains.strategies.trees import shipped_files
from opensti.kernel.access import SYSTEM, Actor, Role
from tests.factories.tasks import person

if TYPE_CHECKING:
    from opensti.domains.strategies.models import Goal, Plan, PlanAction

AT = datetime(2026, 6, 1, 2, 0, tzinfo=UTC)
CARDS: dict[str, Any] = {
    "cards": [
        {
            "code": code,
            "name_vi": f"Chỉ tiêu {code}",
            "name_en": f"Indicator {code}",
            "definition_vi": "Theo số liệu thống kê.",
            "definition_en": "By official statistics.",
            "unit_vi": "%",
            "unit_en": "%",
            "level": "outcome",
            "direction": "up",
            "kind": "ratio",
            "scope": "economy",
            "aggregation": "ratio",
        }
        for code in ("lp", "va")
    ]
}
TREE: dict[str, Any] = {
    "code": "1/QD-BCT",
    "kind": "plan",
    "title_vi": "Kế hoạch thử",
    "title_en": "Plan for trying",
    "act_number": "1/QĐ-BCT",
    "issued_on": "2026-01-05",
    "issued_v": "V",
    "starts_on": "2026-01-05",
    "ends_on": "2030-12-31",
    "v": "V",
    "src": "Quyết định 1/QĐ-BCT",
    "goals": [
        {
            "code": "g1",
            "kind": "goal",
            "text_vi": "Năng suất cao hơn",
            "text_en": "Higher productivity",
            "owner": "Bộ Công Thương",
            "v": "V",
            "art": "Điều 1",
            "targets": [
                {
                    "card": "lp",
                    "measure": "growth",
                    "comparator": "over",
                    "value": "7.5",
                    "to_year": 2030,
                    "text_vi": "Trên 7,5 % mỗi năm",
                    "text_en": "Over 7.5 % a year",
                    "v": "V",
                }
            ],
            "goals": [
                {
                    "code": "g1a",
                    "kind": "group",
                    "text_vi": "Nhóm giải pháp",
                    "text_en": "Solution group",
                    "v": "V",
                    "actions": [
                        {
                            "code": "a1",
                            "kind": "programme",
                            "text_vi": "Đào tạo",
                            "text_en": "Training",
                            "ends_on": "2028-12-31",
                            "indicators": ["lp"],
                            "v": "V",
                            "assignments": [
                                {"agency": "Vụ Kế hoạch", "part": "lead"},
                                {"agency": "Các viện", "part": "support"},
                            ],
                            "milestones": [
                                {
                                    "name_vi": "Xong giáo trình",
                                    "name_en": "Courses written",
                                    "due_on": "2026-04-30",
                                }
                            ],
                            "risks": [
                                {
                                    "text": "Thiếu giảng viên",
                                    "likelihood": 3,
                                    "impact": 4,
                                }
                            ],
                            "budget": [
                                {
                                    "year": 2026,
                                    "source": "state",
                                    "planned": 900_000_000,
                                },
                                {
                                    "year": 2027,
                                    "source": "state",
                                    "planned": 600_000_000,
                                },
                            ],
                        },
                        {
                            "code": "a2",
                            "kind": "project",
                            "text_vi": "Dự án điểm",
                            "text_en": "Pilots",
                            "depends_on": ["a1"],
                            "v": "S",
                        },
                    ],
                }
            ],
        }
    ],
    "envelopes": [
        {"source": "state", "amount": 1_400_000_000},
        {"source": "state", "year": 2026, "amount": 1_000_000_000},
    ],
}


def tree(**more: Any) -> dict[str, Any]:
    """A whole tree of its own, to be changed."""
    return copy.deepcopy(TREE) | more


def draft_tree(**more: Any) -> dict[str, Any]:
    found = tree(**more)
    for key in ("act_number", "issued_on", "issued_v"):
        found.pop(key)
    return found


def cards() -> None:
    actions.load_cards(actor=SYSTEM, content=CARDS, at=AT)


def issued(**more: Any) -> Plan:
    """The plan of ``TREE`` as an act issued it."""
    cards()
    return actions.load_plan(actor=SYSTEM, content=tree(**more), at=AT)


def draft(**more: Any) -> Plan:
    cards()
    return actions.load_plan(actor=SYSTEM, content=draft_tree(**more), at=AT)


def open_for_comments(until: date = date(2026, 7, 1), **more: Any) -> Plan:
    made = draft(**more)
    return actions.open_consultation(
        actor=person(Role.OFFICER),
        plan_id=made.pk,
        comments_until=until,
        version=made.version,
        at=AT,
    )


def shipped() -> list[Plan]:
    """The plans that come with the house."""
    contents = [(path.name, load_file(path)) for path in shipped_files()]
    for name, content in contents:
        if "cards" in content:
            actions.load_cards(actor=SYSTEM, content=content, at=AT, file=name)
    return [
        actions.load_plan(actor=SYSTEM, content=content, at=AT, file=name)
        for name, content in contents
        if "cards" not in content
    ]


def goal(plan: Plan, code: str = "g1") -> Goal:
    return plan.goals.get(code=code)


def action(plan: Plan, code: str = "a1") -> PlanAction:
    return plan.actions.get(code=code)


def officer() -> Actor:
    return person(Role.OFFICER)


def leader() -> Actor:
    return person(Role.LEADER)
