"""The record in words."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.utils import translation

import opensti
from opensti.domains.procedures.choices import Act
from opensti.kernel.record.queries import Line
from opensti.web.timeline import ACTS, roles_in_words, timeline
from tests.factories.registry import Users

SOURCE = Path(next(iter(opensti.__path__)))
ACT = re.compile(r"""\bact=\s*"([a-z_]+\.[a-z_]+)\"""")
# Contracts and results record through ``tell``: the act is said without its name.
TOLD = re.compile(r"""\btell\(\s*actor,\s*[a-z_.]+,\s*"([a-z_]+\.[a-z_]+)\"""")
AT = datetime(2026, 6, 1, 2, 0, tzinfo=UTC)


def line(**said):
    given = {
        "position": 1,
        "act": "accounts.close",
        "subject": "accounts.user:1",
        "role": "officer",
        "actor_user_id": None,
        "on_behalf": None,
        "recorded_at": AT,
        "basis": "",
        "public": False,
        "detail": {},
        "secret": (),
    }
    return Line(**{**given, **said})


def test_every_act_of_the_source_has_its_words():
    recorded = {str(act) for act in Act}
    for path in SOURCE.glob("domains/**/*.py"):
        recorded |= set(ACT.findall(path.read_text(encoding="utf-8")))
    for domain in ("contracts", "results"):
        for path in SOURCE.glob(f"domains/{domain}/**/*.py"):
            recorded |= set(TOLD.findall(path.read_text(encoding="utf-8")))
    for path in SOURCE.glob("kernel/**/*.py"):
        recorded |= set(ACT.findall(path.read_text(encoding="utf-8")))
    assert len(recorded) > 60
    assert sorted(recorded - set(ACTS)) == []


@pytest.mark.django_db
def test_the_newest_act_comes_first_with_who_and_why():
    lan = Users.create(full_name="Nguyễn Thị Lan")
    with translation.override("en"):
        items = timeline(
            [
                line(actor_user_id=lan.pk, detail={"reason": "Nghỉ"}, basis="Điều 9"),
                line(act="unheard.of", role="system"),
            ]
        )
        assert [(str(i.title), i.who, i.text) for i in items] == [
            ("unheard.of", "", ""),
            ("account closed", "Nguyễn Thị Lan (programme officer)", "Nghỉ · Điều 9"),
        ]


@pytest.mark.django_db
def test_names_stay_out_for_strangers():
    lan = Users.create(full_name="Nguyễn Thị Lan")
    (item,) = timeline([line(actor_user_id=lan.pk)], with_people=False)
    assert "Lan" not in item.who


def test_several_roles_are_all_named():
    with translation.override("en"):
        assert roles_in_words("expert+officer") == "expert, programme officer"
        assert roles_in_words("system") == ""
