"""``opensti portfolio rerun``: the same bytes from what was frozen, in any process."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from hashlib import sha256

import pytest
from click.testing import CliRunner
from django.db import connection

from opensti.console.portfolio import portfolio
from opensti.domains.portfolios import queries
from opensti.domains.portfolios.models import Scenario
from tests.factories import portfolios as factory


@pytest.fixture
def solved(db):
    """A computed scenario with a tie, a budget and a dossier that is left out."""
    story = factory.judged("90", "85", "85", orders=3)
    made = factory.computed(story, factory.laid_out(story), rules={"at_most": 2})
    return Scenario.objects.get(pk=made.pk)


def rerun(*words):
    return CliRunner().invoke(portfolio, ["rerun", *words])


def test_the_solution_comes_out_as_it_was_kept(solved, tmp_path):
    file = tmp_path / "chosen.json"
    done = rerun(solved.public_id, "--output", str(file), "--reasons", "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout) == {
        "scenario": solved.public_id,
        "solution": {"sha256": solved.solution_digest, "equal": True},
        "reasons": {"sha256": solved.reasons_digest, "equal": True},
    }
    assert sha256(file.read_bytes()).hexdigest() == solved.solution_digest
    assert json.loads(file.read_bytes()) == queries.document_of(solved.solution)
    beside = tmp_path / "chosen.json.reasons.json"
    assert sha256(beside.read_bytes()).hexdigest() == solved.reasons_digest


@pytest.mark.parametrize(
    "kept", ["solution_digest", "reasons_digest", "problem_digest"]
)
def test_what_was_tampered_with_is_said_with_exit_code_1(solved, kept):
    Scenario.objects.filter(pk=solved.pk).update(**{kept: "0" * 64})
    told = rerun(solved.public_id, "--reasons")
    assert told.exit_code == 1
    assert told.stdout.count("KHÔNG như đã lưu") == 1


def test_what_is_not_there_or_not_computed_is_refused_in_words(solved):
    missing = rerun("nothing")
    assert (missing.exit_code, missing.stderr) == (
        1,
        "Error: Không có kịch bản nothing.\n",
    )
    draft = Scenario.objects.create(
        round=solved.round,
        number=9,
        title_vi="Nháp",
        created_by=solved.created_by,
        created_at=factory.LAID_OUT,
    )
    refused = rerun(draft.public_id)
    assert refused.exit_code == 1
    assert "chưa có kết quả" in refused.stderr


def _house(tmp_path):
    """Where another process finds what this test wrote."""
    if connection.vendor == "sqlite":
        file = tmp_path / "house.sqlite3"
        with closing(sqlite3.connect(file)) as copy:
            connection.connection.backup(copy)
        return f"sqlite:///{file}"
    to = connection.settings_dict
    who = f"{to['USER']}:{to['PASSWORD']}" if to["PASSWORD"] else to["USER"]
    return f"postgres://{who}@{to['HOST']}:{to['PORT'] or 5432}/{to['NAME']}"


@pytest.mark.django_db(transaction=True)
def test_two_other_processes_write_the_same_bytes(solved, tmp_path):
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("DJANGO_", "PYTEST_"))
    }
    house = _house(tmp_path)
    written = []
    for name in ("one", "two"):
        file = tmp_path / name
        subprocess.run(
            [
                *(sys.executable, "-m", "opensti.console.main", "portfolio", "rerun"),
                *(solved.public_id, "--reasons", "--output", str(file)),
            ],
            env=kept
            | {
                "DATABASE_URL": house,
                "OPENSTI_DATA_DIR": str(tmp_path),
                "PYTHONHASHSEED": "1" if name == "one" else "2",
            },
            cwd=tmp_path,
            check=True,
            capture_output=True,
        )
        beside = tmp_path / f"{name}.reasons.json"
        written.append((file.read_bytes(), beside.read_bytes()))
    assert written[0] == written[1]
    assert [sha256(content).hexdigest() for content in written[0]] == [
        solved.solution_digest,
        solved.reasons_digest,
    ]
