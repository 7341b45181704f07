"""Where and when the meetings of these tests are held."""

from __future__ import annotations

import pytest

from opensti.kernel import blind
from tests.factories import meetings, panels


@pytest.fixture
def place_and_time(settings, tmp_path, monkeypatch):
    settings.OPENSTI_DATA_DIR = tmp_path
    monkeypatch.setattr(blind, "BITS", meetings.BITS)
    for module in ("live", "secret", "signing"):
        monkeypatch.setattr(
            f"opensti.web.panels.{module}.now", lambda: meetings.minute(3)
        )
    monkeypatch.setattr("opensti.web.panels.calling.now", lambda: panels.AT)


@pytest.fixture
def office():
    return panels.Office.new()
