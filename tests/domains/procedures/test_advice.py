"""What may stand beside the legal figures: nothing, until an administrator answers for it."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from opensti.domains.procedures import actions, queries
from opensti.domains.procedures.models import RegimeVersion
from opensti.kernel.access import SYSTEM

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 1, 9, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
CODES = ["moit_2014", "moit_2026", "national_2013", "nd268_2025"]


@pytest.fixture(autouse=True)
def _loaded():
    actions.load_regimes(actor=SYSTEM, at=NOW)


def said(code):
    advice = queries.advice_of(queries.active_version(code))
    return advice.calibrated, advice.partial_levels


def answer(code, switch, value):
    return actions.set_switch(
        actor=SYSTEM, regime=code, switch=switch, value=value, reason="Thử.", at=NOW
    )


@pytest.mark.parametrize("code", CODES)
def test_nothing_advises_until_a_switch_is_answered_and_each_has_its_own(code):
    assert said(code) == (False, False)
    answer(code, "calibrated_beside", "beside")
    assert said(code) == (True, False)
    answer(code, "partial_funding", "yes")
    assert said(code) == (True, True)
    answer(code, "calibrated_beside", "off")
    assert said(code) == (False, True)
    rule = queries.advice_of(queries.active_version(code)).rule
    assert (rule.v, rule.src, rule.art) == ("I", "OFFICE", "")


def test_versions_frozen_before_the_field_was_there_say_nothing_and_mean_off():
    version = answer("moit_2026", "calibrated_beside", "beside")
    content = {k: part for k, part in version.content.items() if k != "advice"}
    gone = {"calibrated_beside", "partial_funding"}
    content["switches"] = [s for s in content["switches"] if s["id"] not in gone]
    RegimeVersion.objects.filter(pk=version.pk).update(
        content=content, sha256="before-advice"
    )
    version.refresh_from_db()
    assert queries.advice_of(version) == queries.Advice()
