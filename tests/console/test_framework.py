"""``opensti framework``: sound files are counted, faulty ones named with their lines."""

from __future__ import annotations

import pytest
import yaml
from click.testing import CliRunner
from django.utils.translation import override

from opensti.console.framework import framework
from opensti.domains.assessments.frameworks import shipped_frameworks
from tests.factories.assessments import small_framework


@pytest.fixture(autouse=True)
def _english():
    with override("en"):
        yield


def run(*arguments):
    return CliRunner().invoke(framework, [str(a) for a in arguments])


def test_the_shipped_files_have_no_fault():
    done = run("check", *shipped_frameworks())
    assert (done.exit_code, done.output.endswith(", no fault.\n")) == (0, True)


def test_a_fault_is_told_with_file_place_line_and_mend(tmp_path):
    content = small_framework()
    content["items"][0]["role"] = "boss"
    path = tmp_path / "mine.yaml"
    path.write_text(yaml.safe_dump(content, sort_keys=False), "utf-8")
    done = run("check", path)
    assert done.exit_code == 2
    assert done.output.splitlines()[:2] == [
        "Error: mine.yaml: items[A1].role (line 42): No role has the code “boss”.",
        "    → Use one of: top, mgr.",
    ]


@pytest.mark.django_db
def test_files_are_frozen_and_listed(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(yaml.safe_dump(small_framework()), "utf-8")
    loaded = run("load", path)
    assert loaded.exit_code == 0
    assert loaded.output.split()[:2] == ["small", "#1"]
    assert "small" in run("list").output
