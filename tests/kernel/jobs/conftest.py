"""A place for the workers' locks, and a registry that each test leaves as it was."""

from __future__ import annotations

import pytest

from opensti.kernel.jobs import registry


@pytest.fixture(autouse=True)
def place(settings, tmp_path, monkeypatch):
    settings.OPENSTI_DATA_DIR = tmp_path
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    monkeypatch.setattr(registry, "_kinds", {})
    monkeypatch.setattr(registry, "_regulars", {})
    monkeypatch.setattr(registry, "_actor_sources", [])
