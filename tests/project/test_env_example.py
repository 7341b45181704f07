"""What the environment may say stands in .env.example, explained, and nothing else."""

from __future__ import annotations

from tools.reference import ROOT, explained, read_variables


def test_every_variable_that_the_settings_read_is_listed_and_nothing_else():
    assert sorted(explained()) == sorted(read_variables())


def test_every_variable_is_explained():
    assert [name for name, (words, _value) in explained().items() if not words] == []


def test_copying_the_example_changes_nothing():
    text = (ROOT / ".env.example").read_text(encoding="utf-8")

    assert [line for line in text.splitlines() if line and line[0] != "#"] == []
