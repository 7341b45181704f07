"""Waves of surveys for tests, brought where they stand by the actions: two clauses of three items."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
from django.core.files.uploadedfile import SimpleUploadedFile

from opensti.domains.surveys import actions
from opensti.domains.surveys.actions.inviting import token_of
from opensti.domains.surveys.models import Respondent, Wave
from opensti.kernel.access import Actor, Role
from opensti.kernel.jobs.worker import run_worker
from tests.factories.assessments import small, small_framework
from tests.factories.tasks import person

if TYPE_CHECKING:
    from opensti.domains.assessments.models import FrameworkVersion

AT = datetime(2026, 7, 6, 2, 0, tzinfo=UTC)
ITEMS = ("A1", "A2", "A3", "B1", "B2", "B3")
FRAME = "economy,size,sector,organisations,deviation\n"
LIST = "organisation,name,economy,size,sector,email,role,language\n"


def framework() -> FrameworkVersion:
    """Clauses A and B of three items each."""
    one = small_framework()["items"][0]
    return small(items=[one | {"code": c, "clause": c[0], "en": f"Question {c}", "vi": f"Câu {c}", "mandatory": c == "A2"} for c in ITEMS])  # fmt: skip


def questionnaire(**changes: Any) -> dict[str, Any]:
    return {
        "survey": {
            "code": "tiny",
            "edition": "1",
            "framework": "small",
            "title_vi": "Khảo sát nhỏ",
            "title_en": "Tiny survey",
        },
        "consent": {"vi": "Đồng ý?", "en": "Do you agree?"},
        "sections": [
            {
                "code": "more",
                "vi": "Thêm",
                "en": "More",
                "questions": [
                    {"code": "barrier_money", "kind": "five", "vi": "Vốn", "en": "Money"},
                    {"code": "new_product", "kind": "yes", "vi": "Mới?", "en": "New?"},
                    {"code": "turnover_new", "kind": "percent", "vi": "Phần", "en": "Part"},
                    {"code": "knowledge", "kind": "count", "vi": "Sáng chế", "en": "Patents"},
                ],
            }
        ],
    } | changes  # fmt: skip


def rules() -> dict[str, Any]:
    def rule(code: str, level: str, when: str, programme: str = "") -> dict[str, Any]:
        return {"code": code, "level": level, "when": when, "programme": programme, "vi": f"Vì {code}.", "en": f"For {code}."}  # fmt: skip

    return {
        "recommendations": {
            "code": "r",
            "edition": "1",
            "framework": "small",
            "title_vi": "Khuyến nghị",
            "title_en": "Recommendations",
        },
        "barriers": [{"code": "money", "vi": "Vốn", "en": "Money"}],
        "programmes": [
            {"code": "course", "kind": "training", "seats": 2, "per_coach": 10, "vi": "Khóa học", "en": "A course"},
            {"code": "fund", "kind": "advice", "seats": 1, "vi": "Quỹ", "en": "Funds"},
        ],
        "rules": [
            rule("R1", "organisation", "clause(A) < 3", "course"),
            rule("R2", "organisation", "barrier(money) >= 4 and clause(B) < 2", "fund"),
            rule("R3", "gate", "omega < 0.70 or n < 30"),
        ],
    }  # fmt: skip


def officer(**more: Any) -> Actor:
    return person(Role.OFFICER, **more)


def design(**changes: Any) -> dict[str, Any]:
    return {
        "title_vi": "Khảo sát năm 2026",
        "title_en": "Survey of 2026",
        "purpose": "Nhu cầu.",
        "framework": "small",
        "form": "full",
        "questionnaire": questionnaire(),
        "rules": rules(),
        "economies": ["VNM", "LAO"],
        "opens_on": date(2026, 7, 20),
        "closes_on": date(2026, 8, 20),
        "runs": 100,
        "prices": {"course": {"seat": 100, "coach": 1000, "fixed": 0}},
        "currency": "USD",
    } | changes


def drafted(manager: Actor, *, at: datetime = AT, **changes: Any) -> Wave:
    framework()
    return actions.draft_wave(
        actor=manager, organisation_id=None, at=at, **design(**changes)
    )


def table(text: str, name: str = "table.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode())


def framed(
    manager: Actor, row: Wave, *strata: tuple[str, str, str, int], at: datetime = AT
) -> Wave:
    lines = "".join(f"{e},{s},{x},{n},1\n" for e, s, x, n in strata)
    return actions.upload_frame(
        actor=manager, wave_id=row.pk, file=table(FRAME + lines), at=at
    )


def go(manager: Actor, row: Wave, *acts: str, at: datetime = AT) -> Wave:
    for act in acts:
        row = actions.step(
            actor=manager, wave_id=row.pk, act=act, words="Vì cần.", at=at
        )
    return row


def worked(manager: Actor, row: Wave, act: str, at: datetime = AT) -> Wave:
    """Cleaned or analysed by a worker."""
    actions.ask_for(actor=manager, wave_id=row.pk, act=act, at=at)
    run_worker(lambda: False, once=True)
    row.refresh_from_db()
    return row


def invited(
    manager: Actor,
    row: Wave,
    *asked: tuple[str, str, str, str],
    people: int = 1,
    at: datetime = AT,
) -> list[str]:
    """Organisations (code, economy, size, sector), so many people in each; their tokens."""
    lines = "".join(
        f"{c},Công ty {c},{e},{s},{x},p{n}@{c.lower()}.example,,\n"
        for c, e, s, x in asked
        for n in range(people)
    )
    before = set(Respondent.objects.values_list("pk", flat=True))
    actions.invite_list(actor=manager, wave_id=row.pk, file=table(LIST + lines), at=at)
    made = Respondent.objects.exclude(pk__in=before).order_by("pk")
    return [token_of(one.public_id) for one in made]


def in_the_field(
    manager: Actor,
    *strata: tuple[str, str, str, int],
    at: datetime = AT,
    **changes: Any,
) -> Wave:
    """A wave that takes answers; nobody was asked in the pilot, and one sentence says why.

    Somebody is invited in each stratum: as many as ``asked`` says, or all.
    """
    given = strata or (("VNM", "small", "x", 60), ("LAO", "small", "x", 50))
    row = framed(manager, drafted(manager, at=at, **changes), *given, at=at)
    row = go(manager, row, "pilot", "freeze", at=at)
    invited(manager, row, ("first", *given[0][:3]), at=at)
    return go(manager, row, "open", at=at)


def answered(
    token: str, *, at: datetime = AT, finish: bool = True, **said: float | None
) -> None:
    actions.give_consent(token=token, agrees=True, at=at)
    actions.save_answers(
        token=token, said=said, role="top", at=at + timedelta(minutes=8)
    )
    if finish:
        actions.finish_answers(token=token, at=at + timedelta(minutes=9))


def opinions(chance: np.random.Generator, mean: float, noise: float = 0.6) -> dict[str, float]:  # fmt: skip
    """One organisation's answers: a level of its own, and what each item adds."""
    level = chance.normal(mean, 1.1)
    said = {i: float(np.clip(round(level + chance.normal(0, noise)), 0, 5)) for i in ITEMS}  # fmt: skip
    return said | {f"{i}_importance": float(chance.integers(1, 6)) for i in ITEMS} | {
        "barrier_money": float(chance.integers(3, 6)),
        "new_product": float(chance.integers(0, 2)),
        "turnover_new": float(chance.integers(0, 60)),
        "knowledge": float(chance.integers(0, 3)),
    }  # fmt: skip


def analysed(
    manager: Actor,
    groups: dict[tuple[str, str, str], tuple[int, float, float]],
    *,
    at: datetime = AT,
    seed: int = 3,
    **changes: Any,
) -> Wave:
    """A wave that is worked out. ``groups``: stratum → (answering, mean, noise)."""
    economies = list(dict.fromkeys(e for e, _s, _x in groups))
    strata = [(*place, max(3 * n, n + 1)) for place, (n, _m, _noise) in groups.items()]
    row = framed(manager, drafted(manager, at=at, economies=economies, **changes), *strata, at=at)  # fmt: skip
    row = go(manager, row, "pilot", "freeze", at=at)
    chance = np.random.default_rng(seed)
    asked = [
        (f"{e}{s}{x}{k}", e, s, x)
        for (e, s, x), (n, _m, _noise) in groups.items()
        for k in range(n)
    ]
    tokens = invited(manager, row, *asked, at=at)
    row = go(manager, row, "open", at=at)
    for token, (_code, *place) in zip(tokens, asked, strict=True):
        _n, mean, noise = groups[tuple(place)]  # type: ignore[index]
        answered(token, at=at, **opinions(chance, mean, noise))
    row = go(manager, row, "close", at=at)
    row = worked(manager, row, "clean", at=at)
    return worked(manager, row, "analyse", at=at)
