"""A log of our own for every test: its own key, its own origin."""

from __future__ import annotations

import base64

import pytest


@pytest.fixture(autouse=True)
def _own_log(settings, tmp_path):
    settings.OPENSTI_LOG_ORIGIN = "log.example"
    settings.OPENSTI_LOG_KEY = base64.b64encode(bytes(range(32))).decode()
    settings.OPENSTI_LOG_FORMER_KEYS = ()
    settings.OPENSTI_DATA_DIR = tmp_path
