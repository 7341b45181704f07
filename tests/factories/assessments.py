"""Frameworks and assessments for tests, brought where they stand by the actions."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from opensti.domains.accounts.models import User
from opensti.domains.assessments import actions
from opensti.domains.assessments.actions import load_frameworks, load_rules
from opensti.domains.assessments.models import (
    Assessment,
    Evidence,
    FrameworkVersion,
    Improvement,
    RuleSet,
)
from opensti.kernel.access import SYSTEM, Actor, Role
from tests.factories.kept import kept
from tests.factories.registry import Organisations
from tests.factories.tasks import person

AT = datetime(2026, 7, 6, 2, 0, tzinfo=UTC)  # a Monday
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


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


def small(**changes: Any) -> FrameworkVersion:
    """The framework of ``small_framework``, frozen."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "small.yaml"
        path.write_text(json.dumps(small_framework(**changes)), "utf-8")
        (version,) = load_frameworks(actor=SYSTEM, at=AT, paths=[path])
    return version


def small_rules(**changes: Any) -> dict[str, Any]:
    """Rules on the small framework, of the kinds that an organisation's answers can meet."""

    def rule(code: str, when: str, programme: str = "", **more: Any) -> dict[str, Any]:
        return {
            "code": code,
            "level": "organisation",
            "when": when,
            "programme": programme,
            "vi": f"Quy tắc {code}",
            "en": f"Rule {code}",
        } | more

    return {
        "recommendations": {
            "code": "small-needs",
            "edition": "1",
            "framework": "small",
            "title_vi": "Khuyến nghị",
            "title_en": "Recommendations",
        },
        "barriers": [{"code": "money", "vi": "Thiếu vốn", "en": "Money"}],
        "programmes": [
            {"code": "course", "kind": "training", "vi": "Khóa học", "en": "Course"}
        ],
        "rules": [
            rule("W1", "item(B1) < 2", "course", priority=1),
            rule("W2", "item(A1, top) >= 3 and item(A1, mgr) < 2"),
            rule("W3", "barrier(money) >= 4 and size <= small"),
            rule("W4", "overall >= 3.5"),
        ],
        "prerequisites": [{"item": "B1", "needs": "A1"}],
    } | changes


def rules(**changes: Any) -> RuleSet:
    """The rules of ``small_rules``, frozen on the small framework."""
    small()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "small.yaml"
        path.write_text(json.dumps(small_rules(**changes)), "utf-8")
        (row,) = load_rules(actor=SYSTEM, at=AT, paths=[path])
    return row


def improvement(
    manager: Actor, row: Assessment, /, at: datetime = AT, **said: Any
) -> Improvement:  # fmt: skip
    """An action on B1, proposed with an owner and a day."""
    given: dict[str, Any] = {
        "what": "Mở sổ sáng kiến",
        "items": ["B1"],
        "owner": "Chị Lan",
        "due_on": (at + timedelta(days=30)).date(),
        "expected": 3,
    }
    return actions.propose_improvement(
        actor=manager, assessment_id=row.pk, at=at, **(given | said)
    )


def moved(owner: Actor, action: Improvement, *moves: str, at: datetime = AT) -> Improvement:  # fmt: skip
    for move in moves:
        action = actions.move_improvement(
            actor=owner, improvement_id=action.pk, move=move, words="Đã làm.", at=at
        )
    return action


def drafted(owner: Actor, *, at: datetime = AT, **said: Any) -> Assessment:
    small()
    given = {"title": "Đánh giá năm 2026", "framework": "small", "form": "full"}
    return actions.draft_assessment(
        actor=owner, organisation_id=house(owner), at=at, **(given | said)
    )


def opened(
    owner: Actor, *roles: str, at: datetime = AT, **said: Any
) -> tuple[Assessment, list[str]]:
    """An open assessment, and the tokens of those who are asked (one of the top)."""
    row = drafted(owner, at=at, **said)
    tokens = [
        actions.invite(
            actor=owner,
            assessment_id=row.pk,
            name=f"Người {n}",
            role=role,
            until=None,
            at=at,
        )[1]
        for n, role in enumerate(roles or ("top",))
    ]
    return go(owner, row, "open", at=at), tokens


def go(actor: Actor, row: Assessment, *acts: str, at: datetime = AT) -> Assessment:
    for act in acts:
        row = actions.step(
            actor=actor, assessment_id=row.pk, act=act, at=at, words="Vì cần."
        )
    return row


def say(token: str, at: datetime = AT, **scores: int | None) -> None:
    actions.save_replies(
        token=token,
        said={item: (score, "") for item, score in scores.items()},
        importance={"A": 5, "B": 2},
        at=at,
    )


def reported(owner: Actor, *, at: datetime = AT, **said: Any) -> Assessment:
    row, (token,) = opened(owner, at=at, **said)
    say(token, at, A1=4, A2=3, B1=1)
    return go(owner, row, "close", "check", "score", "report", at=at)


def advised(owner: Actor, at: datetime = AT) -> Actor:
    """An adviser whom the owner's organisation named."""
    adviser = person(Role.EXPERT)
    actions.share(
        actor=owner,
        organisation_id=house(owner),
        audience="adviser",
        email=User.objects.get(pk=adviser.user_id).email,
        at=at,
    )
    return adviser


def shown(
    owner: Actor, row: Assessment, item: str, at: datetime = AT, **said: Any
) -> Evidence:
    given: dict[str, Any] = {"title": "Quyết định", "strength": "e2"} | said
    return actions.add_evidence(
        actor=owner,
        assessment_id=row.pk,
        item=item,
        file=SimpleUploadedFile("paper.pdf", PDF),
        at=at,
        **given,
    )
