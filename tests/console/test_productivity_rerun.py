"""A kept question is answered again at the terminal."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from opensti.console.productivity_rerun import rerun
from opensti.domains.strategies.models import MethodRun
from tests.factories import strategies_accounts as factory

pytestmark = pytest.mark.django_db


@pytest.fixture
def run():
    who = factory.officer()
    return factory.computed(who, factory.loaded(who, factory.registered(who)))


def test_the_same_numbers_give_the_same_bytes(run, tmp_path):
    place = tmp_path / "again.json"
    told = CliRunner().invoke(rerun, [run.public_id, "--json", "-o", str(place)])
    assert (told.exit_code, json.loads(told.output)) == (
        0,
        {"run": run.public_id, "sha256": run.output_digest, "differs": []},
    )
    assert json.loads(place.read_bytes()) == run.output


def test_what_differs_is_named_and_the_exit_code_says_so(run):
    output = run.output
    output[0]["answer"]["answers"][0]["total"] = 7
    MethodRun.objects.update(output=output)
    told = CliRunner().invoke(rerun, [run.public_id])
    assert told.exit_code == 1
    assert "output/0/answer/answers/0/total" in told.output


def test_a_run_that_is_not_there_or_has_no_answer_is_refused(run):
    assert CliRunner().invoke(rerun, ["nowhere"]).exit_code == 1
    MethodRun.objects.update(state="waiting", output=None)
    told = CliRunner().invoke(rerun, [run.public_id])
    assert told.exit_code == 1
    assert run.output_digest not in told.output
